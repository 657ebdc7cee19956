"""Text to values of the reader's doors."""

from __future__ import annotations

from django import forms

from records.documents.selectors import LONGEST_SEARCH


class ReadForm(forms.Form):
    number = forms.IntegerField(min_value=1, max_value=32_767)


class WordsForm(forms.Form):
    """Words that are looked for."""

    words = forms.CharField(required=False, max_length=LONGEST_SEARCH)
