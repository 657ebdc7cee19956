"""The alphabetic index of ICD-10-CM: diseases and injuries, external causes, and the two tables. Pure.

Form of the file: letter > mainTerm > term (level 1), term inside term; each with title (nonessential modifiers in
`nemod`), code, manif, see, seeAlso, seecat, subcat, and in the tables cells of the columns 2 to 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coding.codesets.official.parsed import Parsed, Progress, TermEntry, refuse
from coding.codesets.rules import undotted
from hims.lib.xml_reader import Node, records

ROOT = "ICD10CM.index"
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}-?\Z")
_NONE = {"", "-", "--"}
_COLUMNS = range(2, 8)
_EXPECTED = {
    "icd10cm_index": ("index of diseases and injuries", 0, ("disease",)),
    "icd10cm_external_cause": ("index of external causes", 0, ("external",)),
    "icd10cm_neoplasm": ("table of neoplasms", 7, ("neoplasm",)),
    "icd10cm_drug": ("table of drugs and chemicals", 7, ("drug", "substance")),
}
_KNOWN = {"title", "nemod", "code", "manif", "see", "seeAlso", "seecat", "subcat", "cell", "term"}


def read(kind: str, content: bytes, progress: Progress | None = None) -> Parsed:
    """One of the four books. Raises DomainError with line and the path of the entry."""
    parsed = Parsed()
    heads: list[str] = []
    title = ""
    for node in records(content, root=ROOT, names=("version", "title", "indexHeading", "letter"), progress=progress):
        if node.name == "version":
            parsed.edition, parsed.year = node.words, year_of(node)
        elif node.name == "title":
            title = node.words
        elif node.name == "indexHeading":
            heads = [head.words for head in node.all("head")]
        else:
            _letter(node, parsed.terms, table=bool(heads))
    _check_book(kind, title, heads)
    if not parsed.terms:
        raise refuse(1, "the index holds no terms. Download the file again.")
    parsed.read = len(parsed.terms)
    return parsed


def year_of(node: Node) -> int:
    """The year a file calls its version. Raises DomainError when it names none."""
    if not re.fullmatch(r"20[0-9]{2}", node.words):
        raise refuse(node.line, f"the version is {node.words[:40]!r}, expected is a year such as 2027.")
    return int(node.words)


def _check_book(kind: str, title: str, heads: Sequence[str]) -> None:
    name, columns, words = _EXPECTED[kind]
    said = f"{title} {heads[0] if heads else ''}".lower()
    if len(heads) != columns or not (any(word in said for word in words) or not said.strip()):
        what = "a table with columns" if heads else "an index"
        raise refuse(
            1, f"this is {what} headed {said.strip()[:60]!r}, not the {name}. Choose the kind that fits the file."
        )


def _letter(letter: Node, terms: list[TermEntry], *, table: bool) -> None:
    name = letter.words_of("title")[:4]
    for node in letter.all("mainTerm"):
        _term(node, terms, name, None, "", 0, table)


def _term(
    node: Node, terms: list[TermEntry], letter: str, parent: int | None, above: str, level: int, table: bool
) -> None:
    title_node = node.first("title")
    title = title_node.words if title_node else ""
    path = f"{above}, {title}" if above else title
    if not title:
        raise refuse(node.line, f"an entry below {above or letter!r} has no title.")
    if level and node.attributes.get("level") != str(level):
        raise refuse(node.line, f"{path!r} says level {node.attributes.get('level')!r} and stands at level {level}.")
    for child in node.children:
        if child.name not in _KNOWN:
            raise refuse(child.line, f"{path!r} holds <{child.name[:40]}>, which no index has.")
    number = len(terms)
    terms.append(
        TermEntry(
            number, parent, level, letter, title,
            _modifiers(node), path,
            _codes(node, "code", path), _codes(node, "seecat", path) + _codes(node, "subcat", path),
            _manifestation(node), _joined(node, "see"), _joined(node, "seeAlso"), "",
            _cells(node, path) if table else [],
        )
    )  # fmt: skip
    for child in node.all("term"):
        _term(child, terms, letter, number, path, level + 1, table)


def _modifiers(node: Node) -> str:
    """The nonessential modifiers; a published table once keeps words where the second code of a pair belongs."""
    titles = [each.words for title in node.all("title") for each in title.all("nemod")]
    return " ".join([*titles, *(each.words for each in node.all("manif") if not _is_code(each))])


def _manifestation(node: Node) -> str:
    return next((undotted(each.words) for each in node.all("manif") if _is_code(each)), "")


def _is_code(node: Node) -> bool:
    return _CODE.match(undotted(node.words)) is not None


def _joined(node: Node, name: str) -> str:
    return "; ".join(each.words for each in node.all(name))


def _codes(node: Node, name: str, path: str) -> list[str]:
    return [_code(each, path) for each in node.all(name)]


def _code(node: Node, path: str) -> str:
    """The undotted code, with "-" at its end when incomplete."""
    code = undotted(node.words)
    if not _CODE.match(code):
        raise refuse(node.line, f"{path!r} leads to {node.words[:40]!r}, which is no ICD-10-CM code.")
    return code


def _cells(node: Node, path: str) -> list[str]:
    found = dict.fromkeys(_COLUMNS, "")
    for cell in node.all("cell"):
        column = cell.attributes.get("col", "")
        if not column.isascii() or not column.isdigit() or int(column) not in found:
            raise refuse(cell.line, f"{path!r} has a cell in column {column[:10]!r}; the table has columns 2 to 7.")
        if cell.words not in _NONE:
            found[int(column)] = _code(cell, path)
    return list(found.values()) if node.all("cell") else []
