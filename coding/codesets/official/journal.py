"""Changes rows and writes down how they were, so that a rollback restores them to the letter.

All in the database: the journal keeps each row as JSON, before and after; putting back inserts the very same row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from psycopg import sql

from coding.codesets.models import Code, CodeNote, CodeSetRelease, PoaExemption
from coding.codesets.official.models import CodeSetChange, CodeSetLoad
from hims.lib.errors import DomainError

JOURNALED: tuple[type[models.Model], ...] = (CodeSetRelease, Code, CodeNote, PoaExemption)
_JOURNAL = sql.Identifier(CodeSetChange._meta.db_table)


def change(
    load: CodeSetLoad,
    model: type[models.Model],
    columns: Sequence[str],
    *,
    gone: Sequence[int] = (),
    changed: Iterable[tuple[Any, ...]] = (),
    new: Iterable[tuple[Any, ...]] = (),
) -> None:
    """Delete the rows `gone`, write `changed` (id first, then the columns) and insert `new` (the columns)."""
    table, name = sql.Identifier(model._meta.db_table), model._meta.db_table
    changes = list(changed)
    touched = [*gone, *(row[0] for row in changes)]
    with connection.cursor() as cursor, _hashed(cursor):
        _run(
            cursor,
            sql.SQL(
                'insert into {journal} (load_id, "table", row_id, before, after) '
                "select %s, %s, t.id, to_jsonb(t), null from {table} t where t.id = any(%s)"
            ).format(journal=_JOURNAL, table=table),
            [load.pk, name, touched],
        )
        _run(cursor, sql.SQL("delete from {} where id = any(%s)").format(table), [list(gone)])
        _update(cursor, table, columns, changes)
        made = _insert(cursor, table, columns, list(new))
        _run(
            cursor,
            sql.SQL(
                "update {journal} j set after = to_jsonb(t) from {table} t "
                'where j.load_id = %s and j."table" = %s and j.row_id = t.id and t.id = any(%s)'
            ).format(journal=_JOURNAL, table=table),
            [load.pk, name, touched],
        )
        _run(
            cursor,
            sql.SQL(
                'insert into {journal} (load_id, "table", row_id, before, after) '
                "select %s, %s, t.id, null, to_jsonb(t) from {table} t where t.id = any(%s)"
            ).format(journal=_JOURNAL, table=table),
            [load.pk, name, made],
        )


def _update(cursor: Any, table: sql.Identifier, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    stage = _stage(cursor, table, ["id", *columns], rows)
    pairs = sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in columns)
    _run(cursor, sql.SQL("update {} t set {} from {} s where t.id = s.id").format(table, pairs, stage))
    _run(cursor, sql.SQL("drop table {}").format(stage))


def _insert(cursor: Any, table: sql.Identifier, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    if not rows:
        return []
    stage, listed = _stage(cursor, table, columns, rows), _listed(columns)
    _run(cursor, sql.SQL("insert into {} ({}) select {} from {} returning id").format(table, listed, listed, stage))
    made = [row[0] for row in cursor.fetchall()]
    _run(cursor, sql.SQL("drop table {}").format(stage))
    return made


@contextmanager
def _hashed(cursor: Any) -> Iterator[None]:
    """Joins by hash: of rows written a moment ago the planner knows nothing, and would look each one up in a list of all."""
    cursor.execute("set local enable_nestloop = off")
    yield
    cursor.execute("set local enable_nestloop = on")


def _run(cursor: Any, statement: sql.Composed, about: Sequence[Any] | None = None) -> None:
    """As text: the context of the history reads the statements that pass."""
    cursor.execute(statement.as_string(None), about)


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _stage(
    cursor: Any, table: sql.Identifier, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> sql.Identifier:
    stage, listed = sql.Identifier("stage_official"), _listed(columns)
    _run(
        cursor,
        sql.SQL("create temporary table {} on commit drop as select {} from {} limit 0").format(stage, listed, table),
    )
    with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(stage, listed)) as copy:
        for row in rows:
            copy.write_row(row)
    return stage


def put_back(load: CodeSetLoad) -> int:
    """Undo every change of a load; returns how many rows. Raises DomainError when a row was changed since."""
    count = 0
    with connection.cursor() as cursor, _hashed(cursor):
        for model in JOURNALED:
            names = {"table": sql.Identifier(model._meta.db_table), "journal": _JOURNAL}
            about = [load.pk, model._meta.db_table]
            _run(
                cursor,
                sql.SQL(
                    "select count(*), count(*) filter (where to_jsonb(t) is distinct from j.after) from {journal} j "
                    'left join {table} t on t.id = j.row_id where j.load_id = %s and j."table" = %s'
                ).format(**names),
                about,
            )
            total, moved = cursor.fetchone()
            if moved:
                raise DomainError(
                    f"{moved:,} rows of {model._meta.verbose_name_plural} were changed since by something else than a load; "
                    "the state before cannot be restored to the letter. Nothing was changed."
                )
            _run(
                cursor,
                sql.SQL(
                    'delete from {table} t using {journal} j where j.load_id = %s and j."table" = %s and t.id = j.row_id'
                ).format(**names),
                about,
            )
            _run(
                cursor,
                sql.SQL(
                    "insert into {table} select (jsonb_populate_record(null::{table}, j.before)).* from {journal} j "
                    'where j.load_id = %s and j."table" = %s and j.before is not null'
                ).format(**names),
                about,
            )
            count += total
    CodeSetChange.objects.filter(load=load).delete()
    return count
