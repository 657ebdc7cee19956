"""Every kind of official file: how it is read, what it changes, and for which days it is meant. No database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from coding.codesets.enums import CodeSystem
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.parsed import Parsed
from coding.codesets.official.readers import (
    cm_index,
    cm_tabular,
    cpt,
    hcpcs,
    lists,
    order,
    pcs_definitions,
    pcs_index,
    pcs_tables,
)
from coding.codesets.rules import fiscal_year
from hims.lib.errors import DomainError

LARGEST = 64 * 1024 * 1024
Reader = Callable[..., Parsed]


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    stack: the name of what it changes in place; loads of one stack are taken back from the top. "" for editions, which
    stand side by side. release: the name under which its list of codes becomes a release.
    fiscal: for a federal fiscal year (October to September); else for a calendar year.
    """

    read: Reader
    stack: str = ""
    release: str = ""
    fiscal: bool = True
    licensed: bool = False


CM, PCS = CodeSystem.ICD10CM.value, CodeSystem.ICD10PCS.value
KINDS: dict[str, Kind] = {
    LoadKind.CM_ORDER: Kind(order.read_cm, CM, "ICD-10-CM"),
    LoadKind.CM_TABULAR: Kind(cm_tabular.read, CM),
    LoadKind.CM_INDEX: Kind(partial(cm_index.read, LoadKind.CM_INDEX.value)),
    LoadKind.CM_EXTERNAL: Kind(partial(cm_index.read, LoadKind.CM_EXTERNAL.value)),
    LoadKind.CM_NEOPLASM: Kind(partial(cm_index.read, LoadKind.CM_NEOPLASM.value)),
    LoadKind.CM_DRUG: Kind(partial(cm_index.read, LoadKind.CM_DRUG.value)),
    LoadKind.PCS_ORDER: Kind(order.read_pcs, PCS, "ICD-10-PCS"),
    LoadKind.PCS_TABLES: Kind(pcs_tables.read, PCS, "ICD-10-PCS"),
    LoadKind.PCS_INDEX: Kind(pcs_index.read),
    LoadKind.PCS_DEFINITIONS: Kind(pcs_definitions.read),
    LoadKind.HCPCS: Kind(hcpcs.read, CodeSystem.HCPCS.value, "HCPCS Level II", fiscal=False),
    LoadKind.POA_EXEMPT: Kind(lists.read_poa_exempt, "poa"),
    LoadKind.DRG_WEIGHTS: Kind(lists.read_drg_weights),
    LoadKind.CPT: Kind(cpt.read, CodeSystem.CPT.value, "CPT", fiscal=False, licensed=True),
}


def last_day(kind: str, effective_from: date) -> date:
    """The last day of the fiscal or calendar year an edition is published for, unless a later one begins before."""
    if KINDS[kind].fiscal:
        return date(fiscal_year(effective_from), 9, 30)
    return date(effective_from.year, 12, 31)


def check_days(kind: str, parsed: Parsed, effective_from: date) -> None:
    """The year or month a file names must be that of the day it is loaded for. Raises DomainError saying which day fits."""
    if parsed.year is not None and parsed.year != fiscal_year(effective_from):
        raise DomainError(
            f"The file is of fiscal year {parsed.year} ({parsed.year - 1}-10-01 to {parsed.year}-09-30), the effective date "
            f"{effective_from} lies in {fiscal_year(effective_from)}. Give a date of {parsed.year}, or the file of that year.",
            field="effective_from",
        )
    if parsed.month is not None and parsed.month != (effective_from.year, effective_from.month):
        year, month = parsed.month
        raise DomainError(
            f"The file is the release of {year}-{month:02}, the effective date is {effective_from}. "
            f"Give {year}-{month:02}-01, or the file of that quarter.",
            field="effective_from",
        )


def check_size(size: int) -> None:
    """Raises DomainError for an empty or oversized file."""
    if size == 0:
        raise DomainError("The file is empty. Download it again.", field="file")
    if size > LARGEST:
        raise DomainError(f"The file has {size:,} bytes; official files stay below {LARGEST:,}.", field="file")
