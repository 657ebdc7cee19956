"""Words for the what-if panel: in the order of the codes, changed DRGs written out, the rest named in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coding.grouper.results import DrgAnswer, DrgPair
from coding.grouper.whatif import Kind, Outcome, Surface
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import NOT_GROUPED, RETURN_CODES
from coding.workbench.whatif import requirements as needs
from coding.workbench.whatif.requirements import Requirement, for_principal, label
from coding.workbench.whatif.selectors import WhatIf

PROCEDURES = frozenset({Kind.REMOVE_PROCEDURE, Kind.ADD_PROCEDURE})
CHANGES = {
    Kind.PRINCIPAL: "leads", Kind.ADD_PRINCIPAL: "leads", Kind.REMOVE_DIAGNOSIS: "removed",
    Kind.REMOVE_PROCEDURE: "removed", Kind.FORWARD: "first secondary", Kind.ADD_PROCEDURE: "procedure",
}  # fmt: skip


def panel_context(found: WhatIf) -> dict[str, Any]:
    """What the panel prints."""
    base = {
        "url": f"{found.record.get_absolute_url()}what-if/",
        "inpatient": found.coded.stay.inpatient,
        "why": found.why,
    }
    if found.surface is None:
        return base
    return {**base, "drg": drg_words(found.surface.base.final), "sections": _sections(found, found.surface)}


def _sections(found: WhatIf, surface: Surface) -> list[dict[str, Any]]:
    sections = [
        _section(
            "principal", "Another principal diagnosis", (needs.PRINCIPAL, needs.EQUAL), found, surface.of(Kind.PRINCIPAL)
        ),
        _section(
            "removal", "Without one code", (needs.REMOVAL,), found,
            surface.of(Kind.REMOVE_DIAGNOSIS, Kind.REMOVE_PROCEDURE),
        ),
        _section("poa", "Another POA indicator", (needs.POA,), found, surface.of(Kind.POA)),
    ]  # fmt: skip
    if forward := surface.of(Kind.FORWARD):
        sections.append(_section("forward", "Brought onto the claim", (needs.SECONDARY,), found, forward))
    return sections


def _section(
    key: str, title: str, rules: Sequence[Requirement], found: WhatIf, outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    before = _indicators(found)
    rows = [_row(each, found.titles, before) for each in outcomes if each.carries]
    same = dict.fromkeys(_shown(each) for each in outcomes if not each.carries)
    return {
        "key": key, "title": title, "needs": rules, "rows": rows, "same": ", ".join(same), "count": len(outcomes),
        "changing": len(rows),
    }  # fmt: skip


def _indicators(found: WhatIf) -> dict[int, str]:
    """POA as coded, by place: 0 the principal diagnosis."""
    principal = found.coded.principal
    secondaries = enumerate(found.coded.in_role(DiagnosisRole.SECONDARY), start=1)
    return {0: principal.poa if principal else "", **{place: line.poa for place, line in secondaries}}


def _words(each: Outcome, before: Mapping[int, str]) -> str:
    change = each.change
    if change.kind is Kind.POA:
        return f"POA {before[change.place] or 'missing'} → {change.poa}"
    if change.kind is Kind.ADD_SECONDARY:
        return f"secondary, POA {change.poa}" if change.poa else "secondary, exempt from POA"
    return CHANGES[change.kind]


def _special(each: Outcome, before: Mapping[int, str]) -> tuple[Requirement, ...]:
    """What this code in particular needs before it may lead."""
    change = each.change
    if change.kind is Kind.PRINCIPAL:
        return for_principal(change.code, before[change.place])
    return for_principal(change.code, change.poa) if change.kind is Kind.ADD_PRINCIPAL else ()


def _row(each: Outcome, titles: Mapping[str, str], before: Mapping[int, str]) -> dict[str, Any]:
    return {
        "code": _shown(each), "title": titles.get(each.change.code, "(not in the code set)"),
        "change": _words(each, before), "drg": drg_words(each.drgs.final), "note": _hac_note(each.drgs),
        "needs": _special(each, before), "carries": each.carries,
    }  # fmt: skip


def _shown(each: Outcome) -> str:
    return label(each.change.code, procedure=each.change.kind in PROCEDURES)


def _hac_note(pair: DrgPair) -> str:
    if pair.initial.drg == pair.final.drg:
        return ""
    return f"DRG {pair.initial.drg} before hospital-acquired conditions"


def drg_words(answer: DrgAnswer) -> dict[str, str]:
    """One DRG, or the sentence in its place."""
    if answer.drg in NOT_GROUPED:
        reason = RETURN_CODES.get(answer.return_code, answer.title.capitalize() + ".")
        return {"code": "", "title": reason, "severity": ""}
    return {"code": answer.drg, "title": answer.title, "severity": str(answer.severity)}


def tried_context(found: WhatIf, *, kept: Sequence[str]) -> dict[str, Any]:
    """The part with the codes under consideration. kept: "system:code" of each, for the next question."""
    if found.surface is None:
        return {"rows": [], "said": found.why, "kept": kept, "why": found.why}
    rows = [_row(each, found.titles, {}) for each in found.surface.outcomes]
    already = [label(code, procedure=False) for code in found.already]
    said = f"Coded by now: {', '.join(already)}." if already else ""
    left = [each for each in kept if each.partition(":")[2] not in found.already]
    dropped = [{"value": each, "label": _kept_label(each)} for each in left]
    return {"rows": rows, "said": said, "kept": left, "dropped": dropped, "needs": _tried_rules(found.surface.outcomes)}


def _kept_label(each: str) -> str:
    system, _, code = each.partition(":")
    return label(code, procedure=system != "icd10cm")


def _tried_rules(outcomes: Iterable[Outcome]) -> list[Requirement]:
    kinds = {each.change.kind for each in outcomes}
    rules = [needs.SECONDARY, needs.PRINCIPAL] if Kind.ADD_SECONDARY in kinds else []
    return [*rules, needs.PROCEDURE] if Kind.ADD_PROCEDURE in kinds else rules
