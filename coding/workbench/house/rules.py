"""House rules as values, and when one fires. Pure: a case is a plain mapping of facts to values.

A rule reads: when all conditions of one of its groups hold, its check must hold too; it fires where it does not. What is missing
answers no question but "is filled in" and "is empty": no other condition holds for it, and no other check fails for it. So a rule
that wants a value says so, and one that compares values leaves those alone who have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Value = str | int | date | tuple[str, ...] | None
Snapshot = Mapping[str, Value]
MOST_VALUES, MOST_CONDITIONS, LONGEST_VALUE = 40, 12, 60
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{1,7}", re.ASCII)


class Kind(StrEnum):
    """What a fact is. CODES: several codes, undotted; it is never missing, only empty."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODES = "codes"


class Op(StrEnum):
    """What is asked of a fact."""

    FILLED = "filled"
    EMPTY = "empty"
    ANY = "any"
    NONE = "none"
    STARTS = "starts"
    NOT_STARTS = "not_starts"
    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"


PRESENCE = (Op.FILLED, Op.EMPTY)
LISTED = (Op.ANY, Op.NONE)
BEGUN = (Op.STARTS, Op.NOT_STARTS)
COMPARED: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: lambda mine, theirs: bool(mine == theirs), Op.NE: lambda mine, theirs: bool(mine != theirs),
    Op.LT: lambda mine, theirs: bool(mine < theirs), Op.LE: lambda mine, theirs: bool(mine <= theirs),
    Op.GT: lambda mine, theirs: bool(mine > theirs), Op.GE: lambda mine, theirs: bool(mine >= theirs),
}  # fmt: skip
OPS: dict[Kind, tuple[Op, ...]] = {
    Kind.CHOICE: (*LISTED, *PRESENCE),
    Kind.TEXT: (*LISTED, *BEGUN, *PRESENCE),
    Kind.NUMBER: (*COMPARED, *PRESENCE),
    Kind.DATE: (*COMPARED, *PRESENCE),
    Kind.CODES: (*BEGUN, *LISTED, *PRESENCE),
}


@dataclass(frozen=True)
class Fact:
    """Something a rule may ask about. choices: value and words, for Kind.CHOICE."""

    key: str
    label: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Condition:
    """One question. values: as text, codes undotted upper case; other: a fact to compare with instead, "" for none."""

    fact: str
    op: Op
    values: tuple[str, ...] = ()
    other: str = ""


