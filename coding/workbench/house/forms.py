"""A house rule as it is written on the page: one row for each condition, and one for what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from coding.codesets.rules import undotted
from coding.workbench.house.actions import Wording
from coding.workbench.house.models import LONGEST_MESSAGE, LONGEST_NAME
from coding.workbench.house.rules import MOST_CONDITIONS, Condition, Fact, Kind, Op, condition_fault
from coding.workbench.house.vocabulary import OP_WORDS, SEVERITIES
from hims.lib.forms import DAY_FORMATS, LineField, day_field, mark_needed

AND, OR = "and", "or"
JOINS = [(AND, "and"), (OR, "or")]
CHECK = "check"
PARTS = ("fact", "op", "value", "other")
FEWEST_ROWS = 3
MOST_TEXT = 800


class SwitchForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    active = forms.BooleanField(required=False)


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)


class RuleForm(forms.Form):
    """The whole rule. rows: how many conditions the page offers; a row without a field is none.

    "and" binds closer than "or": a or b and c is a, or b together with c.
    """

    name = LineField(max_length=LONGEST_NAME, label="Name", help_text="As coders see it beside the message")
    severity = forms.ChoiceField(choices=[("", "Choose"), *SEVERITIES], label="What it does")
    message = LineField(
        max_length=LONGEST_MESSAGE, label="Message to the coder", help_text="What is wrong, and what to do about it"
    )
    starts_on = day_field("First day of discharge", required=False)
    ends_on = day_field("Last day of discharge", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000_000)

    def __init__(self, *args: Any, facts: Mapping[str, Fact], rows: int = FEWEST_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts, self.row_count = facts, max(1, min(rows, MOST_CONDITIONS))
        self.wording: Wording | None = None
        for place in range(self.row_count):
            self.fields[f"c{place}-join"] = forms.ChoiceField(choices=JOINS, required=False, label="Joined by")
            self._add(f"c{place}", blank="No condition")
        self._add(CHECK, blank="Choose")
        mark_needed(self, *(name for name in self.fields if "-" in name))

    def _add(self, prefix: str, *, blank: str) -> None:
        """The four parts of one condition."""
        facts = [(key, fact.label) for key, fact in self.facts.items()]
        compared = [(key, fact.label) for key, fact in self.facts.items() if fact.kind in (Kind.NUMBER, Kind.DATE)]
        self.fields[f"{prefix}-fact"] = forms.ChoiceField(choices=[("", blank), *facts], required=False, label="Field")
        self.fields[f"{prefix}-op"] = forms.ChoiceField(
            choices=[(op.value, words) for op, words in OP_WORDS.items()], required=False, label="Question"
        )
        self.fields[f"{prefix}-value"] = LineField(max_length=MOST_TEXT, required=False, label="Values, with commas")
        self.fields[f"{prefix}-other"] = forms.ChoiceField(
            choices=[("", "-"), *compared], required=False, label="Or another field"
        )

    def condition_rows(self) -> list[list[Any]]:
        """The bound fields of each condition, for the template; the first row is joined to nothing."""
        return [
            [self[f"c{place}-{part}"] for part in (("join", *PARTS) if place else PARTS)]
            for place in range(self.row_count)
        ]

    def check_row(self) -> list[Any]:
        """The bound fields of what must hold."""
        return [self[f"{CHECK}-{part}"] for part in PARTS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day lies before the first one.")
        groups = self._groups(data)
        check = self._condition(CHECK, data)
        if check is None:
            self.add_error(f"{CHECK}-fact", "Choose what must hold.")
        if not self.errors and check is not None:
            self.wording = Wording(data["name"], data["severity"], data["message"], check, groups, first, last)
        return data

    def _groups(self, data: Mapping[str, Any]) -> list[list[Condition]]:
        groups: list[list[Condition]] = []
        for place in range(self.row_count):
            each = self._condition(f"c{place}", data)
            if each is None:
                continue
            if not groups or data.get(f"c{place}-join") == OR:
                groups.append([])
            groups[-1].append(each)
        return groups

    def _condition(self, prefix: str, data: Mapping[str, Any]) -> Condition | None:
        key = data.get(f"{prefix}-fact", "")
        if not key:
            if data.get(f"{prefix}-value") or data.get(f"{prefix}-other"):
                self.add_error(f"{prefix}-fact", "Choose the field this belongs to.")
            return None
        op = Op(data.get(f"{prefix}-op") or Op.FILLED)
        values = typed_values(data.get(f"{prefix}-value", ""), self.facts[key].kind)
        each = Condition(key, op, values, data.get(f"{prefix}-other", ""))
        part, fault = condition_fault(each, self.facts)
        if fault:
            self.add_error(f"{prefix}-{part}", fault)
        return each


def typed_values(text: str, kind: Kind) -> tuple[str, ...]:
    """What stands between the commas: codes without their dots in upper case, days as 2026-10-01."""
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if kind is Kind.CODES:
        return tuple(undotted(part) for part in parts)
    return tuple(_iso(part) for part in parts) if kind is Kind.DATE else parts


def _iso(text: str) -> str:
    for shape in DAY_FORMATS:
        try:
            return datetime.strptime(text, shape).date().isoformat()
        except ValueError:
            continue
    return text


def initial_of(
    name: str,
    severity: str,
    message: str,
    days: tuple[date | None, date | None],
    said: tuple[Iterable[Sequence[Condition]], Condition],
) -> tuple[dict[str, Any], int]:
    """A kept rule as the form's first values, and how many rows it takes."""
    values: dict[str, Any] = {"name": name, "severity": severity, "message": message}
    values |= {"starts_on": days[0], "ends_on": days[1]}
    place = 0
    for group in said[0]:
        for first, each in enumerate(group):
            values[f"c{place}-join"] = AND if first else OR
            values |= _initial(f"c{place}", each)
            place += 1
    values |= _initial(CHECK, said[1])
    return values, max(place + 1, FEWEST_ROWS)


def _initial(prefix: str, each: Condition) -> dict[str, str]:
    return {
        f"{prefix}-fact": each.fact, f"{prefix}-op": each.op.value, f"{prefix}-value": ", ".join(each.values),
        f"{prefix}-other": each.other,
    }  # fmt: skip
