"""What the page Keys sends."""

from __future__ import annotations

from django import forms

from hims.lib.keyboard.strokes import LONGEST

CHANGE, RESET, RESET_ALL, SINGLE = "change", "reset", "reset_all", "single"


class KeysForm(forms.Form):
    """do: which change; command and keys: for one of them; on: whether single characters are heard."""

    do = forms.ChoiceField(choices=[(name, name) for name in (CHANGE, RESET, RESET_ALL, SINGLE)])
    command = forms.CharField(required=False, max_length=60)
    keys = forms.CharField(required=False, max_length=LONGEST, strip=True)
    on = forms.BooleanField(required=False)


class UsedForm(forms.Form):
    """A command chosen in the palette."""

    command = forms.CharField(max_length=60)
