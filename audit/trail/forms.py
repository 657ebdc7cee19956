"""Text to a filter of events."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django import forms

from audit.trail.enums import Category, Result
from audit.trail.selectors import EventFilter
from hims.lib.forms import day_field
from hims.staff.models import User


def _choices(words: type[Category] | type[Result]) -> list[tuple[str, str]]:
    return [("", "Any"), *((word.value, word.value.replace("_", " ").capitalize()) for word in words)]


class EventFilterForm(forms.Form):
    """Everything is optional; days are UTC."""

    patient = forms.UUIDField(label="Patient", required=False, widget=forms.HiddenInput)
    person = forms.ModelChoiceField(
        queryset=User.objects.order_by("display_name"), label="Person", required=False, empty_label="Anyone"
    )
    category = forms.ChoiceField(choices=_choices(Category), label="Kind of act", required=False)
    event = forms.CharField(max_length=60, label="Event", required=False)
    result = forms.ChoiceField(choices=_choices(Result), label="Result", required=False)
    from_day = day_field("From", required=False)
    to_day = day_field("To", required=False)
    request_id = forms.UUIDField(label="Request", required=False, widget=forms.HiddenInput)

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
        return EventFilter(
            patient_id=data["patient"], actor_id=data["person"].pk if data["person"] else None, event=data["event"],
            category=data["category"], result=data["result"], request_id=data["request_id"],
            from_at=datetime.combine(first, time.min, UTC) if first else None,
            to_at=datetime.combine(last + timedelta(days=1), time.min, UTC) if last else None,
        )  # fmt: skip
