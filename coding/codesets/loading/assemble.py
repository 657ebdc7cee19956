"""Puts together hierarchy, titles and dates of a code set into rows. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.loading.rows import CodeRow, NoteRow
from coding.codesets.loading.tabular_reader import Entry
from coding.codesets.loading.titles import Title
from coding.codesets.rules import CATEGORY_LENGTH, Span, ancestors_by_prefix, merge_spans, subtract_spans

Spans = Mapping[str, Sequence[Span]]


class Tree:
    """The printed tree, completed with codes it does not hold: newer ones, and ones deleted long ago."""

    def __init__(self, entries: Sequence[Entry], codes: Iterable[str]) -> None:
        self.entries = {entry.code: entry for entry in entries}
        self._rank = {entry.code: number for number, entry in enumerate(entries)}
        self._categories = sorted(code for code in self.entries if _is_category(code))
        for code in sorted(set(codes) - self.entries.keys()):
            self.entries[code] = self._placed(code)

    def _placed(self, code: str) -> Entry:
        above = next((each for each in ancestors_by_prefix(code) if each in self.entries), "")
        entry = self.entries.get(above)
        block, chapter = (entry.block, entry.chapter) if entry else ("", "")
        return Entry(code, CodeKind.HEADING, "", above, block, chapter)

    def in_order(self) -> list[Entry]:
        """All entries as printed; codes the tree lacks stand where their characters put them."""
        return sorted(self.entries.values(), key=self._place)

    def _place(self, entry: Entry) -> tuple[int, str]:
        if entry.depth_kind != CodeKind.HEADING:
            return (self._rank[entry.code], "")
        category = entry.code[:CATEGORY_LENGTH]
        if category not in self._rank:
            before = bisect_right(self._categories, category) - 1
            category = self._categories[max(before, 0)] if self._categories else ""
        return (self._rank.get(category, 0), entry.code)

    def above(self, entry: Entry) -> Iterator[str]:
        """Headings, block and chapter above an entry."""
        parent = entry.parent
        while parent:
            yield parent
            parent = self.entries[parent].parent


def _is_category(code: str) -> bool:
    return len(code) == CATEGORY_LENGTH and "-" not in code


def heading_spans(tree: Tree, codes: Spans) -> dict[str, list[Span]]:
    """The days on which each entry above codes has at least one valid code, its own days as a code left out."""
    below: dict[str, set[Span]] = defaultdict(set)
    for code, spans in codes.items():
        for above in tree.above(tree.entries[code]):
            below[above].update(spans)
    merged = {code: merge_spans(spans) for code, spans in below.items()}
    return {code: subtract_spans(spans, codes.get(code, ())) for code, spans in merged.items()}


def code_rows(system: CodeSystem, tree: Tree, codes: Spans, titles: Mapping[str, Title]) -> Iterator[CodeRow]:
    """Rows in printed order: one for each span in which an entry is a code, or a heading above valid codes."""
    headings = heading_spans(tree, codes)
    for position, entry in enumerate(tree.in_order()):
        title = titles.get(entry.code, Title(""))
        fixed = (title.short, entry.title or title.long, entry.parent, entry.block, entry.chapter, position)
        kinds = [(CodeKind.CODE, span) for span in codes.get(entry.code, ())]
        kinds += [(CodeKind(entry.depth_kind), span) for span in headings.get(entry.code, ())]
        for kind, span in kinds:
            yield CodeRow(system.value, entry.code, kind.value, *fixed, span.start, span.end)


def note_rows(system: CodeSystem, entries: Iterable[Entry]) -> Iterator[NoteRow]:
    """Notes in printed order, numbered within their entry."""
    for entry in entries:
        for position, note in enumerate(entry.notes):
            yield NoteRow(system.value, entry.code, str(note.kind), note.mark, note.text, position)


def index_rows(system: CodeSystem, pairs: Iterable[tuple[str, str]]) -> Iterator[NoteRow]:
    """Index entries as notes at the code, or the beginning of codes, they lead to."""
    count: Counter[str] = Counter()
    for code, text in pairs:
        yield NoteRow(system.value, code, NoteKind.INDEX_TERM.value, "", text, count[code])
        count[code] += 1


def pcs_entries(codes: Iterable[str], headings: Mapping[str, str], sections: Mapping[str, str]) -> list[Entry]:
    """The ICD-10-PCS tree: section, body system, table (first three characters), code."""
    entries: dict[str, Entry] = {}
    for code in sorted(codes):
        section, system, table = code[0], code[:2], code[:3]
        if section not in entries:
            entries[section] = Entry(section, CodeKind.CHAPTER, sections.get(section, ""), "", "", section)
        if system not in entries:
            title = headings.get(system, "")
            entries[system] = Entry(system, CodeKind.BLOCK, title, section, system, section)
        if table not in entries:
            title = headings.get(table, "")
            entries[table] = Entry(table, CodeKind.HEADING, title, system, system, section)
        entries[code] = Entry(code, CodeKind.HEADING, "", table, system, section)
    return list(entries.values())
