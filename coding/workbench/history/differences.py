"""What changed between two kept states of a coding, and which of the changes made the DRG. Pure but for the grouper it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from coding.grouper.whatif import outcomes_of
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import CLAIM_PLACES, whole_claim_of
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay
from hims.lib.errors import DomainError

Content = Mapping[str, Any]
MAIN = frozenset({DiagnosisRole.PRINCIPAL.value, DiagnosisRole.SECONDARY.value})


class What(StrEnum):
    """One kind of difference; the value is the word of the page."""

    PRINCIPAL = "principal diagnosis"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    POA = "POA"
    DATE = "date"
    STAY = "stay"


@dataclass(frozen=True)
class Difference:
    """code: undotted, with its title; a stay's fact has none. before, after: as the page shows them."""

    what: What
    code: str
    title: str
    procedure: bool = False
    before: str = ""
    after: str = ""


def differences(before: Content, after: Content) -> list[Difference]:
    """Every difference: principal diagnosis, diagnoses in coded order, procedures, facts of the stay."""
    old, new = _diagnoses(before), _diagnoses(after)
    found = [*_principal(before, after), *_lines(old, new, procedure=False), *_poa(old, new)]
    steps, later = _procedures(before), _procedures(after)
    found += [*_lines(steps, later, procedure=True), *_dates(steps, later)]
    return [*found, *_stay(before, after)]


def _diagnoses(content: Content) -> dict[str, Any]:
    """By code; the admitting diagnosis and reasons for visit under a name of their own."""
    return {
        row["code"] if row["role"] not in _APART else f"{row['role']}:{row['code']}": row
        for row in content["diagnoses"]
    }


_APART = frozenset({DiagnosisRole.ADMITTING.value, DiagnosisRole.REASON_FOR_VISIT.value})


def _procedures(content: Content) -> dict[str, Any]:
    """By code and how often it came before."""
    seen: dict[str, int] = {}
    found = {}
    for row in content["procedures"]:
        seen[row["code"]] = seen.get(row["code"], 0) + 1
        found[f"{row['code']}#{seen[row['code']]}"] = row
    return found


def _principal(before: Content, after: Content) -> list[Difference]:
    old, new = _leading(before), _leading(after)
    if old.get("code") == new.get("code"):
        return []
    return [Difference(What.PRINCIPAL, new.get("code", ""), new.get("title", ""), before=old.get("code", "none"),
                       after=new.get("code", "none"))]  # fmt: skip


def _leading(content: Content) -> Mapping[str, Any]:
    return next((row for row in content["diagnoses"] if row["role"] == DiagnosisRole.PRINCIPAL), {})


def _lines(old: Mapping[str, Any], new: Mapping[str, Any], *, procedure: bool) -> list[Difference]:
    found = []
    moved = _moved(list(old), list(new))
    for key, row in new.items():
        if key not in old:
            found.append(Difference(What.ADDED, row["code"], row["title"], procedure, after=_place(row)))
        elif key in moved and _place(old[key]) != _place(row):
            found.append(Difference(What.MOVED, row["code"], row["title"], procedure, _place(old[key]), _place(row)))
    gone = [row for key, row in old.items() if key not in new]
    return [
        *found,
        *(Difference(What.REMOVED, row["code"], row["title"], procedure, before=_place(row)) for row in gone),
    ]


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Those of the common lines that no longer follow the others in the same order."""
    common = set(old) & set(new)
    first, second = [key for key in old if key in common], [key for key in new if key in common]
    blocks = SequenceMatcher(a=first, b=second, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in first[block.a : block.a + block.size]}
    return common - stayed


def _place(row: Mapping[str, Any]) -> str:
    role = row.get("role")
    return f"{role.replace('_', ' ')} {row['sequence']}" if role else f"procedure {row['sequence']}"


def _poa(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Difference]:
    return [
        Difference(What.POA, row["code"], row["title"], before=old[key]["poa"] or "blank", after=row["poa"] or "blank")
        for key, row in new.items()
        if key in old and old[key]["poa"] != row["poa"]
    ]


def _dates(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Difference]:
    return [
        Difference(
            What.DATE,
            row["code"],
            row["title"],
            True,
            old[key]["performed_on"] or "none",
            row["performed_on"] or "none",
        )
        for key, row in new.items()
        if key in old and old[key]["performed_on"] != row["performed_on"]
    ]


STAY_FACTS = {
    "discharge_disposition": "Disposition", "discharged_on": "Discharged", "admitted_on": "Admitted", "sex": "Sex",
    "birth_date": "Born", "admission_type": "Type of admission", "point_of_origin": "Point of origin",
}  # fmt: skip
STATED = {"birth_weight_grams": "Birth weight", "ventilation_hours": "Ventilation hours"}
NAMED = {"attending": "Attending", "operating": "Operating", "other_operating": "Other operating"}


def _stay(before: Content, after: Content) -> Iterable[Difference]:
    """States kept before the abstract existed know less; what one of the two does not know is no difference."""
    old, new = before["encounter"], after["encounter"]
    pairs = [(words, old[name], new[name]) for name, words in STAY_FACTS.items() if name in old and name in new]
    if "abstract" in before and "abstract" in after:
        pairs += _stated(before["abstract"], after["abstract"])
    return [
        Difference(What.STAY, "", words, before=str(mine or "none"), after=str(theirs or "none"))
        for words, mine, theirs in pairs
        if mine != theirs
    ]


def _stated(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The coder's items of two abstracts; an abstract of which nothing was stated is empty."""
    pairs = [(words, old.get(name), new.get(name)) for name, words in STATED.items()]
    pairs += [
        (words, (old.get(name) or {}).get("name"), (new.get(name) or {}).get("name")) for name, words in NAMED.items()
    ]
    mine, theirs = ({row["key"]: row for row in each.get("local", ())} for each in (old, new))
    for key in sorted(mine.keys() | theirs.keys()):
        label = (theirs.get(key) or mine[key])["label"]
        pairs.append((label, mine.get(key, {}).get("value"), theirs.get(key, {}).get("value")))
    return pairs


