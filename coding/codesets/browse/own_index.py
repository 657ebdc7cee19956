"""Makes and keeps the index of our own, anew after each load that changed the diagnoses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import connection, transaction

from coding.codesets.browse.models import OwnIndexBuild, OwnIndexTerm
from coding.codesets.browse.own_terms import Line, Node, tree
from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote, CodeSetRelease
from coding.codesets.official.enums import IndexBook
from coding.codesets.rules import CM_LENGTH

RULE = "1"
"""Part of the fingerprint: raise it when own_terms makes something else of the same titles."""
_EXTERNAL = frozenset("VWXY")
_LOCK = 7_210_452_019
_COLUMNS = (
    "build_id",
    "book",
    "number",
    "parent",
    "level",
    "letter",
    "title",
    "path",
    "codes",
    "valid_from",
    "valid_to",
)


def refresh_own_index() -> int:
    """Make the index unless the one there is of these releases; returns the number of its lines."""
    fingerprint = _fingerprint()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        current = OwnIndexBuild.objects.order_by("-pk").first()
        if current is not None and current.fingerprint == fingerprint:
            return OwnIndexTerm.objects.filter(build=current).count()
        build = OwnIndexBuild.objects.create(fingerprint=fingerprint)
        books = {IndexBook.DISEASES: [], IndexBook.EXTERNAL_CAUSES: []}  # type: dict[IndexBook, list[Line]]
        for line in _lines():
            books[IndexBook.EXTERNAL_CAUSES if line.code[0] in _EXTERNAL else IndexBook.DISEASES].append(line)
        count = sum(_write(build.pk, book, tree(lines)) for book, lines in books.items())
        OwnIndexBuild.objects.exclude(pk=build.pk).delete()
    return count


def _fingerprint() -> str:
    releases = CodeSetRelease.objects.filter(system=CodeSystem.ICD10CM).order_by("effective_from")
    parts = [f"{start} {digest}" for start, digest in releases.values_list("effective_from", "sha256")]
    return hashlib.sha256(" ".join([RULE, *parts]).encode()).hexdigest()


def _lines() -> Iterator[Line]:
    """Titles, then inclusion terms. Codes that only add an encounter to the title above are left to the tabular list."""
    columns = ("code", "kind", "long_title", "parent", "valid_from", "valid_to")
    kinds = (CodeKind.HEADING, CodeKind.CODE)
    rows = list(Code.objects.filter(system=CodeSystem.ICD10CM, kind__in=kinds).values_list(*columns))
    titles = {code: title for code, _, title, *_ in rows}
    shown: dict[str, list[tuple[str, date, date | None]]] = {}
    for code, kind, title, parent, start, end in rows:
        above = titles.get(parent, "")
        if not title or (len(code) == CM_LENGTH and above and title.startswith(above)):
            continue
        printed = code if kind == CodeKind.CODE else f"{code}-"
        shown.setdefault(code, []).append((printed, start, end))
        yield Line(title, printed, start, end)
    terms = CodeNote.objects.filter(system=CodeSystem.ICD10CM, kind=NoteKind.INCLUSION_TERM)
    for code, text in terms.values_list("code", "text"):
        for printed, start, end in shown.get(code, ()):
            yield Line(text.splitlines()[0], printed, start, end)


def _write(build: int, book: IndexBook, nodes: Sequence[Node]) -> int:
    table = OwnIndexTerm._meta.db_table
    statement = f"copy {table} ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for node in nodes:
            copy.write_row(
                (
                    build, book.value, node.number, node.parent, node.level, node.letter, node.title, node.path,
                    node.codes, node.valid_from, node.valid_to,
                )
            )  # fmt: skip
    return len(nodes)
