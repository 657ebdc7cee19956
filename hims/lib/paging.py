"""Keyset paging: the page after a key, never an offset, so that page 4,000 costs as much as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from hims.lib.errors import DomainError

M = TypeVar("M", bound=Model)
T = TypeVar("T")
MAX_PAGE_SIZE = 200


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
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (binascii.Error, ValueError):
        raise DomainError("This page link is damaged. Go back to the first page.", field="after") from None
    if not isinstance(values, list) or len(values) != length:
        raise DomainError("This page link is damaged. Go back to the first page.", field="after")
    return values


def keyset_page(rows: QuerySet[M], *, order: Sequence[str], after: str, size: int = 50) -> Page[M]:
    """One page of `rows` in `order` (field names, "-" for descending, none of them null, last one unique)."""
    size = max(1, min(size, MAX_PAGE_SIZE))
    names = [name.lstrip("-") for name in order]
    if after:
        rows = rows.filter(_beyond(order, decode_cursor(after, len(order))))
    found = list(rows.order_by(*order)[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    return Page(found[:size], encode_cursor([_value(last, name) for name in names]))


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        condition |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    return condition


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)
