"""Writes a data set in one transaction: COPY into staging, then only what is new or different."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from coding.codesets.loading.rows import CodeRow, Dataset, ExemptionRow, NoteRow, SeverityRow
from coding.codesets.models import Code, CodeNote, CodeSetRelease, CodeSeverity, PoaExemption

LOCK = 7_210_452_017
"""Advisory lock: two loads at the same time would wait for one another here."""


@dataclass
class Written:
    """What one load changed, in rows of all tables of the set."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, other: Written) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged


def is_loaded(system: str, fingerprint: str) -> bool:
    """True when the newest default load of a set came from the same files."""
    return CodeSetRelease.objects.filter(system=system, sha256=fingerprint).exists()


def write(dataset: Dataset, fingerprint: str) -> Written:
    """Store a data set; all or nothing. Codes of other systems, and codes the set no longer lists, stay untouched."""
    written = Written()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        for model, key, rows in _parts(dataset):
            written.add(_upsert(cursor, model, key, rows))
        _write_releases(dataset, fingerprint)
    return written


def _parts(dataset: Dataset) -> Iterable[tuple[type[models.Model], Sequence[str], Sequence[tuple[Any, ...]]]]:
    yield Code, ("system", "code", "valid_from"), dataset.codes
    yield CodeNote, ("system", "code", "position", "valid_from"), dataset.notes
    yield CodeSeverity, ("code", "valid_from"), dataset.severities
    yield PoaExemption, ("prefix", "seventh_characters", "valid_from", "official"), dataset.exemptions


_COLUMNS: dict[type[models.Model], Sequence[str]] = {
    Code: CodeRow._fields,
    CodeNote: NoteRow._fields,
    CodeSeverity: SeverityRow._fields,
    PoaExemption: ExemptionRow._fields,
}


def _upsert(cursor: Any, model: type[models.Model], key: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Written:
    if not rows:
        return Written()
    names = _Names(model, key)
    cursor.execute(names.fill("create temporary table {stage} on commit drop as select {columns} from {table} limit 0"))
    with cursor.copy(names.fill("copy {stage} ({columns}) from stdin")) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(
        names.fill(
            "insert into {table} as t ({columns}) select {columns} from {stage} on conflict ({key}) do update set {set} "
            "where ({old}) is distinct from ({new}) returning (xmax = 0)"
        )
    )
    created = [row[0] for row in cursor.fetchall()]
    cursor.execute(names.fill("drop table {stage}"))
    return Written(sum(created), len(created) - sum(created), len(rows) - len(created))


class _Names:
    """Quoted names of one table for the statements above."""

    def __init__(self, model: type[models.Model], key: Sequence[str]) -> None:
        columns = _COLUMNS[model]
        rest = [name for name in columns if name not in key]
        self._parts = {
            "table": sql.Identifier(model._meta.db_table),
            "stage": sql.Identifier(f"stage_{model._meta.model_name}"),
            "columns": _join("{0}", columns),
            "key": _join("{0}", key),
            "set": _join("{0} = excluded.{0}", rest),
            "old": _join("t.{0}", rest),
            "new": _join("excluded.{0}", rest),
        }

    def fill(self, statement: str) -> sql.Composed:
        return sql.SQL(statement).format(**self._parts)


def _join(form: str, names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(form).format(sql.Identifier(name)) for name in names)


def _write_releases(dataset: Dataset, fingerprint: str) -> None:
    for release in dataset.releases:
        CodeSetRelease.objects.update_or_create(
            system=dataset.system,
            effective_from=release.effective_from,
            defaults={
                "label": release.label,
                "effective_to": release.effective_to,
                "source": dataset.source,
                "sha256": fingerprint,
                "code_count": release.code_count,
                "added_count": release.added,
                "deleted_count": release.deleted,
                "untitled_count": release.untitled,
            },
        )
