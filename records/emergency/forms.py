"""The one screen between a closed chart and an emergency."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.access.actions import LONGEST_REASON, SHORTEST_REASON
from audit.access.models import EmergencyReason
from hims.lib.forms import LineField, day_field
from hims.staff.reauthentication import demo_hint
from records.emergency.asking import Asked


class EmergencyForm(forms.Form):
    """Reason, words, and who asks; number and birth date only when no address says whose chart it is."""

    number = LineField(max_length=20, label="Medical record or account number", help_text="The whole number")
    birth_date = day_field("Birth date of the patient")
    reason_code = forms.ChoiceField(choices=[("", "Choose"), *EmergencyReason.choices], label="Reason")
    reason_text = forms.CharField(
        label="What has happened", min_length=SHORTEST_REASON, max_length=LONGEST_REASON,
        help_text=f"At least {SHORTEST_REASON} characters; the privacy officer reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    password = forms.CharField(
        label="Your password", strip=False, error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    code = LineField(
        max_length=20, label="Or a code of your second factor", required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, by_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_number:
            del self.fields["number"], self.fields["birth_date"]
        self.fields["password"].required = not self.data.get("code")
        self.fields["password"].help_text = demo_hint()
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def asked(self) -> Asked | None:
        """The number and birth date, when both are filled in; the rest of the form may still be empty."""
        self.full_clean()
        number, born_on = self.cleaned_data.get("number"), self.cleaned_data.get("birth_date")
        return Asked(number=number, born_on=born_on) if number and born_on else None
