"""Small things all writers share: comparing a row with what came, and looking rows up by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

BATCH = 1_000


def differences(row: Model, columns: Mapping[str, Any], *, keep_blank: bool = True) -> list[str]:
    """Set the columns on the row and name those that were different.

    keep_blank: a blank value of the source leaves what the row has. Labels are only added: what was labelled here stays so.
    """
    changed = []
    for name, value in columns.items():
        if name == "labels":
            value = sorted({*vars(row)["labels"], *value})
        if keep_blank and value in ("", None, False):
            continue
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed


def by_source_key(rows: QuerySet[Any], keys: Iterable[str]) -> dict[str, Any]:
    """Rows by their source key. The second condition lets the database use the partial unique index."""
    wanted = sorted({key for key in keys if key})
    found = rows.filter(~Q(source_key=""), source_key__in=wanted)
    return {row.source_key: row for row in found}


def create_all(model: type[Any], rows: Iterable[Any]) -> None:
    """Insert rows in one statement for each thousand."""
    held = list(rows)
    if held:
        model._default_manager.bulk_create(held, batch_size=BATCH)


def update_all(model: type[Any], rows: Iterable[Any], names: Iterable[str]) -> None:
    """Update the named columns of rows, a hundred rows a statement."""
    held, columns = list(rows), sorted(set(names))
    if held and columns:
        model._default_manager.bulk_update(held, columns, batch_size=100)