def made_by(after: Content, found: Iterable[Difference]) -> list[Difference]:
    """Those of the changes without which the later state would have another DRG, each undone by itself.

    Empty when no single one makes it: then it takes several together, or nothing did.
    """
    later = coded_of(after)
    try:
        drg = _drg(later)
    except DomainError:
        return []
    return [each for each in found if each.what in UNDOABLE and _undone_drg(later, each) not in {"", drg}]


UNDOABLE = frozenset({What.PRINCIPAL, What.ADDED, What.REMOVED, What.POA})


def _drg(coded: CodedStay) -> str:
    return outcomes_of(whole_claim_of(coded), (), places=CLAIM_PLACES).base.final.drg


def _undone_drg(later: CodedStay, change: Difference) -> str:
    """The DRG of the later state with one change taken back, "" when there is none."""
    try:
        return _drg(_undone(later, change))
    except DomainError:
        return ""


def _undone(later: CodedStay, change: Difference) -> CodedStay:
    if change.what is What.PRINCIPAL:
        return replace(later, diagnoses=_led_by(later.diagnoses, change.before))
    if change.procedure:
        return replace(later, procedures=_undone_procedures(later.procedures, change))
    lines = later.diagnoses
    if change.what is What.ADDED:
        return replace(
            later, diagnoses=tuple(line for line in lines if line.code != change.code or line.role in _APART)
        )
    if change.what is What.POA:
        poa = "" if change.before == "blank" else change.before
        return replace(
            later, diagnoses=tuple(replace(line, poa=poa) if line.code == change.code else line for line in lines)
        )
    back = DiagnosisLine(0, _role_of(change.before), 0, change.code, "Y")
    return replace(later, diagnoses=(*lines[:1], back, *lines[1:]))


def _led_by(lines: tuple[DiagnosisLine, ...], code: str) -> tuple[DiagnosisLine, ...]:
    """The former principal diagnosis in front again, the present one behind it."""
    rest = tuple(
        replace(line, role=DiagnosisRole.SECONDARY.value) if line.role == DiagnosisRole.PRINCIPAL else line
        for line in lines
        if line.code != code
    )
    return (DiagnosisLine(0, DiagnosisRole.PRINCIPAL.value, 1, code, "Y"), *rest)


def _role_of(place: str) -> str:
    """A principal diagnosis that is gone comes back as a secondary one; who leads is a difference of its own."""
    role = place.rpartition(" ")[0].replace(" ", "_")
    return DiagnosisRole.SECONDARY.value if role == DiagnosisRole.PRINCIPAL else role


def _undone_procedures(lines: tuple[ProcedureLine, ...], change: Difference) -> tuple[ProcedureLine, ...]:
    if change.what is What.ADDED:
        last = max((place for place, line in enumerate(lines) if line.code == change.code), default=-1)
        return tuple(line for place, line in enumerate(lines) if place != last)
    return (ProcedureLine(0, 0, change.code), *lines)


def coded_of(content: Content) -> CodedStay:
    """A kept state as the rules see it."""
    facts = content["encounter"]
    stay = Stay(
        encounter_class=facts["class"], admitted_on=date.fromisoformat(facts["admitted_on"]),
        discharged_on=date.fromisoformat(facts["discharged_on"]) if facts["discharged_on"] else None,
        discharge_disposition=facts["discharge_disposition"], birth_date=date.fromisoformat(facts["birth_date"]),
        sex=facts["sex"],
    )  # fmt: skip
    return CodedStay(
        stay,
        tuple(DiagnosisLine(0, row["role"], row["sequence"], row["code"], row["poa"]) for row in content["diagnoses"]),
        tuple(ProcedureLine(0, row["sequence"], row["code"]) for row in content["procedures"]),
    )
