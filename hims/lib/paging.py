"""Keyset paging: the page after a key, never an offset, so that page 4,000 costs as much as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.timezone import is_naive

from hims.lib.errors import DomainError

M = TypeVar("M", bound=Model)
T = TypeVar("T")
MAX_PAGE_SIZE = 200
MAX_CURSOR = 2000
DAMAGED = "This page link is damaged. Go back to the first page."


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `next_cursor` is "" on the last page."""

    rows: list[T]
    next_cursor: str


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort key of a row as opaque text; values are text, numbers, dates or None."""
    raw = json.dumps([_plain(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The sort key again. Raises DomainError for anything this system did not make."""
    if len(cursor) > MAX_CURSOR:
        raise _damaged()
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise _damaged() from None
    if not isinstance(values, list) or len(values) != length:
        raise _damaged()
    return values


def keyset_page(rows: QuerySet[M], *, order: Sequence[str], after: str, size: int = 50) -> Page[M]:
    """One page of `rows` in `order` (field names, "-" for descending, none of them null, last one unique).

    Raises DomainError for a cursor whose values do not fit the columns.
    """
    size = max(1, min(size, MAX_PAGE_SIZE))
    names = [name.lstrip("-") for name in order]
    if after:
        values = decode_cursor(after, len(order))
        rows = rows.filter(_beyond(order, [_fitted(rows, *pair) for pair in zip(names, values, strict=True)]))
    found = list(rows.order_by(*order)[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    return Page(found[:size], encode_cursor([_value(last, name) for name in names]))


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Past the key. The bound on the first column is implied by the rest; it is what lets an index begin there."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        condition |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    first = order[0].lstrip("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]}) & condition


def _fitted(rows: QuerySet[M], name: str, value: Any) -> Any:
    """The value as the column `name` holds it; DomainError for what it cannot hold."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _damaged()
    field = _column(rows, name)
    try:
        storable = b"\x00" not in str(value).encode()
        fitted = field.to_python(value)
        field.run_validators(fitted)
        fitted = fitted.astimezone(UTC) if isinstance(fitted, datetime) and not is_naive(fitted) else fitted
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        raise _damaged() from None
    if not storable or fitted is None or (isinstance(fitted, datetime) and is_naive(fitted)):
        raise _damaged()
    return fitted


def _column(rows: QuerySet[M], name: str) -> Field[Any, Any]:
    if name in rows.query.annotations:
        return rows.query.annotations[name].output_field
    model: Any = rows.model
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model
    field: Field[Any, Any] = model._meta.pk if last == "pk" else model._meta.get_field(last)
    return field


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)


def _damaged() -> DomainError:
    return DomainError(DAMAGED, field="after")