@dataclass(frozen=True)
class Rule:
    """groups: any of them, all conditions within one; none at all: always. key: of the rule and its version.

    starts_on, ends_on: days of discharge it holds for, None for no end.
    """

    key: str
    name: str
    severity: str
    message: str
    check: Condition
    groups: tuple[tuple[Condition, ...], ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None

    def in_force(self, on: date) -> bool:
        """On a day of discharge, both ends included."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on <= self.ends_on)


def holds(asked: Condition, case: Snapshot) -> bool:
    """Is the condition true of the case?"""
    mine = case.get(asked.fact)
    if asked.op in PRESENCE:
        return (mine is None or mine in ("", ())) == (asked.op is Op.EMPTY)
    if isinstance(mine, tuple):
        return _of_codes(asked, mine)
    if mine is None or mine == "":
        return False
    if asked.op in COMPARED:
        theirs = case.get(asked.other) if asked.other else _like(mine, asked.values[0])
        return type(theirs) is type(mine) and COMPARED[asked.op](mine, theirs)
    return _of_text(asked, str(mine))


def fails(check: Condition, case: Snapshot) -> bool:
    """Does the case break the check? What is missing breaks only a demand to be filled in."""
    if check.op in PRESENCE or isinstance(case.get(check.fact), tuple):
        return not holds(check, case)
    missing = [name for name in (check.fact, check.other) if name and case.get(name) in (None, "")]
    return not missing and not holds(check, case)


def fires(rule: Rule, case: Snapshot) -> bool:
    """Does the rule have something to say of the case? Dates are the caller's matter."""
    asked = not rule.groups or any(all(holds(each, case) for each in group) for group in rule.groups)
    return asked and fails(rule.check, case)


def _of_text(asked: Condition, mine: str) -> bool:
    own = mine.casefold()
    wanted = [value.casefold() for value in asked.values]
    found = own.startswith(tuple(wanted)) if asked.op in BEGUN else own in wanted
    return found == (asked.op in (Op.ANY, Op.STARTS))


def _of_codes(asked: Condition, mine: tuple[str, ...]) -> bool:
    begun = any(code.startswith(asked.values) for code in mine)
    found = begun if asked.op in BEGUN else bool(set(mine) & set(asked.values))
    return found == (asked.op in (Op.ANY, Op.STARTS))


def _like(mine: Value, text: str) -> Value:
    """The text read as what it is compared with; it was checked when the rule was written."""
    if isinstance(mine, int):
        return int(text)
    return date.fromisoformat(text) if isinstance(mine, date) else text


def condition_fault(asked: Condition, facts: Mapping[str, Fact]) -> tuple[str, str]:
    """The field ("fact", "op", "value" or "other") and the sentence that refuses a condition; two blanks when it may stand."""
    fact = facts.get(asked.fact)
    if fact is None:
        return "fact", "Choose what the rule looks at."
    if asked.op not in OPS[fact.kind]:
        return "op", f"“{fact.label}” cannot be asked this way."
    if asked.op in PRESENCE:
        return ("value", "This question takes no value.") if asked.values or asked.other else ("", "")
    if asked.other:
        return _other_fault(asked, fact, facts.get(asked.other))
    if not asked.values:
        return "value", "Enter what it is compared with."
    return "value" if (fault := _value_fault(asked, fact)) else "", fault


def _other_fault(asked: Condition, fact: Fact, other: Fact | None) -> tuple[str, str]:
    if asked.op not in COMPARED:
        return "other", "Only numbers and dates are compared with another field."
    if asked.values:
        return "other", "Enter a value or choose a field, not both."
    if other is None or other.kind is not fact.kind or other.key == fact.key:
        return "other", "Choose another field of the same kind."
    return "", ""


def _value_fault(asked: Condition, fact: Fact) -> str:
    values = asked.values
    if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
        return f"At most {MOST_VALUES} values of {LONGEST_VALUE} characters."
    if asked.op in COMPARED and len(values) > 1:
        return "Enter one value."
    if fact.kind is Kind.NUMBER and not _NUMBER.fullmatch(values[0]):
        return "Enter a whole number."
    if fact.kind is Kind.DATE and not _is_day(values[0]):
        return "Enter a date such as 2026-10-01."
    if fact.kind is Kind.CODES and (wrong := [value for value in values if not _CODE.fullmatch(value)]):
        return f"{wrong[0]} is no code and no beginning of one."
    known = {value for value, _ in fact.choices}
    if fact.kind is Kind.CHOICE and (strange := [value for value in values if value not in known]):
        return f"“{strange[0]}” is none of: {', '.join(value for value, _ in fact.choices)}."
    return ""


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def as_json(groups: Iterable[Iterable[Condition]], check: Condition) -> dict[str, Any]:
    """Groups and check as a version of a rule keeps them."""
    return {"groups": [[_plain(each) for each in group] for group in groups], "check": _plain(check)}


def from_json(content: Mapping[str, Any]) -> tuple[tuple[tuple[Condition, ...], ...], Condition]:
    """Groups and check as they were kept."""
    groups = tuple(tuple(_condition(each) for each in group) for group in content["groups"])
    return groups, _condition(content["check"])


def _plain(each: Condition) -> dict[str, Any]:
    return {"fact": each.fact, "op": each.op.value, "values": list(each.values), "other": each.other}


def _condition(kept: Mapping[str, Any]) -> Condition:
    return Condition(kept["fact"], Op(kept["op"]), tuple(kept["values"]), kept["other"])
