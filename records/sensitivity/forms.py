"""Text to labels, consents and reasons."""

from __future__ import annotations

from typing import Any

from django import forms

from hims.lib.forms import LineField, day_field
from hims.lib.labels import TITLES, Label
from records.sensitivity.enums import UnmaskReason

# What people label with; psychotherapy notes are written apart from the chart.
CHOICES = [(label.value, TITLES[label]) for label in Label if label is not Label.PSYCHOTHERAPY]


class LabelsForm(forms.Form):
    """The labels of one item."""

    labels = forms.MultipleChoiceField(
        choices=CHOICES, required=False, label="Protected as", widget=forms.CheckboxSelectMultiple,
        help_text="Whoever is not cleared for all of them, and has no consent, does not see that this is here."
    )  # fmt: skip
    seen = forms.MultipleChoiceField(choices=CHOICES, required=False, widget=forms.MultipleHiddenInput)
    opened = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """Arguments of the actions: the labels, and those that stood on the page when it was opened, where the page said so."""
        data = self.cleaned_data
        return {"labels": data["labels"], "seen": data["seen"] if data["opened"] else None}


class PassageForm(forms.Form):
    """A passage of a document."""

    words = forms.CharField(
        label="Words of the passage", max_length=5000, strip=True,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "data-from-selection": ".doc__text"}),
        help_text="Copy them from the text. Every place where they stand is marked.",
    )  # fmt: skip
    labels = forms.MultipleChoiceField(choices=CHOICES, label="Protected as", widget=forms.CheckboxSelectMultiple)


class ConsentForm(forms.Form):
    """A consent of the patient."""

    label = forms.ChoiceField(choices=CHOICES, label="Kind of information")
    starts_on = day_field("From")
    ends_on = day_field("To the end of", required=False, help_text="Empty: until it is taken back.")
    note = LineField(label="Where the signed form is", max_length=300, required=False)


class UnmaskForm(forms.Form):
    """Why a number is to be shown whole."""

    reason = forms.ChoiceField(choices=UnmaskReason.choices, label="Why do you need it?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "Choose a reason"), *UnmaskReason.choices]  # type: ignore[attr-defined]
