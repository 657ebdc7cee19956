"""Text to filters, outcomes and limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from audit.monitoring.actions import CHOICES
from audit.monitoring.models import RULE_CHOICES, AlertState
from audit.monitoring.rules import Rule
from audit.monitoring.selectors import AlertFilter
from hims.lib.forms import LineField, day_field
from hims.staff.models import User


class AlertFilterForm(forms.Form):
    """Everything is optional; without a state the open alerts are shown."""

    state = forms.ChoiceField(
        choices=[("", "Open"), *AlertState.choices[1:], ("any", "All")], label="State", required=False
    )
    rule = forms.ChoiceField(choices=[("", "Any"), *RULE_CHOICES], label="Rule", required=False)
    person = forms.ModelChoiceField(
        queryset=User.objects.filter(is_system=False).order_by("display_name"), label="Person", required=False,
        empty_label="Anyone",
    )  # fmt: skip
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    from_day = day_field("From", required=False)
    to_day = day_field("To", required=False)

    def wanted(self) -> AlertFilter:
        """The filter; call it after is_valid."""
        data = self.cleaned_data
        state = "" if data["state"] == "any" else data["state"] or AlertState.OPEN.value
        return AlertFilter(
            state, data["rule"], data["person"].pk if data["person"] else None, data["patient"], data["from_day"],
            data["to_day"],
        )  # fmt: skip


class CloseForm(forms.Form):
    """How an alert is closed."""

    outcome = forms.ChoiceField(
        choices=[("", "Choose"), *((each.value, each.label) for each in CHOICES)], label="Outcome",
        error_messages={"required": "Choose an outcome."},
    )  # fmt: skip
    note = LineField(
        label="Note",
        required=False,
        max_length=500,
        help_text="What you found; needed unless the access was legitimate.",
    )


class CloseManyForm(CloseForm):
    """How ticked alerts are closed."""

    alerts = forms.TypedMultipleChoiceField(
        coerce=str, required=True, error_messages={"required": "Tick the alerts first."}
    )

    def __init__(self, *args: Any, ids: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alerts"].choices = [(each, each) for each in ids]  # type: ignore[attr-defined]


def rule_form(rule: Rule, active: bool, limits: Mapping[str, int], data: Any = None) -> forms.Form:
    """A form with the switch and the limits of one rule."""
    fields: dict[str, forms.Field] = {
        "active": forms.BooleanField(label="At work", required=False, initial=active),
    }
    for limit in rule.limits:
        fields[limit.name] = forms.IntegerField(
            label=limit.label, min_value=limit.lowest, max_value=limit.highest, initial=limits[limit.name],
            help_text=f"From {limit.lowest:,} to {limit.highest:,}; standard {limit.default:,}.",
        )  # fmt: skip
    made: forms.Form = type("RuleForm", (forms.Form,), fields)(data)
    return made
