"""The index of ICD-10-PCS. Pure.

Form of the file: letter > mainTerm > term (level), with title, code, codes (beginning of codes), tab (table), see, use.
A term without a title only points on: its words are those of its `see` or `use`.
"""

from __future__ import annotations

import re

from coding.codesets.official.parsed import Parsed, Progress, TermEntry, refuse
from coding.codesets.official.readers.cm_index import year_of
from hims.lib.xml_reader import Node, records

ROOT = "ICD10PCS.index"
_CODE = re.compile(r"[0-9B-DF-HX][0-9A-HJ-NP-Z]{1,6}\Z")
_POINTERS = ("code", "codes", "tab")
_KNOWN = {"title", "term", "see", "use", *_POINTERS}


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """The whole index. Raises DomainError with line and the path of the entry."""
    parsed = Parsed()
    for node in records(content, root=ROOT, names=("version", "letter"), progress=progress):
        if node.name == "version":
            parsed.edition, parsed.year = node.words, year_of(node)
            continue
        for main in node.all("mainTerm"):
            _term(main, parsed.terms, node.words_of("title")[:4], None, "", 0)
    if not parsed.terms:
        raise refuse(1, "the index holds no terms. Download the file again.")
    parsed.read = len(parsed.terms)
    return parsed


def _term(node: Node, terms: list[TermEntry], letter: str, parent: int | None, above: str, level: int) -> None:
    see, use = _words(node, "see"), _words(node, "use")
    title = node.words_of("title")
    path = ", ".join(filter(None, (above, title)))
    if not title and not see and not use and not _codes(node, path):
        raise refuse(node.line, f"an entry below {above or letter!r} has neither words nor a code.")
    if level and node.attributes.get("level") != str(level):
        raise refuse(node.line, f"{path!r} says level {node.attributes.get('level')!r} and stands at level {level}.")
    for child in node.children:
        if child.name not in _KNOWN:
            raise refuse(child.line, f"{path!r} holds <{child.name[:40]}>, which no index has.")
    number = len(terms)
    terms.append(
        TermEntry(number, parent, level, letter, title, "", path, _codes(node, path), [], "", see, "", use, [])
    )
    for child in node.all("term"):
        _term(child, terms, letter, number, path, level + 1)


def _words(node: Node, name: str) -> str:
    return "; ".join(each.words for each in node.all(name))


def _codes(node: Node, path: str) -> list[str]:
    """Codes, beginnings and tables the entry itself or its `see` and `use` name."""
    holders = [node, *node.all("see"), *node.all("use")]
    found = [each for holder in holders for each in holder.children if each.name in _POINTERS]
    for each in found:
        if not _CODE.match(each.words):
            raise refuse(
                each.line, f"{path!r} leads to {each.words[:40]!r}, which is no beginning of an ICD-10-PCS code."
            )
    return [each.words for each in found]
