"""Text to the wishes of a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms

from audit.report.selectors import YEARS
from hims.lib.forms import LineField, day_field, mark_needed
from hims.staff.models import Facility

NAMES = [("names", "Names and roles"), ("roles", "Roles only")]


class ReportForm(forms.Form):
    """Whose chart, which days, and how staff are named. number: a medical record number, when the patient is not known yet."""

    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    facility = forms.ModelChoiceField(queryset=Facility.objects.none(), label="Facility", empty_label=None)
    number = LineField(label="Medical record number", max_length=20, required=False)
    first = day_field("From")
    last = day_field("To")
    staff = forms.ChoiceField(label="Members of staff appear by", choices=NAMES)

    def __init__(self, *args: Any, facilities: Sequence[Facility], today: date, **kwargs: Any) -> None:
        first = today - relativedelta(years=YEARS)
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"first": first, "last": today, "staff": "names", **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        mark_needed(self, "number")
        places: Any = self.fields["facility"]
        places.queryset = Facility.objects.filter(pk__in=[place.pk for place in facilities])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("patient") and not data.get("number") and "number" not in self.errors:
            self.add_error("number", "Enter the patient's medical record number.")
        return data
