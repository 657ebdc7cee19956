"""What a person or a program may ask of the code search."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone

from coding.codesets.enums import CodeSystem
from coding.codesets.search.find import LONGEST_QUERY

ALL_SYSTEMS = "all"
MOST_HITS = 100


class CodeSearchForm(forms.Form):
    """Words or a code, the code set, and the day whose release counts; without a day, today."""

    q = forms.CharField(required=False, strip=True, max_length=LONGEST_QUERY, label="Code or words")
    system = forms.ChoiceField(
        required=False,
        choices=[(ALL_SYSTEMS, "All that are coded"), *CodeSystem.choices],
        label="Code set",
    )
    on = forms.DateField(
        required=False, label="Valid on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST_HITS, widget=forms.HiddenInput)

    def clean_system(self) -> str | None:
        """None for diagnoses, procedures, HCPCS and CPT together."""
        system: str = self.cleaned_data["system"]
        return system if system and system != ALL_SYSTEMS else None

    def clean_on(self) -> date:
        return self.cleaned_data["on"] or timezone.localdate()

    def clean_limit(self) -> int:
        return self.cleaned_data["limit"] or 20
