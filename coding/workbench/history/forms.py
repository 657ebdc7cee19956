"""Text to values of the history and reconciliation pages."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.workbench.forms import ALL, ChangeForm
from coding.workbench.history.actions import LONGEST_NOTE, LONGEST_REASON
from coding.workbench.history.enums import SnapshotKind, Verdict

KEPT = [(kind.value, kind.label) for kind in (SnapshotKind.WORKING, SnapshotKind.BASELINE)]
JUDGED = [(verdict.value, verdict.label) for verdict in (Verdict.AGREED, Verdict.DISAGREED)]


class CompareForm(forms.Form):
    """Numbers of two kept states, 0 for the coding as it stands."""

    before = forms.IntegerField(required=False, min_value=0, max_value=32_767)
    after = forms.IntegerField(required=False, min_value=0, max_value=32_767)

    def wanted(self) -> dict[str, int | None]:
        """What is no number counts as not chosen."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("before", "after")}


class KeepForm(ChangeForm):
    kind = forms.ChoiceField(choices=KEPT)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)


class JudgeForm(forms.Form):
    mismatch = forms.UUIDField()
    verdict = forms.ChoiceField(choices=JUDGED, error_messages={"required": "Choose whether you agree."})
    reason = forms.CharField(max_length=LONGEST_REASON, error_messages={"required": "Say why."})


class MismatchesForm(forms.Form):
    """Which mismatches to list."""

    verdict = forms.ChoiceField(choices=[*Verdict.choices, (ALL, "All")], required=False, label="Verdict")

    def wanted(self) -> dict[str, Any]:
        """What is not a choice falls back to those to judge."""
        self.is_valid()
        chosen = self.cleaned_data.get("verdict") or Verdict.OPEN.value
        return {"verdict": "" if chosen == ALL else chosen}
