"""Faults and the list that collects them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.x12.segments import clean, unwritable

LARGEST_AMOUNT = Decimal("99999999.99")
"""The guides limit amounts to ten characters including the point."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that holds a claim back.

    code: stable, e.g. "BILLING_NPI_INVALID"; field: path in the claim, positions from 0, e.g.
    "lines[2].charge_amount"; sentence: what to do, for a biller.
    """

    code: str
    field: str
    sentence: str


class Checklist:
    """Collects faults; every question answers whether it was passed."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def must(self, passed: object, code: str, field: str, sentence: str) -> bool:
        """Notes the fault unless `passed`."""
        if not passed:
            self.found.append(Fault(code, field, sentence))
        return bool(passed)

    def text(
        self,
        value: str,
        stem: str,
        field: str,
        name: str,
        *,
        longest: int,
        shortest: int = 1,
        required: bool = True,
    ) -> bool:
        """A name or address: there, short enough, and writable in X12 characters once accents are folded.

        stem: start of the fault code; name: how the sentence calls it; lengths in characters as written.
        """
        written = clean(value)
        lost = unwritable(value)
        if not written and not value.strip():
            return self.must(not required, f"{stem}_MISSING", field, f"Enter the {name}.")
        sentence = f"The {name} has characters that cannot be sent ({lost}); write it in Latin letters."
        writable = self.must(not lost, f"{stem}_CHARACTERS", field, sentence)
        sentence = f"The {name} has {len(written)} characters; shorten it to {longest}."
        short = self.must(len(written) <= longest, f"{stem}_TOO_LONG", field, sentence)
        sentence = f"The {name} needs at least {shortest} characters."
        enough = self.must(len(written) >= shortest or lost, f"{stem}_TOO_SHORT", field, sentence)
        return writable and short and enough

    def identifier(
        self,
        value: str,
        stem: str,
        field: str,
        name: str,
        *,
        longest: int,
        shortest: int = 1,
        required: bool = True,
    ) -> bool:
        """A number or code that must go out letter for letter: nothing may be folded or removed."""
        if not self.text(value, stem, field, name, longest=longest, shortest=shortest, required=required):
            return False
        sentence = f"The {name} may hold letters, digits and simple marks, but no * : ^ ~ accents or double blanks."
        return self.must(clean(value) == value.upper(), f"{stem}_CHARACTERS", field, sentence)

    def amount(self, value: Decimal, stem: str, field: str, name: str) -> bool:
        """Dollars and cents from 0 to 99,999,999.99."""
        sane = value.is_finite() and Decimal(0) <= value <= LARGEST_AMOUNT and value == round(value, 2)
        sentence = f"The {name} must be between 0 and 99,999,999.99 with at most two decimals."
        return self.must(sane, f"{stem}_INVALID", field, sentence)
