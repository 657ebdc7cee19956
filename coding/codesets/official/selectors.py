"""Reads of what only official files give. No patient data: these reads need no permission and leave no trail.

One edition holds on a day: of those that cover it the one with the newest start; loaded twice, the later load.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from coding.codesets.official.enums import IndexBook, LoadKind
from coding.codesets.official.models import (
    CodeSetLoad,
    DrgWeight,
    IndexTerm,
    PcsDefinition,
    PcsDeviceGroup,
    PcsTable,
    PcsTableRow,
)
from coding.grouper.weights import Weight


def edition_on(kind: LoadKind | IndexBook, on: date) -> CodeSetLoad | None:
    """The edition of a book or table that holds on a day, or None: never a neighbour's."""
    return CodeSetLoad.objects.on(kind.value, on).first()


def main_terms(book: IndexBook, on: date, *, letter: str = "") -> list[IndexTerm]:
    """Main terms of a book in printed order, of one letter when given."""
    terms = _terms(book, on).filter(parent=None)
    return list(terms.filter(letter=letter) if letter else terms)


def subterms(term: IndexTerm) -> list[IndexTerm]:
    """The lines directly below a term, in printed order."""
    return list(IndexTerm.objects.filter(load_id=term.load_id, parent=term.number).order_by("number"))


def terms_at(book: IndexBook, on: date, paths: Iterable[str]) -> list[IndexTerm]:
    """The terms a `see` entry names, without regard to case."""
    found = IndexTerm.objects.none()
    for path in paths:
        found = found | _terms(book, on).filter(path__iexact=path)
    return list(found.order_by("number"))


def _terms(book: IndexBook, on: date) -> QuerySet[IndexTerm]:
    edition = edition_on(book, on)
    return IndexTerm.objects.filter(load=edition).order_by("number") if edition else IndexTerm.objects.none()


def pcs_table(characters: str, on: date) -> tuple[PcsTable, list[PcsTableRow]] | None:
    """One table of ICD-10-PCS with its rows, by its first three characters; None when no edition has it."""
    edition = edition_on(LoadKind.PCS_TABLES, on)
    table = PcsTable.objects.filter(load=edition, characters=characters).first() if edition else None
    if edition is None or table is None:
        return None
    rows = PcsTableRow.objects.filter(load=edition, characters=characters)
    return table, list(rows.order_by("position"))


def pcs_tables(on: date, *, beginning: str = "") -> list[PcsTable]:
    """The tables of an edition in printed order, of one section or body system when given."""
    edition = edition_on(LoadKind.PCS_TABLES, on)
    if edition is None:
        return []
    return list(PcsTable.objects.filter(load=edition, characters__startswith=beginning).order_by("position"))


def pcs_definitions(on: date, *, section: str, axis: int | None = None) -> list[PcsDefinition]:
    """What the values of a section's axes mean; axis 3 is the operation, 4 the body part, 5 the approach, 6 the device."""
    edition = edition_on(LoadKind.PCS_DEFINITIONS, on)
    if edition is None:
        return []
    found = PcsDefinition.objects.filter(load=edition, section=section)
    return list((found if axis is None else found.filter(axis=axis)).order_by("position"))


def pcs_device_groups(on: date) -> list[PcsDeviceGroup]:
    """Which specific device is coded to which general one."""
    edition = edition_on(LoadKind.PCS_DEFINITIONS, on)
    return list(PcsDeviceGroup.objects.filter(load=edition).order_by("position")) if edition else []


def drg_weight(drg: str, on: date) -> DrgWeight | None:
    """Table 5 of the fiscal year of discharge for one MS-DRG; None when none is loaded for the day. At most two queries."""
    return drg_weights([drg], on).get(drg)


def drg_weights(drgs: Iterable[str], on: date) -> dict[str, DrgWeight]:
    """`drg_weight` for many MS-DRGs, by their number as text ("291"). At most two queries."""
    edition = edition_on(LoadKind.DRG_WEIGHTS, on)
    if edition is None:
        return {}
    return {row.drg: row for row in DrgWeight.objects.filter(load=edition, drg__in=list(drgs))}


def weight_of_drg(drg: str, on: date) -> Weight | None:
    """What the grouper's pages show of a loaded Table 5; None where none covers the day or the table prints no weight."""
    row = drg_weight(drg, on)
    return Weight(row.weight, row.gmlos, row.amlos) if row and row.weight is not None else None
