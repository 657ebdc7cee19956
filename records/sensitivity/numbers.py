"""Numbers that a state gave (social security, passport, licence) at rest: sealed, and found by a blind index.

A row of PatientIdentifier then holds the index in `value` and the sealed number in `sealed`; all other numbers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hims.lib.crypto import blind_index, blind_indexes, field_ring, open_sealed, seal
from hims.lib.masking import SSN, looks_like_ssn, national_kind, normal

PURPOSE = "identifier"
_NINE = re.compile(r"(?<![\w-])\d{3}([- ]?)\d{2}\1\d{4}(?![\w-])")


def stored(system: str, value: str) -> dict[str, str]:
    """Columns of a row: value and sealed."""
    kind = national_kind(system)
    if not kind:
        return {"value": value, "sealed": ""}
    return {"value": _index(kind, value), "sealed": seal(value, PURPOSE, place=system)}


def held_as(system: str, value: str) -> tuple[str, ...]:
    """What `value` of the row of a number may be, newest key first: what to look for."""
    kind = national_kind(system)
    return blind_indexes(normal(kind, value), f"{PURPOSE}:{kind}") if kind else (value,)


def clear(system: str, value: str, sealed: str) -> str:
    """The number itself. Raises SealError."""
    return open_sealed(sealed, PURPOSE, place=system) if sealed else value


def hide_ssn(text: str, is_other: Callable[[str], bool]) -> str:
    """A search text in which a social security number is replaced by its blind index, so that the trail does not keep it.

    The index comes first and finds the rows just as a number does. is_other: is this a number of the house? Then nine digits
    without hyphens are left alone.
    """
    for found in _NINE.finditer(text):
        number = found.group()
        if looks_like_ssn(number) and not (number.isdigit() and is_other(number)):
            rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
            return f"{_index(SSN, number)} {rest}".strip()
    return text


def reseal(rows: Any) -> int:
    """Rows sealed with an older key, or not yet at all, sealed with the newest; how many. rows: of PatientIdentifier."""
    changed = 0
    for row in rows.iterator(chunk_size=500):
        if not national_kind(row.system) or (row.sealed and field_ring().is_current(row.sealed)):
            continue
        columns = stored(row.system, clear(row.system, row.value, row.sealed))
        changed += rows.filter(pk=row.pk).update(**columns)
    return changed


def _index(kind: str, value: str) -> str:
    return blind_index(normal(kind, value), f"{PURPOSE}:{kind}")
