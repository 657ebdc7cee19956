"""Carries a plan out, takes a load back, and lets either happen below later loads. Always inside a transaction."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.loading.releases import fiscal_year_label
from coding.codesets.loading.writer import LOCK
from coding.codesets.models import Code, CodeNote, CodeSetRelease, PoaExemption
from coding.codesets.official.editions import drop_edition, write_edition
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.journal import change, put_back
from coding.codesets.official.kinds import KINDS, check_days, check_size
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.official.overlay import Value
from coding.codesets.official.parsed import Progress
from coding.codesets.official.plan import Lines, Plan, make_plan

_NOTE_COLUMNS = ("system", "code", "kind", "mark", "text", "position", "valid_from", "valid_to")
_EXEMPTION_COLUMNS = ("prefix", "seventh_characters", "valid_from", "valid_to", "source", "official")
_RELEASE_COLUMNS = (
    "system", "label", "effective_from", "effective_to", "source", "sha256", "loaded_at", "code_count", "added_count",
    "deleted_count", "untitled_count", "load_id",
)  # fmt: skip
Stack = Sequence[CodeSetLoad]


def lock_code_sets() -> None:
    """One change of the code sets at a time; others wait for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def plan_of(
    kind: str, content: bytes, effective_from: date, until: date | None = None, progress: Progress | None = None
) -> Plan:
    """Read a file and work out what it would change. Raises DomainError with line or element, and what to do."""
    check_size(len(content))
    parsed = KINDS[kind].read(content, progress=progress)
    check_days(kind, parsed, effective_from)
    return make_plan(kind, parsed, effective_from, until)


def carry_out(load: CodeSetLoad, plan: Plan) -> None:
    """Write everything a plan says under the journal of `load`."""
    _write_codes(load, plan)
    _write_lines(load, CodeNote, _NOTE_COLUMNS, plan.notes)
    _write_lines(load, PoaExemption, _EXEMPTION_COLUMNS, plan.exemptions)
    write_edition(load, plan.parsed)
    if KINDS[load.kind].release:
        for system in plan.codes:
            _write_release(load, system, plan)


def take_back(load: CodeSetLoad) -> None:
    """Undo one load; those of the same stack above it are undone before, and applied again after."""
    stack = KINDS[load.kind].stack
    above = [each for each in loads_of(stack) if _order(each) > _order(load)] if stack else []
    with _lifted(above):
        put_back(load)
        drop_edition(load)


@contextmanager
def beneath(stacks: Sequence[str]) -> Iterator[None]:
    """What is written inside lies below every official load of these stacks."""
    lock_code_sets()
    with _lifted(sorted((each for stack in stacks for each in loads_of(stack)), key=_order)):
        yield


def stacks_of(system: str) -> list[str]:
    """The stacks whose loads change rows of a code set: diagnoses bring their POA exemptions along."""
    stacks = {each.stack for each in KINDS.values() if each.stack}
    return sorted(stacks & {system, *(["poa"] if system == CodeSystem.ICD10CM else [])})


def _order(load: CodeSetLoad) -> int:
    return load.applied_order or 0


def loads_of(stack: str) -> list[CodeSetLoad]:
    """The loads of a stack that are in force, in the order in which they were loaded."""
    kinds = [kind for kind, each in KINDS.items() if each.stack == stack]
    return list(CodeSetLoad.objects.in_force().filter(kind__in=kinds).order_by("applied_order"))


@contextmanager
def _lifted(loads: Stack) -> Iterator[None]:
    for load in reversed(loads):
        put_back(load)
        drop_edition(load)
    yield
    for load in loads:
        plan = plan_of(load.kind, content_of(load), load.effective_from, load.asked_to)
        carry_out(load, plan)
        load.effective_to = plan.effective_to
        load.save(update_fields=["effective_to"])


def content_of(load: CodeSetLoad) -> bytes:
    """The file of a load as it was given."""
    return gzip.decompress(bytes(load.file.content))


def _write_codes(load: CodeSetLoad, plan: Plan) -> None:
    columns = ("system", "code", *Value._fields, "valid_from", "valid_to")
    for system, rows in plan.codes.items():
        codes = dict(Code.objects.filter(pk__in=[row_id for row_id, _, _ in rows.changed]).values_list("pk", "code"))
        change(
            load,
            Code,
            columns,
            gone=rows.gone,
            changed=(
                (row_id, system, codes[row_id], *value, span.start, span.end) for row_id, span, value in rows.changed
            ),
            new=((system, code, *value, span.start, span.end) for code, span, value in rows.new),
        )


def _write_lines(
    load: CodeSetLoad, model: type[CodeNote] | type[PoaExemption], columns: Sequence[str], lines: Lines
) -> None:
    """Rows of notes and exemptions only ever change their last day."""
    if lines.changed:
        change(load, model, ("valid_to",), changed=lines.changed)
    if lines.gone or lines.new:
        change(load, model, columns, gone=lines.gone, new=lines.new)


def _write_release(load: CodeSetLoad, system: str, plan: Plan) -> None:
    start = load.effective_from
    at_start = CodeSetRelease.objects.filter(system=system, effective_from=start).first()
    covering = CodeSetRelease.objects.filter(system=system, effective_from__lt=start).exclude(effective_to__lt=start)
    codes = Code.objects.on(start).filter(system=system, kind=CodeKind.CODE)
    added, deleted = plan.came.get(system, (0, 0))
    row = (
        system, _label(load), start, plan.effective_to, f"official file {load.file_name}"[:200], load.sha256, timezone.now(),
        codes.count(), added, deleted, codes.filter(long_title="").count(), load.pk,
    )  # fmt: skip
    change(
        load,
        CodeSetRelease,
        _RELEASE_COLUMNS,
        changed=[
            *([(at_start.pk, *row)] if at_start else []),
            *(_cut(release, start - timedelta(days=1)) for release in covering),
        ],
        new=[] if at_start else [row],
    )


def _cut(release: CodeSetRelease, last: date) -> tuple[object, ...]:
    values = {name: getattr(release, name) for name in _RELEASE_COLUMNS}
    return (release.pk, *{**values, "effective_to": last}.values())


def _label(load: CodeSetLoad) -> str:
    name, start = KINDS[load.kind].release, load.effective_from
    if load.kind == LoadKind.CPT:
        return f"{name} {start.year}"
    if load.kind == LoadKind.HCPCS:
        return f"{name} {start:%B %Y}"
    return fiscal_year_label(name, start)
