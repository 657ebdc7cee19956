"""Form fields and answers that every noun shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from hims.lib.errors import DomainError

DAY_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"]


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A date as the browser's own control sends it, or typed as month/day/year."""
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class LocalMomentField(forms.CharField):
    """A date and time of day; `at_zone` makes it an aware moment of the facility."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        for form in MOMENT_FORMATS:
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
        raise forms.ValidationError("Enter a date and a time, such as 03/09/2026 14:05.")


def at_zone(local: datetime, zone: str) -> datetime:
    """The aware moment of a facility-local one. A time that daylight saving skips moves forward by the gap."""
    return local.replace(tzinfo=ZoneInfo(zone))


def add_domain_error(form: forms.Form, error: DomainError) -> None:
    """Show the error beside its field, or on top of the form."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
