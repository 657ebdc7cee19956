"""The Medicare Code Editor: which codes of a claim it questions, and why.

Source: CMS Definitions of Medicare Code Edits, version 43.1. The library counts edits; here each is also put on
the codes that raised it, by asking again with and without a code. Two things are decided here, because the
library decides them differently: the length-of-stay edit, and a discharge date beyond its data, which is an
error and not a clean claim.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from coding.grouper.claim import SEX_NUMBERS, GrouperClaim, raw_diagnosis
from coding.grouper.library import RawClaim, edit_raw
from coding.grouper.record import raw_date
from hims.lib.errors import DomainError

FIRST_DAY = date(2015, 10, 1)
LENGTH_OF_STAY = "INCONSISTENT_WITH_LENGTH_OF_STAY"
SHORT_STAY_DAYS = 4
CLAIM_EDITS = frozenset({"INVALID_AGE", "INVALID_SEX", "INVALID_DISCHARGE_STATUS"})
CONFLICTS_SHOWN_ON_ADMITTING = frozenset({"AGE_CONFLICT", "SEX_CONFLICT", "INVALID_ADMIT_DX"})
NO_DATA = "INVALID_DISCHARGE_DATE"
NONE = "NONE"
PREPAYMENT = "PREPAYMENT"
BOTH = "BOTH"
Counts = Counter[str]


@dataclass(frozen=True)
class MceEdit:
    """One edit: its name, how often it fired, and PREPAYMENT, POSTPAYMENT, BOTH or NONE."""

    name: str
    count: int
    edit_type: str


@dataclass(frozen=True)
class CodeEdits:
    """A code of the claim and the names of the edits raised on it, sorted."""

    code: str
    edits: tuple[str, ...]


@dataclass(frozen=True)
class MceResult:
    """The editor's answer; the code lists are in the claim's order.

    edit_type: NONE when no edit holds the claim. on_claim: edits on age, sex or discharge status.
    """

    edit_type: str
    edits: tuple[MceEdit, ...]
    on_claim: tuple[str, ...]
    principal: CodeEdits
    admitting: CodeEdits | None
    secondaries: tuple[CodeEdits, ...]
    procedures: tuple[CodeEdits, ...]

    @property
    def clean(self) -> bool:
        return not self.edits


def edit(claim: GrouperClaim) -> MceResult:
    """The edits of one stay. Raises DomainError when it is malformed or has no covered discharge date."""
    plain = claim.normalised()
    if plain.discharged_on is None:
        raise DomainError("The code editor needs a discharge date.", field="discharged_on")
    raw: RawClaim = {
        "discharge_date": raw_date(plain.discharged_on),
        "age": plain.age_years,
        "sex": SEX_NUMBERS[plain.sex],
        "discharge_status": int(plain.discharge_disposition),
        "pdx": raw_diagnosis(plain.principal.code, plain.principal.poa),
        "sdx": [raw_diagnosis(dx.code, dx.poa) for dx in plain.secondaries],
        "procedures": [{"code": px.code} for px in plain.procedures],
    }
    if plain.admitting_code:
        raw["admit_dx"] = {"code": plain.admitting_code}
    return edit_claim(raw, plain.length_of_stay)


def edit_claim(raw: RawClaim, length_of_stay: int | None) -> MceResult:
    """The edits of a claim in the library's layout. length_of_stay: days, None when not known."""
    edits = _all_edits(raw, length_of_stay)
    names = frozenset(found.name for found in edits)
    return MceResult(
        edit_type=_overall(edits),
        edits=edits,
        on_claim=tuple(sorted(names & CLAIM_EDITS)),
        principal=_on_principal(raw, names),
        admitting=_on_admitting(raw),
        secondaries=_on_secondaries(raw, names),
        procedures=_on_procedures(raw, names, length_of_stay),
    )


def _all_edits(raw: RawClaim, length_of_stay: int | None) -> tuple[MceEdit, ...]:
    """The library's edits with its length-of-stay edit replaced by ours."""
    found = [
        MceEdit(item["name"], item["count"], item["edit_type"])
        for item in _answer(raw)["edits"]
        if item["name"] != LENGTH_OF_STAY
    ]
    stays = sum(_short_stay(raw, px["code"], length_of_stay) for px in raw["procedures"])
    if stays:
        found.append(MceEdit(LENGTH_OF_STAY, stays, PREPAYMENT))
    return tuple(found)


