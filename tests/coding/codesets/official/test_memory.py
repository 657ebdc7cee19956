"""What a process remembers of the code sets is never behind a load or a rollback."""

from __future__ import annotations

from datetime import date

import pytest

from coding.codesets.loading.writer import write
from coding.codesets.memory import code_book, current_edition
from coding.codesets.official.actions import roll_back
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.selectors import titles_for, validities
from coding.workbench.edits.reading import seventh_advice_on
from hims.staff.selectors import system_user
from tests.coding.codesets.official.conftest import Load
from tests.coding.codesets.official.files import CM_APRIL, CM_OCTOBER, order_file, tabular_file
from tests.coding.codesets.official.test_loads import APRIL, BASE, NEXT_OCTOBER, OCTOBER, default

pytestmark = pytest.mark.django_db
DAYS = (date(2025, 9, 30), OCTOBER, date(2026, 3, 31), APRIL, date(2026, 9, 30), NEXT_OCTOBER)
CODES = ("A00", "A000", "A001", "A002", "A009", "B01")


def agrees() -> str:
    """The edition, after the book has said for every code and day what the tables say."""
    book = code_book()
    for day in DAYS:
        assert book.validities("icd10cm", CODES, day) == validities("icd10cm", CODES, day)
        assert book.titles("icd10cm", CODES, day) == titles_for("icd10cm", CODES, on=day)
        assert seventh_advice_on("A000", day) == ""
    return book.edition


def test_book_follows_every_load_and_every_rollback_at_once(load: Load) -> None:
    write(default(*BASE), "d" * 64)
    editions = [agrees()]
    loads = []
    for kind, content, day in (
        (LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER),
        (LoadKind.CM_TABULAR, tabular_file(), OCTOBER),
        (LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL),
    ):
        loads.append(load(kind, content, day))
        editions.append(agrees())
    for each in loads:
        roll_back(by=system_user(), load=CodeSetLoad.objects.get(pk=each.pk))
        editions.append(agrees())
    write(default(*BASE), "e" * 64)
    editions.append(agrees())
    assert len(set(editions)) == len(editions)


def test_edition_has_one_name_while_nothing_is_loaded(load: Load) -> None:
    write(default(*BASE), "d" * 64)
    assert current_edition() == current_edition()
    assert code_book() is code_book()
