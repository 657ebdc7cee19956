"""The tables of ICD-10-PCS, and the list of codes they make. Pure.

Form of the file: pcsTable > axis 1 to 3 with one label each (3 with its definition), then pcsRow > axis 4 to 7 with the
labels of the row; `codes` and `values` say how many there are. Every combination of a row's values is a code.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.official.parsed import CodeEntry, Parsed, Progress, TableEntry, TableRowEntry, fit, refuse
from coding.codesets.official.readers.cm_index import year_of
from coding.codesets.rules import PCS_LENGTH, is_pcs_shaped
from hims.lib.xml_reader import Node, records

ROOT = "ICD10PCS.tabular"
MOST_CODES = 1_000_000
_SAY_NOTHING = {"No Device", "No Qualifier"}
Axis = tuple[str, list[tuple[str, str]]]


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """All tables, their rows, and the codes. Raises DomainError with line and table."""
    parsed = Parsed()
    codes: dict[str, CodeEntry] = {}
    seen: set[str] = set()
    for node in records(content, root=ROOT, names=("version", "pcsTable"), progress=progress):
        if node.name == "version":
            parsed.edition, parsed.year = node.words, year_of(node)
            continue
        table, rows = _table(node, len(parsed.tables))
        if table.characters in seen:
            raise refuse(node.line, f"table {table.characters} stands in the file twice.")
        seen.add(table.characters)
        parsed.tables.append(table)
        parsed.table_rows.extend(rows)
        _expand(table, rows, codes, node.line)
    if not parsed.tables:
        raise refuse(1, "the file holds no tables. Download it again.")
    parsed.read = len(parsed.table_rows)
    parsed.codes = {CodeSystem.ICD10PCS.value: [entry._replace(place=n) for n, entry in enumerate(codes.values())]}
    parsed.hierarchy = _above(parsed.tables)
    return parsed


def _table(node: Node, position: int) -> tuple[TableEntry, list[TableRowEntry]]:
    heads = [_axis(axis, str(number + 1)) for number, axis in enumerate(node.all("axis"))]
    if len(heads) != 3 or any(len(values) != 1 for _, values in heads):
        raise refuse(node.line, f"table {position + 1} does not have axes 1 to 3 with one value each.")
    characters = "".join(values[0][0] for _, values in heads)
    section, system, operation = (values[0][1] for _, values in heads)
    if not is_pcs_shaped(characters.ljust(PCS_LENGTH, "0")):
        raise refuse(node.line, f"{characters!r} cannot begin an ICD-10-PCS code.")
    definition = node.all("axis")[2].words_of("definition")
    rows = [_row(row, characters, number) for number, row in enumerate(node.all("pcsRow"))]
    if not rows:
        raise refuse(node.line, f"table {characters} has no rows.")
    return TableEntry(characters, section, system, operation, [title for title, _ in heads], definition, position), rows


def _row(node: Node, characters: str, position: int) -> TableRowEntry:
    axes = [_axis(axis, str(number + 4)) for number, axis in enumerate(node.all("axis"))]
    if len(axes) != 4:
        raise refuse(node.line, f"row {position + 1} of table {characters} does not have axes 4 to 7.")
    count = prod(len(values) for _, values in axes)
    if node.attributes.get("codes") != str(count):
        raise refuse(
            node.line,
            f"row {position + 1} of table {characters} says {node.attributes.get('codes')} codes, its values make {count}: "
            "the file is damaged or cut. Download it again.",
        )
    return TableRowEntry(characters, position, axes, count)


def _axis(node: Node, place: str) -> Axis:
    values = [(label.attributes.get("code", ""), label.words) for label in node.all("label")]
    said = node.attributes.get("pos"), node.attributes.get("values")
    if said != (place, str(len(values))):
        raise refuse(node.line, f"axis {said[0]} with {said[1]} values was read as axis {place} with {len(values)}.")
    if len({value for value, _ in values}) != len(values) or any(
        len(value) != 1 or not label for value, label in values
    ):
        raise refuse(node.line, f"axis {place} has a value twice, or one without its character or label.")
    return fit(node.words_of("title"), 80, node.line, "the title of an axis"), [
        (value, fit(label, 200, node.line, "a label")) for value, label in values
    ]


def _expand(table: TableEntry, rows: Sequence[TableRowEntry], codes: dict[str, CodeEntry], line: int) -> None:
    head = table.characters
    codes[head] = CodeEntry(head, CodeKind.HEADING.value, "", table.operation, head[:2], head[:2], head[0])
    for row in rows:
        if len(codes) + row.code_count > MOST_CODES:
            raise refuse(line, f"table {head}: the file would make more than {MOST_CODES:,} codes.")
        for chosen in product(*(values for _, values in row.axes)):
            code = head + "".join(value for value, _ in chosen)
            if code in codes:
                raise refuse(line, f"two rows of table {head} make {code}.")
            if not is_pcs_shaped(code):
                raise refuse(line, f"table {head} makes {code}, which is no ICD-10-PCS code.")
            words = ", ".join([table.operation, *(label for _, label in chosen if label not in _SAY_NOTHING)])
            codes[code] = CodeEntry(code, CodeKind.CODE.value, "", "", head, head[:2], head[0], fallback=words[:400])


def _above(tables: Sequence[TableEntry]) -> list[CodeEntry]:
    """Sections and body systems, once each."""
    found: dict[str, CodeEntry] = {}
    for table in tables:
        section, system = table.characters[0], table.characters[:2]
        found.setdefault(section, CodeEntry(section, CodeKind.CHAPTER.value, "", table.section, "", "", section))
        found.setdefault(
            system, CodeEntry(system, CodeKind.BLOCK.value, "", table.body_system, section, system, section)
        )
    return list(found.values())
