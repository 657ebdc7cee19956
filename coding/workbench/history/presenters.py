"""Words for the history panel and for the reconciliation pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from coding.codesets.rules import dotted
from coding.workbench.history.differences import Difference, What, differences, made_by
from coding.workbench.history.enums import SnapshotKind, Verdict
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.history.selectors import NOW, History, Reconciliation
from coding.workbench.models import CodingRecord
from hims.lib.dates import local_date
from records.presenters import banner, moment

TONES = {Verdict.OPEN: "warn", Verdict.AGREED: "done", Verdict.DISAGREED: "stop"}


def history_context(found: History) -> dict[str, Any]:
    """What the panel prints: the kept states, and the difference of two."""
    record = found.record
    zone = record.encounter.facility.time_zone
    rows = [snapshot_row(each, zone) for each in found.snapshots]
    choices = [*({"value": row["number"], "label": f"{row['number']} {row['kind']}, {row['side']}"} for row in rows)]
    if found.open:
        choices.append({"value": NOW, "label": "Now"})
    context = {
        "url": reverse("coding:history", kwargs={"encounter_id": record.encounter_id}), "base": record.get_absolute_url(),
        "rows": rows, "choices": choices, "before": found.before, "after": found.after, "open": found.open,
        "inpatient": record.encounter_class == "inpatient",
    }  # fmt: skip
    if found.before is None or found.after is None:
        return context
    return {**context, "comparison": comparison(found.contents[found.before], found.contents[found.after])}


def snapshot_row(snapshot: CodingSnapshot, zone: str) -> dict[str, Any]:
    """One kept state."""
    return {
        "number": snapshot.number, "kind": snapshot.get_kind_display(), "side": snapshot.get_standpoint_display(),
        "drg": snapshot.final_drg, "by": str(snapshot.taken_by) if snapshot.taken_by else "the system",
        "at": moment(snapshot.taken_at, zone), "note": snapshot.note, "version": snapshot.record_version,
        "sha256": snapshot.sha256[:12], "final": snapshot.kind == SnapshotKind.FINAL,
    }  # fmt: skip


def comparison(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Two contents side by side: the DRGs, every difference, and what made the DRG another one."""
    found = differences(before, after)
    old, new = drg_words(before), drg_words(after)
    making = made_by(after, found) if old["code"] != new["code"] else []
    return {
        "old": old, "new": new, "changed": old["code"] != new["code"],
        "rows": [_row(each, each in making) for each in found], "made": sentence(making, found, old, new),
    }  # fmt: skip


def _row(each: Difference, makes: bool) -> dict[str, Any]:
    old, new = each.before, each.after
    if each.what is What.PRINCIPAL:
        old, new = dotted(old) if old != "none" else old, dotted(new) if new != "none" else new
    return {
        "what": each.what.value,
        "code": _code(each),
        "title": each.title,
        "before": old,
        "after": new,
        "makes": makes,
    }


def _code(each: Difference) -> str:
    return each.code if each.procedure or not each.code else dotted(each.code)


def drg_words(content: Mapping[str, Any]) -> dict[str, str]:
    """The DRG of a kept state; empty code when there is none."""
    drg = content["drg"]
    return {"code": drg.get("final_drg", ""), "title": drg.get("drg_title", "") or "no DRG"}


def sentence(
    making: Sequence[Difference], found: Sequence[Difference], old: Mapping[str, str], new: Mapping[str, str]
) -> str:
    """What made the DRG another one, in one sentence; "" when it is the same."""
    if old["code"] == new["code"]:
        return ""
    if making:
        named = ", ".join(f"{_code(each)} ({each.what.value})" for each in making)
        return f"Without {named} the DRG would not be {new['code']}."
    if not found:
        return "No code differs; the grouper's version or the stay itself does."
    return "No single change makes the difference; several do together."


def mismatch_row(each: DrgMismatch, now: datetime) -> dict[str, Any]:
    """One line of the list; patient, encounter, facility and both states are joined."""
    zone = each.facility.time_zone
    return {
        "name": each.patient.listed_name, "account": each.encounter.account_number, "facility": each.facility.code,
        "url": reverse("coding:reconciliation", kwargs={"encounter_id": each.encounter_id}),
        "kind": each.get_kind_display(), "earlier": each.earlier_drg or "none", "later": each.later_drg or "none",
        "earlier_by": _who(each.earlier), "later_by": _who(each.later), "found": moment(each.found_at, zone),
        "days": (local_date(now, zone) - local_date(each.found_at, zone)).days,
        "verdict": each.get_verdict_display(), "tone": TONES[Verdict(each.verdict)], "reason": each.reason,
    }  # fmt: skip


def _who(snapshot: CodingSnapshot) -> str:
    return str(snapshot.taken_by) if snapshot.taken_by else "the system"


def reconciliation_context(found: Reconciliation, *, today: Any, judge: Any) -> dict[str, Any]:
    """What the page of one coding prints. judge: the id of the reader."""
    record, encounter = found.record, found.record.encounter
    return {
        "banner": banner(record.patient, encounter, today=today), "bench": record.get_absolute_url(),
        "crumbs": [{"label": "Coding", "url": reverse("coding:worklist")},
                   {"label": "Reconciliation", "url": reverse("coding:mismatches")}, {"label": encounter.account_number}],
        "rows": [_judgement(each, found, record, judge) for each in found.mismatches],
        "action": reverse("coding:reconciliation", kwargs={"encounter_id": record.encounter_id}),
    }  # fmt: skip


def _judgement(each: DrgMismatch, found: Reconciliation, record: CodingRecord, judge: Any) -> dict[str, Any]:
    zone = record.encounter.facility.time_zone
    parties: Iterable[Any] = (each.earlier.taken_by_id, each.later.taken_by_id, record.coder_id)
    return {
        "id": each.pk, "kind": each.get_kind_display(), "verdict": each.get_verdict_display(), "open": each.verdict == Verdict.OPEN,
        "tone": TONES[Verdict(each.verdict)], "reason": each.reason, "party": judge in set(parties),
        "judged": f"{moment(each.judged_at, zone)} by {each.judged_by}" if each.judged_at else "",
        "earlier": snapshot_row(each.earlier, zone), "later": snapshot_row(each.later, zone),
        "comparison": comparison(found.contents[each.earlier.number], found.contents[each.later.number]),
    }  # fmt: skip
