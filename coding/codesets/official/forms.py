"""The form that takes an official file."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.codesets.official.actions import Official
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.kinds import KINDS, LARGEST
from hims.lib.forms import day_field


class LoadForm(forms.Form):
    """What the file is, from when it holds, and, for licensed content, on what right this site uses it."""

    kind = forms.ChoiceField(label="Kind of file", choices=[("", "Choose a kind"), *LoadKind.choices])
    file = forms.FileField(label="File", help_text="As the publisher gives it, unpacked and unchanged.")
    effective_from = day_field(
        "First day", help_text="October 1 or April 1 for ICD-10 and MS-DRG, the quarter for HCPCS."
    )
    effective_to = day_field(
        "Last day",
        required=False,
        help_text="Leave empty for the end of the fiscal year (HCPCS, CPT: the calendar year).",
    )
    attestation = forms.CharField(
        label="Licence attestation", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For CPT: under which licence this site holds the file. Kept with your name and the time.",
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Not larger than any official file."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes; official files stay below {LARGEST:,}.")
        return upload

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        found = super().clean() or self.cleaned_data
        first, last = found.get("effective_from"), found.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", "The last day lies before the first.")
        return found

    def official(self) -> Official:
        """The file as the actions take it."""
        asked = self.cleaned_data
        attestation = asked["attestation"] if KINDS[asked["kind"]].licensed else ""
        return Official(
            asked["kind"],
            asked["file"].name,
            asked["file"].read(),
            asked["effective_from"],
            asked["effective_to"],
            attestation,
        )
