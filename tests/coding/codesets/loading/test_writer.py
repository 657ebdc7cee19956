"""Writing a data set: all or nothing, repeatable, without touching what it does not name."""

from __future__ import annotations

from datetime import date

import pytest

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.loading.rows import CodeRow, Dataset, NoteRow, Release
from coding.codesets.loading.writer import is_loaded, write
from coding.codesets.models import Code, CodeNote, CodeSetRelease

pytestmark = pytest.mark.django_db
START = date(2025, 10, 1)


def row(
    code: str, *, system: str = "icd10cm", title: str = "Title", ends: date | None = None, position: int = 0
) -> CodeRow:
    return CodeRow(system, code, CodeKind.CODE.value, "", title, "", "", "", position, START, ends)


def dataset(*rows: CodeRow, notes: list[NoteRow] | None = None) -> Dataset:
    return Dataset("icd10cm", "test", [Release("Test FY2026", START, None, len(rows))], list(rows), notes or [])


def test_first_write_creates_rows_and_release() -> None:
    written = write(
        dataset(row("I10"), row("I110"), notes=[NoteRow("icd10cm", "I10", "note", "", "Text", 0)]), "a" * 64
    )
    assert (written.created, written.updated, written.unchanged) == (3, 0, 0)
    assert Code.objects.count() == 2
    assert CodeNote.objects.get().text == "Text"
    assert is_loaded("icd10cm", "a" * 64)


def test_same_write_again_changes_nothing() -> None:
    write(dataset(row("I10"), row("I110")), "a" * 64)
    before = list(Code.objects.values_list("pk", "code"))
    written = write(dataset(row("I10"), row("I110")), "a" * 64)
    assert (written.created, written.updated, written.unchanged) == (0, 0, 2)
    assert list(Code.objects.values_list("pk", "code")) == before
    assert CodeSetRelease.objects.count() == 1


def test_newer_write_updates_what_differs_and_deactivates_nothing() -> None:
    write(dataset(row("I10"), row("I110")), "a" * 64)
    Code.objects.create(
        system=CodeSystem.ICD10PCS, code="0FT44ZZ", kind=CodeKind.CODE, position=0, valid_from=START, long_title="Kept"
    )
    written = write(dataset(row("I10", title="New title", ends=date(2026, 9, 30))), "b" * 64)
    assert (written.created, written.updated, written.unchanged) == (0, 1, 0)
    assert Code.objects.get(code="I10").valid_to == date(2026, 9, 30)
    assert Code.objects.get(code="I110").valid_to is None
    assert Code.objects.get(code="0FT44ZZ").valid_to is None


def test_write_that_fails_leaves_nothing() -> None:
    broken = dataset(row("I10"), notes=[NoteRow("icd10cm", "I10", "x" * 40, "", "Text", 0)])
    with pytest.raises(Exception, match="too long"):
        write(broken, "c" * 64)
    assert not Code.objects.exists()
    assert not is_loaded("icd10cm", "c" * 64)
