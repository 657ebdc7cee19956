"""Text to values of the evidence doors."""

from __future__ import annotations

from django import forms

from coding.workbench.evidence.enums import Level
from records.documents.actions import MAX_TEXT

NO_WORDS = "Select the words that support the code first."


class CodeForm(forms.Form):
    """Which code is meant."""

    system = forms.CharField(max_length=12)
    code = forms.CharField(max_length=7)


class PinForm(CodeForm):
    """Words of a document as the person has them before them; offsets count characters."""

    number = forms.IntegerField(min_value=1, max_value=32_767)
    begins = forms.IntegerField(min_value=0, max_value=2 * MAX_TEXT)
    ends = forms.IntegerField(min_value=0, max_value=2 * MAX_TEXT)
    quote = forms.CharField(
        max_length=20_000, strip=False,
        error_messages={"required": NO_WORDS, "max_length": "That is too much text for one piece of evidence. Select less."},
    )  # fmt: skip


class PieceForm(forms.Form):
    evidence = forms.UUIDField()


class AgainForm(PieceForm):
    begins = forms.IntegerField(min_value=0, max_value=2 * MAX_TEXT)


class OverrideForm(CodeForm):
    reason = forms.CharField(required=False, max_length=200)


class PolicyForm(forms.Form):
    facility = forms.IntegerField(min_value=1, max_value=2_147_483_647)
    level = forms.ChoiceField(choices=Level.choices)
