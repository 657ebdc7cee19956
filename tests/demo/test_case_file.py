"""Reading a case folder: what is accepted, and what a broken file is told."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from hims.demo.case_file import CASES, CaseError, load_case, load_cases, parse_moment, read_document
from hims.demo.case_model import Moment

HEADER = "type: progress_note\ntitle: Note\nauthor: hartmann\nat: +1d 09:20\nstatus: signed\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a real case that a test may spoil."""
    source = next(iter(sorted(CASES.glob("inpatient/01-*"))))
    return Path(shutil.copytree(source, tmp_path / source.name))


def spoil(folder: Path, old: str, new: str) -> None:
    path = folder / "case.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def document(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "01-progress_note.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_load_case_on_a_whole_folder_gives_typed_values(folder: Path) -> None:
    case = load_case(folder)
    assert case.slug == folder.name
    assert case.patient.given_names == ("Walter", "Ames")
    assert case.encounter.admit_time == time(15, 40)
    assert case.charges[0].amount == Decimal("9250.00")
    assert case.document("04-radiology_report").author == "tanaka"
    assert case.gold.principal.documents == ("06-discharge_summary",)


def test_load_cases_gives_inpatient_before_outpatient_in_folder_order() -> None:
    cases = load_cases()
    kinds = [case.is_inpatient for case in cases]
    assert kinds == sorted(kinds, reverse=True)
    assert [c.slug for c in cases if c.is_inpatient] == sorted(c.slug for c in cases if c.is_inpatient)


def test_document_with_an_unknown_name_raises_key_error(folder: Path) -> None:
    with pytest.raises(KeyError, match="09-order"):
        load_case(folder).document("09-order")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('payer = "medicare"', 'payor = "medicare"', "unknown payor"),
        ('payer = "medicare"', "", "missing payer"),
        ("age_years = 74", 'age_years = "74"', "is not int"),
        ("length_of_stay_days = 5", "length_of_stay_days = 5.5", "is not int"),
        ('admit_time = "15:40"', 'admit_time = "noon"', "admit_time"),
        ('given_names = ["Walter", "Ames"]', 'given_names = "Walter"', "a list is wanted"),
        ('at = "+0d 12:50"', 'at = "12:50"', "is not a time like"),
        ('title = "', 'slug = "x"\ntitle = "', "come from the folder"),
        ("[patient]", "[patient", "case.toml"),
    ],
)
def test_load_case_on_a_spoiled_file_names_the_fault(folder: Path, old: str, new: str, said: str) -> None:
    spoil(folder, old, new)
    with pytest.raises(CaseError, match=said):
        load_case(folder)


def test_load_case_without_case_toml_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"case\.toml"):
        load_case(tmp_path)


def test_read_document_splits_header_and_text(tmp_path: Path) -> None:
    read = read_document(document(tmp_path, HEADER + "copied_from: 03-progress_note\n\nFirst.\n\nSecond.\n"))
    assert (read.name, read.type, read.copied_from) == ("01-progress_note", "progress_note", "03-progress_note")
    assert read.at == Moment(1, time(9, 20))
    assert read.text == "First.\n\nSecond.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER, "a blank line and a text"),
        (HEADER + "\n\n  \n", "a blank line and a text"),
        (HEADER + "no colon here\n\nText", "is not 'key: value'"),
        (HEADER.replace("progress_note", "poem") + "\nText", "type 'poem'"),
        (HEADER.replace("hartmann", "nobody") + "\nText", "author 'nobody'"),
        (HEADER.replace("signed", "whispered") + "\nText", "status 'whispered'"),
        (HEADER.replace("title: Note\n", "") + "\nText", "missing title"),
        (HEADER.replace("+1d 09:20", "+1d 25:20") + "\nText", "hour must be"),
    ],
)
def test_read_document_with_a_fault_names_it(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        read_document(document(tmp_path, text))


def test_parse_moment_before_admission_counts_backwards() -> None:
    assert parse_moment("-6d 09:00").on(date(2026, 3, 1)) == datetime(2026, 2, 23, 9, 0)


def test_parse_moment_without_a_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a time like"):
        parse_moment("2d 09:00")
