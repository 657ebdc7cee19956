"""Text to values of the shelf."""

from __future__ import annotations

from django import forms

from coding.codesets.enums import CodeSystem
from coding.codesets.rules import undotted
from coding.workbench.forms import ChangeForm


class CodeForm(forms.Form):
    """One code of a code set."""

    system = forms.ChoiceField(choices=CodeSystem.choices)
    code = forms.CharField(max_length=16)

    def clean_code(self) -> str:
        return undotted(self.cleaned_data["code"])


class StarForm(CodeForm):
    group = forms.IntegerField(required=False, min_value=1)


class NoteForm(CodeForm):
    text = forms.CharField(required=False, max_length=4000, strip=True)


class CommentForm(NoteForm):
    facility = forms.IntegerField(required=False, min_value=1)


class GroupForm(forms.Form):
    name = forms.CharField(required=False, max_length=200)
    remove = forms.IntegerField(required=False, min_value=1)


class BookmarkForm(forms.Form):
    kind = forms.CharField(required=False, max_length=20)
    place = forms.CharField(required=False, max_length=400)
    label = forms.CharField(required=False, max_length=400)
    remove = forms.IntegerField(required=False, min_value=1)


class TakeForm(ChangeForm):
    """Codes by key, from an account or a group (0: loose favourites)."""

    source = forms.UUIDField(required=False)
    group = forms.IntegerField(required=False, min_value=0)
    keys = forms.CharField(required=False, max_length=4000)
