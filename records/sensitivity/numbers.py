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
# Joined by nothing, or by a blank, a point, a slash, a line, or any of the dashes that other programs make of a hyphen.
_JOINED = "[-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d ./_]"
_NINE = re.compile(rf"(?<![\w-])\d{{3}}({_JOINED}?)\d{{2}}\1\d{{4}}(?![\w-])")


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
    """A search text in which social security numbers are replaced by the blind index of the first, so that the trail does not
    keep them, however their parts are joined.

    The index comes first and finds the rows just as a number does. is_other: is this a number of the house? Then nine digits
    without hyphens are left alone.
    """
    found = [each for each in _NINE.finditer(text) if _is_ssn(each.group(), is_other)]
    if not found:
        return text
    for each in reversed(found):
        text = f"{text[: each.start()]} {text[each.end() :]}"
    return f"{_index(SSN, _digits(found[0].group()))} {text.strip()}".strip()


def _is_ssn(number: str, is_other: Callable[[str], bool]) -> bool:
    digits = _digits(number)
    return looks_like_ssn(digits) and not (number == digits and is_other(number))


def _digits(number: str) -> str:
    """As plain digits, whatever script and signs they came in."""
    return "".join(str(int(char)) for char in number if char.isdecimal())


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
