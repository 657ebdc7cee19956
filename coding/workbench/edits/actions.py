"""Answering a warning, and taking the answer back."""

from __future__ import annotations

from django.utils import timezone

from audit import gate
from coding.workbench.changing import changing
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.findings import STOP, WARN, Finding
from coding.workbench.edits.models import LONGEST_REASON, EditOverride
from coding.workbench.edits.reading import whole_case
from coding.workbench.edits.settling import TAKEN_BACK, standing
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import User


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.edit_overridden", detail=("edit",))
def override_edit(*, by: User, record: CodingRecord, version: int, edit: str, reason: str) -> EditOverride:
    """The warning is answered: kept with who, when and why, while the situation lasts.

    Raises StaleCoding, and DomainError without a reason, for a stop, and for what does not fire (any more).
    """
    words = squeeze(reason)[:LONGEST_REASON]
    if not words:
        raise DomainError("Say why the warning does not hold here.", field="reason")
    with changing(record, version) as draft:
        finding = _firing(draft.record, edit)
        if edit in standing(record.pk):
            raise DomainError("This warning is answered already.")
        return _answer(by, record, finding, words)


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.override_withdrawn", detail=("edit",))
def withdraw_override(*, by: User, record: CodingRecord, version: int, edit: str) -> CodingRecord:
    """The warning is open again; the answer stays on file as taken back."""
    with changing(record, version):
        row = standing(record.pk).get(edit)
        if row is None:
            raise DomainError("This warning has no override.")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = timezone.now(), by, TAKEN_BACK
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return record


def _firing(record: CodingRecord, edit: str) -> Finding:
    """The warning of that key as it fires now."""
    found = next((finding for finding in live_edits(whole_case(record)) if finding.key == edit), None)
    if found is None:
        raise DomainError("This warning does not hold any more; the page shows what does.")
    if found.severity == STOP:
        raise DomainError("This has to be mended; it cannot be overridden.")
    if found.severity != WARN:
        raise DomainError("This is only a hint; there is nothing to override.")
    return found


def _answer(by: User, record: CodingRecord, finding: Finding, words: str) -> EditOverride:
    return EditOverride.objects.create(
        record=record, edit=finding.key, rule=finding.rule, codes=list(finding.codes), text=finding.text[:600], reason=words,
        given_by=by,
    )  # fmt: skip
