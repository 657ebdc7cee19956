"""Editions: rows that hang on their load. Written by COPY, compared with the edition that holds on the same day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from coding.codesets.official.enums import LoadKind
from coding.codesets.official.models import (
    CodeSetLoad,
    DrgWeight,
    IndexTerm,
    PcsDefinition,
    PcsDeviceGroup,
    PcsTable,
    PcsTableRow,
)
from coding.codesets.official.overlay import Difference
from coding.codesets.official.parsed import (
    DefinitionEntry,
    DeviceEntry,
    Parsed,
    TableEntry,
    TableRowEntry,
    TermEntry,
    WeightEntry,
)

EDITION_MODELS: tuple[type[models.Model], ...] = (
    IndexTerm, PcsTable, PcsTableRow, PcsDefinition, PcsDeviceGroup, DrgWeight,
)  # fmt: skip
_BOOKS = (LoadKind.CM_INDEX, LoadKind.CM_EXTERNAL, LoadKind.CM_NEOPLASM, LoadKind.CM_DRUG, LoadKind.PCS_INDEX)


def write_edition(load: CodeSetLoad, parsed: Parsed) -> int:
    """Store what hangs on the load; returns how many rows."""
    return sum(_copy(load, model, columns, rows) for model, columns, rows in _parts(load.kind, parsed))


def drop_edition(load: CodeSetLoad) -> None:
    """Take away what hangs on the load."""
    for model in EDITION_MODELS:
        model._default_manager.filter(load=load).delete()


def _parts(kind: str, parsed: Parsed) -> Iterator[tuple[type[models.Model], Sequence[str], list[tuple[Any, ...]]]]:
    yield IndexTerm, ("book", *TermEntry._fields), [(kind, *term) for term in parsed.terms]
    yield PcsTable, TableEntry._fields, [tuple(table) for table in parsed.tables]
    yield PcsTableRow, TableRowEntry._fields, [_table_row(row) for row in parsed.table_rows]
    yield PcsDefinition, DefinitionEntry._fields, [tuple(each) for each in parsed.definitions]
    yield PcsDeviceGroup, DeviceEntry._fields, [tuple(each) for each in parsed.devices]
    yield DrgWeight, WeightEntry._fields, [_weight(each) for each in parsed.weights]


def _table_row(row: TableRowEntry) -> tuple[Any, ...]:
    axes = [{"title": title, "values": values} for title, values in row.axes]
    return row.characters, row.position, Jsonb(axes), row.code_count


def _weight(row: WeightEntry) -> tuple[Any, ...]:
    numbers = [Decimal(text) if text else None for text in (row.weight, row.gmlos, row.amlos)]
    return row.drg, row.title, row.mdc, row.drg_type, *numbers, row.post_acute, row.special_pay


def _copy(load: CodeSetLoad, model: type[models.Model], columns: Sequence[str], rows: list[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    listed = sql.SQL(", ").join(map(sql.Identifier, ("load_id", *columns)))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(model._meta.db_table), listed)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((load.pk, *row))
    return len(rows)


Told = dict[str, str]


def edition_difference(kind: str, parsed: Parsed, day: date) -> tuple[Difference, int]:
    """The difference to the edition that holds on `day`, and how many rows the new one has."""
    holding = CodeSetLoad.objects.on(kind, day).first()
    now, stored = _READ[kind](parsed, holding)
    told = Difference()
    for key in sorted(now.keys() - stored.keys()):
        told.added.append((key, "", now[key]))
    for key in sorted(stored.keys() - now.keys()):
        told.deleted.append((key, stored[key], ""))
    for key in sorted(now.keys() & stored.keys()):
        if now[key] != stored[key]:
            told.retitled.append((key, stored[key], now[key]))
    return told, sum(len(rows) for _, _, rows in _parts(kind, parsed))


def _numbered(pairs: Iterator[tuple[str, str]]) -> Told:
    """By key; a key that comes again gets a number."""
    found: Told = {}
    for key, words in pairs:
        again = 2
        name = key
        while name in found:
            name, again = f"{key} ({again})", again + 1
        found[name] = words
    return found


def _terms(parsed: Parsed, holding: CodeSetLoad | None) -> tuple[Told, Told]:
    def words(codes: Sequence[str], cells: Sequence[str], see: str, see_also: str, use: str) -> str:
        tables = [cell or "none" for cell in cells]
        parts = [" ".join([*codes, *tables])]
        parts += [f"{name} {text}" for name, text in (("see", see), ("see also", see_also), ("use", use)) if text]
        return "; ".join(filter(None, parts))

    now = _numbered((t.path, words(t.codes, t.cells, t.see, t.see_also, t.use)) for t in parsed.terms)
    rows = IndexTerm.objects.filter(load=holding).order_by("number") if holding else IndexTerm.objects.none()
    return now, _numbered((t.path, words(t.codes, t.cells, t.see, t.see_also, t.use)) for t in rows.iterator())


def _definitions(parsed: Parsed, holding: CodeSetLoad | None) -> tuple[Told, Told]:
    def words(definition: str, explanation: str, includes: list[str]) -> str:
        return " | ".join(filter(None, (definition, explanation, "; ".join(includes))))

    now = _numbered(
        (f"{d.section} {d.axis} {d.title}", words(d.definition, d.explanation, d.includes)) for d in parsed.definitions
    )
    rows = PcsDefinition.objects.filter(load=holding).order_by("position") if holding else PcsDefinition.objects.none()
    stored = _numbered(
        (f"{d.section} {d.axis} {d.title}", words(d.definition, d.explanation, d.includes)) for d in rows
    )
    return now, stored


def _weights(parsed: Parsed, holding: CodeSetLoad | None) -> tuple[Told, Told]:
    def words(weight: Any, gmlos: Any, amlos: Any, post_acute: bool, special_pay: bool) -> str:
        flags = [name for name, on in (("post-acute", post_acute), ("special pay", special_pay)) if on]
        numbers = [f"{Decimal(each):f}" if each not in ("", None) else "-" for each in (weight, gmlos, amlos)]
        return ", ".join([" / ".join(numbers), *flags])

    now = {w.drg: words(w.weight, w.gmlos, w.amlos, w.post_acute, w.special_pay) for w in parsed.weights}
    rows = DrgWeight.objects.filter(load=holding) if holding else DrgWeight.objects.none()
    stored = {w.drg: words(w.weight, w.gmlos, w.amlos, w.post_acute, w.special_pay) for w in rows}
    return now, stored


_READ: dict[str, Callable[[Parsed, CodeSetLoad | None], tuple[Told, Told]]] = {
    **dict.fromkeys(_BOOKS, _terms),
    LoadKind.PCS_DEFINITIONS: _definitions,
    LoadKind.DRG_WEIGHTS: _weights,
}
