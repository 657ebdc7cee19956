"""A handful of codes as the tests of selectors, search and pages need them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from coding.codesets.enums import CodeKind, NoteKind, SeverityLevel
from coding.codesets.models import Code, CodeNote, CodeSetRelease, CodeSeverity, PoaExemption
from coding.codesets.search import store

START = date(2015, 10, 1)
SPLIT = date(2026, 10, 1)
LAST_OLD = date(2026, 9, 30)
LISTED = date(2024, 10, 1)
CM = [
    ("9", CodeKind.CHAPTER, "Diseases of the circulatory system", "", START, None),
    ("I10-I1A", CodeKind.BLOCK, "Hypertensive diseases", "9", START, None),
    ("I10", CodeKind.CODE, "Essential (primary) hypertension", "I10-I1A", START, None),
    ("I30-I5A", CodeKind.BLOCK, "Other forms of heart disease", "9", START, None),
    ("I42", CodeKind.HEADING, "Cardiomyopathy", "I30-I5A", START, None),
    ("I420", CodeKind.CODE, "Dilated cardiomyopathy", "I42", START, LAST_OLD),
    ("I420", CodeKind.HEADING, "Dilated cardiomyopathy", "I42", SPLIT, None),
    ("I4201", CodeKind.CODE, "", "I420", SPLIT, None),
    ("I429", CodeKind.CODE, "Cardiomyopathy, unspecified", "I42", START, None),
    ("D691", CodeKind.CODE, "Qualitative platelet defects", "", START, LAST_OLD),
    ("S72001A", CodeKind.CODE, "Fracture of neck of right femur, initial encounter", "", START, None),
    ("S72001D", CodeKind.CODE, "Fracture of neck of right femur, subsequent encounter", "", START, None),
    ("Z3700", CodeKind.CODE, "Invented outcome", "", START, None),
]
PCS = [
    ("0FT", CodeKind.HEADING, "Resection", "", START, None),
    ("0FT44ZZ", CodeKind.CODE, "Resection of Gallbladder, Percutaneous Endoscopic Approach", "0FT", START, None),
    ("02HA3RL", CodeKind.CODE, "Invented from April", "", date(2026, 4, 1), None),
    ("02HA3RM", CodeKind.CODE, "Invented to March", "", START, date(2026, 3, 31)),
]
NOTES = [
    ("9", NoteKind.EXCLUDES2, "", "a note of the chapter"),
    ("I30-I5A", NoteKind.EXCLUDES1, "", "a note of the block"),
    ("I42", NoteKind.CODE_FIRST, "", "a note of the category"),
    ("I42", NoteKind.INCLUSION_TERM, "", "myocardiopathy"),
    ("I429", NoteKind.INCLUSION_TERM, "", "secondary weak heart muscle"),
    ("I420", NoteKind.NOTE, "", "a note of a neighbour"),
]


def _code(system: str, number: int, entry: tuple[str, CodeKind, str, str, date, date | None]) -> Code:
    code, kind, title, parent, first, last = entry
    chapter, block = ("9", "I30-I5A") if code.startswith("I4") else ("", "")
    return Code(
        system=system, code=code, kind=kind, long_title=title, parent=parent, block=block, chapter=chapter,
        position=number, valid_from=first, valid_to=last,
    )  # fmt: skip


@pytest.fixture
def codes(db: None) -> Iterator[None]:
    """The codes above with their search index."""
    for system, entries in (("icd10cm", CM), ("icd10pcs", PCS)):
        Code.objects.bulk_create(_code(system, number, entry) for number, entry in enumerate(entries))
        for start, end in ((START, LAST_OLD), (SPLIT, date(2027, 3, 31))):
            CodeSetRelease.objects.create(
                system=system, label=f"{system} {start}", effective_from=start, effective_to=end, source="test",
                sha256="a" * 64, code_count=1,
            )  # fmt: skip
    CodeNote.objects.bulk_create(
        CodeNote(system="icd10cm", code=code, kind=kind, mark=mark, text=text, position=number)
        for number, (code, kind, mark, text) in enumerate(NOTES)
    )
    CodeSeverity.objects.create(code="I420", level=SeverityLevel.CC, valid_from=START, valid_to=LAST_OLD)
    PoaExemption.objects.create(prefix="Z37", valid_from=LISTED, source="default")
    PoaExemption.objects.create(prefix="S", seventh_characters="DS", valid_from=LISTED, source="default")
    store.forget()
    store.refresh_index()
    yield
    store.forget()