def _short_stay(raw: RawClaim, code: str, length_of_stay: int | None) -> bool:
    """Whether a procedure cannot have been done in so short a stay (ventilation beyond 96 hours in four days).

    Fires once per occurrence, never when the stay is not known.
    Source: Definitions of Medicare Code Edits, procedure inconsistent with length of stay.
    """
    if length_of_stay is None or length_of_stay > SHORT_STAY_DAYS:
        return False
    return _is_long_procedure(raw["discharge_date"], code)


@lru_cache(65_536)
def _is_long_procedure(discharge_date: int, code: str) -> bool:
    """Whether a procedure is on the length-of-stay list: the library then fires at an age of four or less."""
    infant = {
        "discharge_date": discharge_date,
        "age": SHORT_STAY_DAYS,
        "sex": 1,
        "discharge_status": 1,
        "pdx": {"code": "J9600"},
        "sdx": [],
        "procedures": [{"code": code}],
    }
    return any(item["name"] == LENGTH_OF_STAY for item in _answer(infant)["edits"])


def _answer(raw: RawClaim) -> dict[str, Any]:
    """The library's answer. Raises DomainError for a discharge date its data does not cover."""
    if raw["discharge_date"] < raw_date(FIRST_DAY):
        raise DomainError(
            f"The code editor covers ICD-10 discharges from {FIRST_DAY.isoformat()}.", field="discharged_on"
        )
    answer = edit_raw(raw)
    if answer["edit_type"] == NO_DATA:
        raise DomainError(
            f"The code editor's data ends before a discharge on {raw['discharge_date']}.", field="discharged_on"
        )
    return answer


def _counts(raw: RawClaim) -> Counts:
    return Counter({item["name"]: item["count"] for item in _answer(raw)["edits"]})


def _on_principal(raw: RawClaim, names: frozenset[str]) -> CodeEdits:
    """What the principal diagnosis raises alone, as far as the whole claim raises it too."""
    alone = names and names & _counts(_bare(raw)).keys() - CLAIM_EDITS
    return CodeEdits(raw["pdx"]["code"], tuple(sorted(alone)))


def _on_admitting(raw: RawClaim) -> CodeEdits | None:
    """Conflicts of the admitting diagnosis: as a secondary diagnosis would raise them, plus its own validity."""
    if "admit_dx" not in raw:
        return None
    bare = _bare(raw)
    admitting = raw["admit_dx"]
    before = _counts(bare)
    found = _counts({**bare, "admit_dx": admitting}) - before
    found += _counts({**bare, "sdx": [admitting]}) - before
    return CodeEdits(admitting["code"], tuple(sorted(found.keys() & CONFLICTS_SHOWN_ON_ADMITTING)))


def _on_secondaries(raw: RawClaim, names: frozenset[str]) -> tuple[CodeEdits, ...]:
    """What each secondary diagnosis adds to the principal one alone."""
    if not names:
        return tuple(CodeEdits(dx["code"], ()) for dx in raw["sdx"])
    bare = _bare(raw)
    before = _counts(bare)
    return tuple(_added(dx["code"], _counts({**bare, "sdx": [dx]}) - before) for dx in raw["sdx"])


def _on_procedures(raw: RawClaim, names: frozenset[str], length_of_stay: int | None) -> tuple[CodeEdits, ...]:
    """What disappears without each procedure: coverage depends on the procedures done together."""
    if not names:
        return tuple(CodeEdits(px["code"], ()) for px in raw["procedures"])
    whole = _counts(raw)
    procedures = raw["procedures"]
    marks = []
    for position, px in enumerate(procedures):
        others = procedures[:position] + procedures[position + 1 :]
        lost = whole - _counts({**raw, "procedures": others})
        lost[LENGTH_OF_STAY] = int(_short_stay(raw, px["code"], length_of_stay))
        marks.append(_added(px["code"], +lost))
    return tuple(marks)


def _added(code: str, counts: Counts) -> CodeEdits:
    return CodeEdits(code, tuple(sorted(counts.keys() - CLAIM_EDITS)))


def _bare(raw: RawClaim) -> RawClaim:
    """The claim with its principal diagnosis alone."""
    bare = {**raw, "sdx": [], "procedures": []}
    bare.pop("admit_dx", None)
    return bare


def _overall(edits: tuple[MceEdit, ...]) -> str:
    """The type of the whole answer: that of its edits, BOTH when they differ."""
    types = {found.edit_type for found in edits} - {NONE}
    if not types:
        return NONE
    return types.pop() if len(types) == 1 else BOTH
