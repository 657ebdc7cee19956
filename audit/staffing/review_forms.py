"""Text to values, for external audits and access reviews."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms

from audit.staffing.holdings import auditors_at
from audit.staffing.models import Account, Decision
from hims.lib.forms import LineField, day_field
from hims.lib.text import clean_lines
from hims.staff.fields import FacilityField, offer_facilities
from hims.staff.models import Facility

LONGEST_LIST, LARGEST_FILE = 100_000, 200_000
LONGEST_NUMBER = 20


class ExternalAuditForm(forms.Form):
    """A new external audit."""

    facility = FacilityField()
    title = LineField(
        max_length=120, label="What the audit is called", help_text="It stands across every page the auditor sees"
    )
    auditor = forms.ModelChoiceField(
        queryset=Account.objects.none(), label="Auditor", empty_label="Choose",
        help_text="An account with the role External auditor; an administrator makes it",
    )  # fmt: skip
    starts_on = day_field("First day")
    ends_on = day_field("Last day", help_text="Access ends by itself after this day")

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)
        field = self.fields["auditor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = auditors_at(facilities)


class NumbersForm(forms.Form):
    """Medical record numbers, pasted or in a file."""

    numbers = forms.CharField(
        label="Medical record numbers", required=False, max_length=LONGEST_LIST, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="One a line, or with commas, semicolons or blanks between them",
    )  # fmt: skip
    file = forms.FileField(
        label="Or a text file", required=False, help_text="Text or CSV, the number in the first column"
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("numbers") or ""
        upload = data.get("file")
        rows = re.split(r"[\s,;]+", clean_lines(text))
        if upload:
            rows += self._rows_of_file(upload)
        numbers = list(dict.fromkeys(number.strip("\"' ") for number in rows if number.strip("\"' ")))
        if not numbers and not self.errors:
            self.add_error("numbers", "Enter at least one number, or choose a file.")
        if any(len(number) > LONGEST_NUMBER for number in numbers):
            self.add_error("numbers", f"A medical record number has at most {LONGEST_NUMBER} characters.")
        data["wanted"] = numbers
        return data

    def _rows_of_file(self, upload: Any) -> list[str]:
        if upload.size > LARGEST_FILE:
            self.add_error("file", "This file is too large for a list of numbers.")
            return []
        try:
            text = clean_lines(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "This is no text file in UTF-8.")
            return []
        return [re.split(r"[,;\t]", line)[0] for line in text.splitlines()]


class ReviewForm(forms.Form):
    """A new access review."""

    facility = FacilityField()
    title = LineField(max_length=120, label="Title")
    due_on = day_field("To be finished by")

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)


class DecisionForm(forms.Form):
    """Keep a role, or end it."""

    decision = forms.ChoiceField(
        choices=[(Decision.KEEP.value, "Keep the role"), (Decision.END.value, "End the role now")],
        label="Decision", widget=forms.RadioSelect,
    )  # fmt: skip
    reason = LineField(max_length=300, label="Reason", required=False, help_text="Needed when the role ends")


def quarter_title(on: date) -> str:
    """Such as "Access review, Q4 2026"."""
    return f"Access review, Q{(on.month + 2) // 3} {on.year}"


def in_a_month(on: date) -> date:
    """A fair time for a review."""
    return on + timedelta(days=30)
