"""Text to values of the hold doors."""

from __future__ import annotations

from django import forms


class PageForm(forms.Form):
    """page: made by the page itself, so that two pages of one person are told apart."""

    page = forms.UUIDField(error_messages={"required": "Load the page anew.", "invalid": "Load the page anew."})


class TakeForm(PageForm):
    """anew: the page was opened just now."""

    anew = forms.BooleanField(required=False)


class HolderForm(forms.Form):
    """Whom the page named as holder."""

    holder = forms.UUIDField(error_messages={"required": "Load the page anew.", "invalid": "Load the page anew."})
