"""CSV that a spreadsheet cannot mistake for formulas: the only module that writes CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

# What starts a formula, also in full width, also behind blanks, controls and invisible marks; and a leading tab or line end.
_DANGEROUS = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2028-\u202e\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def safe_cell(value: Any) -> str:
    """Text as a spreadsheet may open it: an apostrophe before what would start a formula; numbers stay numbers.

    Source: OWASP, CSV injection.
    """
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = str(value)
    return f"'{text}" if _DANGEROUS.match(text) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A whole CSV document with CRLF line ends (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(name) for name in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
