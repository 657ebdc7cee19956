"""Reads of the ICD-10-PCS tables of a day: from the loaded tables file, else made from the list of codes. No patient data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from coding.codesets.browse.pcs_labels import labels_from_titles
from coding.codesets.browse.pcs_rules import AXES, TABLE_LENGTH, Row, rows_from_codes
from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.loading.small_sets import DATA, read_table
from coding.codesets.models import Code
from coding.codesets.official import selectors as official
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.models import CodeSetLoad, PcsTable, PcsTableRow
from coding.codesets.rules import Span
from coding.codesets.selectors import release_on

AXIS_KINDS = {3: "Operation", 4: "Body part", 5: "Approach", 6: "Device"}
_KEPT_TABLES = 256


@dataclass(frozen=True)
class TableHead:
    """Names of the first three characters."""

    characters: str
    section: str
    body_system: str
    operation: str

    @property
    def words(self) -> str:
        """What a search for a table reads."""
        return f"{self.characters} {self.operation} {self.body_system} {self.section}".lower()


@dataclass(frozen=True)
class Table:
    """One table. axis_titles, labels: of characters 4 to 7; definition: of the operation, "" where none is at hand."""

    head: TableHead
    rows: Sequence[Row]
    axis_titles: Sequence[str]
    labels: Sequence[Mapping[str, str]]
    definition: str
    official: bool


@dataclass(frozen=True)
class Meaning:
    """What one value means. includes: what is coded to it."""

    title: str
    text: str
    includes: Sequence[str] = ()


def heads(on: date, *, beginning: str = "") -> list[TableHead]:
    """The tables of a day in printed order, of one section or body system when given. At most two queries."""
    edition = official.edition_on(LoadKind.PCS_TABLES, on)
    if edition is not None:
        rows = PcsTable.objects.filter(load=edition, characters__startswith=beginning).order_by("position")
        return [TableHead(row.characters, row.section, row.body_system, row.operation) for row in rows]
    release = release_on(CodeSystem.ICD10PCS, on)
    if release is None:
        return []
    return [
        head
        for head in _kept_heads(release.pk, release.sha256, release.effective_from)
        if head.characters.startswith(beginning)
    ]


@lru_cache(maxsize=16)
def _kept_heads(release_id: int, sha256: str, first_day: date) -> tuple[TableHead, ...]:
    """Read once a release: the names above the codes do not change in between."""
    above = Code.objects.on(first_day).filter(system=CodeSystem.ICD10PCS).exclude(kind=CodeKind.CODE)
    titles = dict(above.order_by("code").values_list("code", "long_title"))
    return tuple(_derived_head(code, titles) for code in titles if len(code) == TABLE_LENGTH)


def _derived_head(characters: str, titles: Mapping[str, str]) -> TableHead:
    names = _own_names()
    section, system, operation = characters[0], characters[:2], f"{characters[0]}.{characters[2]}"
    return TableHead(
        characters,
        titles.get(section) or f"Section {section}",
        titles.get(system) or names.get(system, f"Body system {characters[1]}"),
        titles.get(characters) or names.get(operation, f"Operation {characters[2]}"),
    )


def table(characters: str, on: date) -> Table | None:
    """One table by its first three characters; None when the day has none such. At most four queries."""
    edition = official.edition_on(LoadKind.PCS_TABLES, on)
    if edition is not None:
        return _official(edition, characters)
    head = next(iter(heads(on, beginning=characters)), None)
    if head is None:
        return None
    found = Code.objects.on(on).filter(system=CodeSystem.ICD10PCS, parent=characters, kind=CodeKind.CODE)
    titles = tuple(found.order_by("code").values_list("code", "long_title"))
    return _derived(head, titles)


def _official(edition: CodeSetLoad, characters: str) -> Table | None:
    row = PcsTable.objects.filter(load=edition, characters=characters).first()
    if row is None:
        return None
    labels: list[dict[str, str]] = [{} for _ in range(AXES)]
    titles, rows = [""] * AXES, []
    for each in PcsTableRow.objects.filter(load=edition, characters=characters).order_by("position"):
        rows.append(Row(tuple(tuple(value for value, _ in axis["values"]) for axis in each.axes)))
        for place, axis in enumerate(each.axes):
            titles[place] = axis["title"]
            labels[place].update(dict(axis["values"]))
    head = TableHead(row.characters, row.section, row.body_system, row.operation)
    return Table(head, rows, titles, labels, row.definition, official=True)


@lru_cache(maxsize=_KEPT_TABLES)
def _derived(head: TableHead, titles: tuple[tuple[str, str], ...]) -> Table:
    """Made once for the same codes and titles, since the names of a large table take a while to find."""
    names = _own_names()
    by_code = dict(titles)
    return Table(
        head, rows_from_codes(by_code), [names.get(f"{head.characters[0]}:{place}", "") for place in range(4, 8)],
        labels_from_titles(by_code), own_meaning(3, head.operation), official=False,
    )  # fmt: skip


def meanings(head: TableHead, chosen: Mapping[int, str], on: date) -> list[Meaning]:
    """What the operation and the chosen values (labels by axis, 4 to 7) mean: the loaded definitions, else our own words.

    At most three queries.
    """
    wanted = {3: head.operation, **chosen}
    loaded = official.pcs_definitions(on, section=head.characters[0])
    by_title = {(row.axis, row.title.lower()): row for row in loaded}
    found = []
    for axis, label in wanted.items():
        row = by_title.get((axis, label.lower()))
        if row is not None:
            text = " ".join(part for part in (row.definition, row.explanation) if part)
            found.append(Meaning(label, text, row.includes))
        elif text := own_meaning(axis, label):
            found.append(Meaning(label, text))
    return found


def own_meaning(axis: int, label: str) -> str:
    """Our own words on an operation or approach, "" where we have none."""
    return _own_meanings().get((axis, label.lower()), "")


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    return {row["at"]: row["label"] for row in read_table(DATA / "pcs_axes.tsv")}


@lru_cache(maxsize=1)
def _own_meanings() -> dict[tuple[int, str], str]:
    rows = read_table(DATA / "pcs_meanings.tsv")
    return {(int(row["axis"]), row["title"].lower()): row["text"] for row in rows}


def covers(on: date) -> Span | None:
    """The days of the loaded tables that hold on a day; None when the list of codes is used."""
    edition = official.edition_on(LoadKind.PCS_TABLES, on)
    return Span(edition.effective_from, edition.effective_to) if edition else None
