"""What a reviewer decides."""

from __future__ import annotations

from django import forms

from audit.access.actions import LONGEST_REASON, SHORTEST_REASON
from audit.access.models import EmergencyOutcome

OUTCOMES = [
    ("", "Choose"),
    (EmergencyOutcome.JUSTIFIED.value, "Justified"),
    (EmergencyOutcome.NOT_JUSTIFIED.value, "Not justified"),
    (EmergencyOutcome.ESCALATED.value, "Needs a privacy case"),
]


class ReviewForm(forms.Form):
    """Outcome and note; once sent, the review is closed."""

    outcome = forms.ChoiceField(
        choices=OUTCOMES, label="Outcome", widget=forms.Select(attrs={"data-key": "d", "data-key-label": "Decide"})
    )
    note = forms.CharField(
        label="Note", min_length=SHORTEST_REASON, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you looked at, and why you decided so.",
    )  # fmt: skip
