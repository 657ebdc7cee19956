"""What can be told from a file's name. Pure: the standard library only."""

from __future__ import annotations

import re
from datetime import date

from coding.codesets.rules import fiscal_year
from hims.lib.errors import DomainError

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_NAMED_BY_FISCAL_YEAR = ("icd10cm", "icd10pcs", "poa_exempt", "drg_weights")


def check_name(kind: str, file_name: str, effective_from: date) -> None:
    """A year in the name of a file that is published by fiscal year must be the year it is loaded for.

    Names without a year say nothing. Raises DomainError naming both years.
    """
    if not kind.startswith(_NAMED_BY_FISCAL_YEAR):
        return
    years = {int(year) for year in _YEAR.findall(file_name)}
    wanted = fiscal_year(effective_from)
    if years and not years & {wanted, effective_from.year}:
        raise DomainError(
            f"The name {file_name} says {', '.join(map(str, sorted(years)))}, the effective date {effective_from} lies in fiscal "
            f"year {wanted}. Give the date on which the file takes effect, or rename a file that says nothing of its year.",
            field="effective_from",
        )
