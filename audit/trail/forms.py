"""Text to a filter of events."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from audit.trail.enums import Category, Purpose, Result, Source
from audit.trail.filters import SORTS, EventFilter
from hims.lib.forms import FIRST_DAY, LAST_DAY, LineField, day_field
from hims.staff.models import User


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [("", "Any"), *((word.value, word.value.replace("_", " ").capitalize()) for word in words)]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


# A search counts days back from it, so it must lie within the calendar.
POSSIBLE = (MinValueValidator(_start(FIRST_DAY)), MaxValueValidator(_start(LAST_DAY)))


class EventFilterForm(forms.Form):
    """Everything is optional; days are UTC."""

    patient = forms.UUIDField(label="Patient", required=False, widget=forms.HiddenInput)
    person = forms.ModelChoiceField(
        queryset=User.objects.order_by("display_name"), label="Person", required=False, empty_label="Anyone"
    )
    category = forms.ChoiceField(choices=_choices(Category), label="Kind of act", required=False)
    event = forms.CharField(max_length=60, label="Event", required=False)
    result = forms.ChoiceField(choices=_choices(Result), label="Result", required=False)
    purpose = forms.ChoiceField(choices=_choices(Purpose), label="Purpose", required=False)
    source = forms.ChoiceField(choices=_choices(Source), label="Door", required=False)
    from_day = day_field("From", required=False)
    to_day = day_field("To", required=False)
    object_type = LineField(max_length=40, label="Object", required=False, widget=forms.HiddenInput)
    object_id = LineField(max_length=64, label="Object", required=False, widget=forms.HiddenInput)
    request_id = forms.UUIDField(label="Request", required=False, widget=forms.HiddenInput)
    before = forms.DateTimeField(required=False, widget=forms.HiddenInput, validators=POSSIBLE)
    sort = forms.ChoiceField(
        choices=[("", ""), *((sign + name, name) for name in SORTS for sign in ("", "-"))], required=False,
        widget=forms.HiddenInput,
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        first, last = data.get("from_day"), data.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", "The last day lies before the first.")
        return data

    def wanted(self) -> EventFilter:
        """The filter; call it after is_valid."""
        data = self.cleaned_data
        first, last = data["from_day"], data["to_day"]
        plain = {
            name: data[name]
            for name in ("event", "category", "result", "purpose", "source", "object_type", "object_id")
        }
        return EventFilter(
            patient_id=data["patient"], actor_id=data["person"].pk if data["person"] else None,
            request_id=data["request_id"], from_at=_start(first) if first else None,
            to_at=data["before"] or (_start(last + timedelta(days=1)) if last else None), **plain,
        )  # fmt: skip
