"""Loading official files and taking loads back. Each is one audited action: all or nothing."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.codesets.official.carry_out import carry_out, content_of, lock_code_sets, plan_of, take_back
from coding.codesets.official.enums import LoadKind, LoadState
from coding.codesets.official.kinds import KINDS, check_size
from coding.codesets.official.models import CodeSetLoad, CodeSetLoadFile
from coding.codesets.official.parsed import Progress
from coding.codesets.official.plan import Plan
from coding.codesets.official.queueing import CHECK, LOAD, ROLL_BACK, ask
from coding.codesets.official.rules import check_name
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.staff.models import User

SHORTEST_ATTESTATION = 20


@dataclass(frozen=True)
class Official:
    """A file as a person hands it over.

    until: the last day, None for that of its fiscal or calendar year. attestation: for licensed content, in the person's words.
    """

    kind: str
    file_name: str
    content: bytes
    effective_from: date
    until: date | None = None
    attestation: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Outcome:
    """What a load did, or would do. load: None for a dry run, and the earlier one when the same file is loaded already."""

    counts: dict[str, int]
    diff: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    load: CodeSetLoad | None = None
    patient_ids: tuple[()] = ()


@gate.command(
    Permission.CODESET_LOAD, subject="subject", event="codeset.checked", category=Category.IMPORT, detail=("note",)
)
def check_file(
    *, by: User, official: Official, note: str, progress: Progress | None = None, subject: None = None
) -> Outcome:
    """A dry run: read the file and tell what it would change; nothing is kept. note: kind and file name, for the trail."""
    return _told(_plan(official, progress))


@gate.command(
    Permission.CODESET_LOAD, subject="subject", event="codeset.loaded", category=Category.IMPORT, detail=("note",)
)
def load_file(
    *, by: User, official: Official, note: str, progress: Progress | None = None, subject: None = None
) -> Outcome:
    """Read a file and load it at once. The same file for the same day, loaded already, changes nothing."""
    lock_code_sets()
    known = same_load(official)
    plan = _plan(official, progress)
    if known is not None:
        return Outcome({**_nothing(plan), "read": plan.parsed.read}, load=known)
    load = _new_load(by, official, LoadState.LOADING)
    _load(by, load, plan)
    return Outcome(load.counts, plan.first_lines(), load)


@gate.command(
    Permission.CODESET_LOAD, subject="subject", event="codeset.submitted", category=Category.IMPORT, detail=("note",)
)
def submit_file(*, by: User, official: Official, note: str, subject: None = None) -> CodeSetLoad:
    """Keep a file for a dry run in the background. Raises DomainError when it is loaded already or not attested."""
    known = same_load(official)
    if known is not None:
        raise DomainError(f"This file is loaded already, from {known.effective_from}.", field="file")
    load = _new_load(by, official, LoadState.CHECKING)
    ask(CHECK, load, by.pk)
    return load


@gate.command(Permission.CODESET_LOAD, subject="subject", event="codeset.checked", category=Category.IMPORT)
def check_load(*, by: User, load: CodeSetLoad, progress: Progress | None = None, subject: None = None) -> CodeSetLoad:
    """The dry run of a kept file: what it would change is kept with it."""
    plan = _plan(_official(load), progress)
    load.counts, load.diff, load.edition = plan.counts(), plan.first_lines(), plan.parsed.edition[:80]
    load.effective_to, load.state = plan.effective_to, LoadState.CHECKED
    load.save(update_fields=["counts", "diff", "edition", "effective_to", "state"])
    return load


@gate.command(Permission.CODESET_LOAD, subject="subject", event="codeset.confirmed", category=Category.IMPORT)
def confirm_load(*, by: User, load: CodeSetLoad, subject: None = None) -> CodeSetLoad:
    """A person has seen the dry run and wants it loaded."""
    ask(LOAD, load, by.pk)
    return _move(load, LoadState.CHECKED, LoadState.LOADING, loaded_by=by)


@gate.command(Permission.CODESET_LOAD, subject="subject", event="codeset.loaded", category=Category.IMPORT)
def apply_load(*, by: User, load: CodeSetLoad, progress: Progress | None = None, subject: None = None) -> CodeSetLoad:
    """Load a confirmed file."""
    lock_code_sets()
    if same_load(_official(load)) is not None:
        raise DomainError("The same file was loaded meanwhile.", field="file")
    _load(by, load, _plan(_official(load), progress))
    return load


@gate.command(Permission.CODESET_LOAD, subject="subject", event="codeset.rollback_asked", category=Category.IMPORT)
def ask_rollback(*, by: User, load: CodeSetLoad, subject: None = None) -> CodeSetLoad:
    """A person wants a load taken back; it stays in force until that is done."""
    ask(ROLL_BACK, load, by.pk, again=str(uuid7()))
    return _move(load, LoadState.LOADED, LoadState.ROLLING_BACK, rolled_back_by=by)


@gate.command(Permission.CODESET_LOAD, subject="subject", event="codeset.rolled_back", category=Category.DELETE)
def roll_back(*, by: User, load: CodeSetLoad, subject: None = None) -> CodeSetLoad:
    """Restore the state before a load; loads after it stay, laid over what is left."""
    lock_code_sets()
    load.refresh_from_db()
    if load.state not in (LoadState.LOADED, LoadState.ROLLING_BACK):
        raise DomainError(f"This load is {load.get_state_display().lower()}; only what is loaded can be rolled back.")
    take_back(load)
    load.state, load.rolled_back_by, load.rolled_back_at = LoadState.ROLLED_BACK, by, timezone.now()
    load.save(update_fields=["state", "rolled_back_by", "rolled_back_at"])
    return load


def same_load(official: Official) -> CodeSetLoad | None:
    """The load of the same bytes for the same day that is in force."""
    return (
        CodeSetLoad.objects.in_force()
        .filter(kind=official.kind, sha256=official.sha256, effective_from=official.effective_from)
        .first()
    )


def refuse_load(load: CodeSetLoad, sentence: str) -> None:
    """Keep why a file was refused; nothing of it is in force."""
    load.state, load.refusal = LoadState.REFUSED, sentence
    load.save(update_fields=["state", "refusal"])


def _plan(official: Official, progress: Progress | None) -> Plan:
    check_name(official.kind, official.file_name, official.effective_from)
    return plan_of(official.kind, official.content, official.effective_from, official.until, progress)


def _told(plan: Plan) -> Outcome:
    return Outcome(plan.counts(), plan.first_lines())


def _nothing(plan: Plan) -> dict[str, int]:
    return {**dict.fromkeys(plan.counts(), 0), "unchanged": plan.parsed.read}


def _official(load: CodeSetLoad) -> Official:
    return Official(load.kind, load.file_name, content_of(load), load.effective_from, load.asked_to, load.attestation)


def _new_load(by: User, official: Official, state: LoadState) -> CodeSetLoad:
    check_size(len(official.content))
    attested: dict[str, Any] = {}
    if KINDS[official.kind].licensed:
        _check_attestation(by, official)
        attested = {"attestation": official.attestation.strip(), "attested_by": by, "attested_at": timezone.now()}
    load = CodeSetLoad.objects.create(
        kind=official.kind, state=state, file_name=official.file_name[-200:], sha256=official.sha256,
        size_bytes=len(official.content), effective_from=official.effective_from, asked_to=official.until, created_by=by,
        **attested,
    )  # fmt: skip
    CodeSetLoadFile.objects.create(load=load, content=gzip.compress(official.content, 6))
    return load


def _check_attestation(by: User, official: Official) -> None:
    if len(official.attestation.strip()) < SHORTEST_ATTESTATION:
        raise DomainError(
            f"{LoadKind(official.kind).label} needs a licence attestation: say under which licence this site holds the file "
            f"(at least {SHORTEST_ATTESTATION} characters). It is kept with your name and the time.",
            field="attestation",
        )


def _load(by: User, load: CodeSetLoad, plan: Plan) -> None:
    carry_out(load, plan)
    highest = CodeSetLoad.objects.aggregate(highest=Max("applied_order"))["highest"] or 0
    load.state, load.applied_order, load.loaded_at = LoadState.LOADED, highest + 1, timezone.now()
    load.loaded_by = load.loaded_by or by
    load.counts, load.diff, load.edition = plan.counts(), plan.first_lines(), plan.parsed.edition[:80]
    load.effective_to = plan.effective_to
    load.save()


def _move(load: CodeSetLoad, before: LoadState, after: LoadState, **who: User) -> CodeSetLoad:
    moved = CodeSetLoad.objects.filter(pk=load.pk, state=before).update(state=after, **who)
    if not moved:
        load.refresh_from_db()
        raise DomainError(f"This load is {load.get_state_display().lower()} now. Look at it again.")
    load.refresh_from_db()
    return load
