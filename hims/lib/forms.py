"""Form fields and answers that every noun shares."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.text import squeeze

DAY_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"]
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
_YEARS = f"Enter a year between {FIRST_DAY.year} and {LAST_DAY.year}."


class LineField(forms.CharField):
    """One line of text, kept as `squeeze` leaves it; its length counts after that."""

    def to_python(self, value: Any) -> str:
        return squeeze(super().to_python(value) or "")


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A date as the browser's own control sends it, or typed as month/day/year."""
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(FIRST_DAY, _YEARS), MaxValueValidator(LAST_DAY, _YEARS)],
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
                found = datetime.strptime(text, form)
            except ValueError:
                continue
            if FIRST_DAY <= found.date() <= LAST_DAY:
                return found
            raise forms.ValidationError(_YEARS)
        raise forms.ValidationError("Enter a date and a time, such as 03/09/2026 14:05.")


def at_zone(local: datetime, zone: str, *, not_before: datetime | None = None) -> datetime:
    """The aware moment (UTC) of a facility-local one.

    A time that daylight saving skips moves forward by the gap. A time that comes twice is its first passing, unless that
    lies before `not_before` (e.g. the admission) and the second does not.
    """
    first = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    second = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    comes_twice = timedelta(0) < second - first
    return second if comes_twice and not_before is not None and first < not_before <= second else first


def local_text(moment: datetime | None, zone: str) -> str:
    """The moment as `LocalMomentField` shows it; "" for None."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment else ""


def mark_needed(form: forms.Form, *names: str) -> None:
    """Fields that may stay empty in some cases only, and that the form itself demands in the others: not called optional."""
    for name in names:
        setattr(form.fields[name], "needed", True)  # noqa: B010


def add_domain_error(form: forms.Form, error: DomainError) -> None:
    """Show the error beside its field, or on top of the form; what concerns access is no matter of the form and goes on."""
    if isinstance(error, AccessDenied | NotVisible | TrailUnavailable):
        raise error
    form.add_error(error.field if error.field in form.fields else None, error.message)
