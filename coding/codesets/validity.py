"""Whether a code may be reported on a day, and the sentence that says why not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coding.codesets.enums import CodeKind
from coding.codesets.rules import CM_LENGTH, Span

_ORDINALS = {2: "2nd", 3: "3rd", 4: "4th", 5: "5th", 6: "6th", 7: "7th"}


@dataclass(frozen=True)
class CodeSpan:
    """One span of one entry: a reportable code, or a heading above codes."""

    kind: str
    span: Span


@dataclass(frozen=True)
class Validity:
    """The answer for one code on one day.

    valid: a reportable code on that day. billable: the same; a heading is neither.
    known: False when no loaded release covers the day: the answer is then "cannot tell", never a neighbour's.
    reason: one sentence for a coder.
    """

    valid: bool
    reason: str
    known: bool = True

    @property
    def billable(self) -> bool:
        return self.valid


def judge(
    *, shown: str, code: str, spans: Sequence[CodeSpan], on: date, covered: Span | None, set_name: str
) -> Validity:
    """Validity of `code` on a day.

    shown: the code as printed. spans: all spans of the code. covered: the days the loaded releases cover, None
    when none is loaded. Dates are inclusive; a deletion day is the first day without the code.
    """
    if covered is None or not covered.covers(on):
        return Validity(False, _not_covered(set_name, on, covered), known=False)
    current = [each for each in spans if each.span.covers(on)]
    reportable = next((each for each in current if each.kind == CodeKind.CODE), None)
    if reportable:
        return Validity(True, _valid_sentence(shown, reportable.span))
    if current:
        return Validity(False, _heading_sentence(shown, code, spans, current[0], set_name, on))
    return Validity(False, _absent_sentence(shown, spans, on, set_name))


def _not_covered(set_name: str, on: date, covered: Span | None) -> str:
    if covered is None:
        return f"No release of {set_name} is loaded."
    if covered.end and on > covered.end:
        return f"No release of {set_name} is loaded for {on}; the newest ends on {covered.end}."
    return f"No release of {set_name} is loaded for {on}; the oldest begins on {covered.start}."


def _valid_sentence(shown: str, span: Span) -> str:
    until = f" to {span.end}" if span.end else ""
    return f"{shown} is valid from {span.start}{until}."


def _heading_sentence(
    shown: str, code: str, spans: Sequence[CodeSpan], heading: CodeSpan, set_name: str, on: date
) -> str:
    if heading.kind != CodeKind.HEADING:
        return f"{shown} is a {heading.kind} of {set_name}, not a code."
    ended = [each.span for each in spans if each.kind == CodeKind.CODE and each.span.end and each.span.end < on]
    needed = _ORDINALS.get(min(len(code) + 1, CM_LENGTH), "further")
    if ended:
        since = max(span.end for span in ended if span.end) + timedelta(days=1)
        return f"{shown} was subdivided on {since}; a {needed} character is needed."
    return f"{shown} is a category; a {needed} character is needed."


def _absent_sentence(shown: str, spans: Sequence[CodeSpan], on: date, set_name: str) -> str:
    codes = sorted((each.span for each in spans), key=lambda span: span.start)
    if not codes:
        return f"{shown} is not in {set_name}."
    past = [span for span in codes if span.end and span.end < on]
    if past and past[-1].end:
        return f"{shown} was deleted on {past[-1].end + timedelta(days=1)}."
    return f"{shown} is not valid before {codes[0].start}."
