"""The publishers' own files, where they lie beside the project: read whole, loaded, and compared with what HIMS knows."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from coding.codesets import selectors
from coding.codesets.enums import CodeKind
from coding.codesets.loading.msdrg_reader import count_on, read_grouper_data
from coding.codesets.models import Code
from coding.codesets.official.actions import roll_back
from coding.codesets.official.editions import EDITION_MODELS
from coding.codesets.official.enums import IndexBook, LoadKind
from coding.codesets.official.journal import JOURNALED
from coding.codesets.official.kinds import KINDS
from coding.codesets.official.parsed import Parsed
from coding.codesets.official.selectors import (
    drg_weight,
    edition_on,
    main_terms,
    pcs_definitions,
    pcs_device_groups,
    pcs_table,
    pcs_tables,
    subterms,
    terms_at,
)
from coding.codesets.rules import Span
from hims.staff.models import Facility
from hims.staff.selectors import system_user
from tests.coding.codesets.official.conftest import Load, load_of
from tests.shared_data import shared_data

pytestmark = pytest.mark.slow
FY2019, FY2025, FY2021 = date(2018, 10, 1), date(2024, 10, 1), date(2020, 10, 1)


def file_of(topic: str, name: str) -> Path:
    return next(shared_data(topic).rglob(name))


def read(kind: LoadKind, path: Path) -> Parsed:
    return KINDS[kind].read(path.read_bytes())


def test_procedure_tables_of_2025_expand_to_exactly_the_codes_of_that_release() -> None:
    parsed = read(LoadKind.PCS_TABLES, file_of("icd10pcs_2025", "icd10pcs_tables_2025.xml"))
    made = {entry.code for entry in parsed.codes["icd10pcs"] if entry.kind == CodeKind.CODE}
    known = read_grouper_data().procedures
    assert count_on(known, FY2025) == 78_948
    assert made == {code for code, spans in known.items() if any(span.covers(FY2025) for span in spans)}
    assert (len(parsed.tables), len(parsed.table_rows)) == (908, 2_661)
    assert sum(row.code_count for row in parsed.table_rows) == 78_948


@pytest.mark.parametrize(
    ("kind", "name", "terms", "main"),
    [
        (LoadKind.CM_EXTERNAL, "icd10cm_eindex_2019.xml", 7_585, 314),
        (LoadKind.CM_NEOPLASM, "icd10cm_neoplasm_2019.xml", 1_939, 1),
        (LoadKind.CM_DRUG, "icd10cm_drug_2019.xml", 7_418, 5_172),
    ],
)
def test_index_books_of_2019_are_read_whole(kind: LoadKind, name: str, terms: int, main: int) -> None:
    parsed = read(kind, file_of("icd10cm_index_2019", name))
    levels = Counter(term.level for term in parsed.terms)
    assert (len(parsed.terms), levels[0], parsed.year) == (terms, main, 2019)
    assert all(term.parent is None or parsed.terms[term.parent].level == term.level - 1 for term in parsed.terms)


def test_tabular_list_is_read_whole_and_holds_every_code_of_its_release() -> None:
    files = resources.files("simple_icd_10_cm") / "data"
    path = next(Path(str(each)) for each in files.iterdir() if each.name.endswith(".xml"))
    parsed = read(LoadKind.CM_TABULAR, path)
    printed = {entry.code for entry in parsed.hierarchy}
    day = date(2026, 4, 1)
    valid = {c for c, spans in read_grouper_data().diagnoses.items() if any(Span.covers(span, day) for span in spans)}
    assert valid - printed == set()


@pytest.mark.django_db
def test_loading_the_real_editions_answers_on_their_days_and_rolls_back_to_the_letter(load: Load) -> None:
    before = digests()
    pcs = "icd10pcs_2025"
    loads = [
        load(LoadKind.PCS_TABLES, file_of(pcs, "icd10pcs_tables_2025.xml").read_bytes(), FY2025),
        load(LoadKind.PCS_INDEX, file_of(pcs, "icd10pcs_index_2025.xml").read_bytes(), FY2025),
        load(LoadKind.PCS_DEFINITIONS, file_of(pcs, "icd10pcs_definitions_2025.xml").read_bytes(), FY2025),
        load(LoadKind.CM_EXTERNAL, file_of("icd10cm_index_2019", "icd10cm_eindex_2019.xml").read_bytes(), FY2019),
        load(LoadKind.CM_NEOPLASM, file_of("icd10cm_index_2019", "icd10cm_neoplasm_2019.xml").read_bytes(), FY2019),
        load(LoadKind.CM_DRUG, file_of("icd10cm_index_2019", "icd10cm_drug_2019.xml").read_bytes(), FY2019),
        load(LoadKind.DRG_WEIGHTS, file_of("drg_weights", "table5_fy2021.txt").read_bytes(), FY2021),
    ]
    assert Code.objects.on(FY2025).filter(system="icd10pcs", kind=CodeKind.CODE).count() == 78_948
    assert not Code.objects.on(date(2024, 9, 30)).filter(system="icd10pcs").exists()
    found = pcs_table("001", FY2025)
    assert found is not None
    assert len(found[1]) > 0
    assert len(pcs_tables(FY2025, beginning="0")) > 100
    assert pcs_definitions(FY2025, section="0", axis=3)[0].definition
    assert len(pcs_device_groups(FY2025)) == 60
    assert edition_on(LoadKind.PCS_TABLES, date(2025, 10, 1)) is None
    (neoplasm,) = main_terms(IndexBook.NEOPLASMS, FY2019)
    assert subterms(neoplasm)[0].cells[0] == "C762"
    assert len(main_terms(IndexBook.DRUGS, FY2019)) == 5_172
    assert terms_at(IndexBook.EXTERNAL_CAUSES, FY2019, ["accident, transport"]) != []
    weight = drg_weight("001", FY2021)
    assert weight is not None
    assert (str(weight.weight), str(weight.gmlos), str(weight.amlos)) == ("28.9651", "30.2", "39.2")
    assert drg_weight("001", date(2021, 10, 1)) is None
    for each in reversed(loads):
        roll_back(by=system_user(), load=each)
    assert digests() == before


@pytest.mark.django_db
def test_hcpcs_of_april_2026_is_loaded_whole(load: Load) -> None:
    path = file_of("hcpcs_level2", "*.csv")
    done = load_of(LoadKind.HCPCS, path.read_bytes(), date(2026, 4, 1), name=path.name)
    assert (done.counts["read"], done.counts["created"], done.counts["dropped"]) == (6_666, 6_666, 0)
    assert selectors.validity("hcpcs", "A4341", date(2026, 4, 1)).valid
    assert not selectors.validity("hcpcs", "A4341", date(2026, 3, 31)).known


@pytest.mark.django_db
def test_tables_over_the_default_content_change_no_code_and_the_default_load_stays_idempotent(
    facility: Facility,
) -> None:
    def defaults() -> None:
        call_command("load_default_codesets", stdout=io.StringIO(), stderr=io.StringIO())

    def valid() -> list[int]:
        days = (FY2025, date(2025, 3, 31), date(2025, 4, 1), date(2026, 10, 1))
        codes = Code.objects.filter(system="icd10pcs", kind=CodeKind.CODE)
        return [codes.filter(pk__in=Code.objects.on(day)).count() for day in days]

    defaults()
    base, counts = digests(), valid()
    path = file_of("icd10pcs_2025", "icd10pcs_tables_2025.xml")
    done = load_of(LoadKind.PCS_TABLES, path.read_bytes(), FY2025, name=path.name)
    assert (done.counts["added"], done.counts["deleted"]) == (0, 0)
    assert valid() == counts
    layered = digests()
    defaults()
    assert digests() == layered
    assert done.load is not None
    roll_back(by=system_user(), load=done.load)
    assert digests() == base


def digests() -> dict[str, str]:
    """A digest of every row of every table a load may touch, made by the database."""
    found = {}
    with connection.cursor() as cursor:
        for model in (*JOURNALED, *EDITION_MODELS):
            table = model._meta.db_table
            cursor.execute(f"select md5(string_agg(md5(to_jsonb(t)::text), '' order by id)) from \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found
