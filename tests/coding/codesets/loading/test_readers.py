"""The readers of packages and data files, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.loading import small_sets
from coding.codesets.loading.assemble import Tree, code_rows, heading_spans, pcs_entries
from coding.codesets.loading.msdrg_reader import UnknownLayout, check_counts, count_on, read_grouper_data
from coding.codesets.loading.releases import derive_releases, fiscal_year_label
from coding.codesets.loading.rows import open_ended
from coding.codesets.loading.tabular_reader import Entry
from coding.codesets.loading.titles import Title, index_pairs
from coding.codesets.rules import Span
from hims.lib.errors import DomainError

OCTOBER = date(2015, 10, 1)
SPLIT = date(2026, 10, 1)
CODES = {
    "I420": [Span(OCTOBER, date(2026, 9, 30))],
    "I4200": [Span(SPLIT)],
    "I429": [Span(OCTOBER)],
}
ENTRIES = [
    Entry("9", CodeKind.CHAPTER, "Circulatory", "", "", "9"),
    Entry("I30-I5A", CodeKind.BLOCK, "Other heart disease", "9", "I30-I5A", "9"),
    Entry("I42", CodeKind.HEADING, "Cardiomyopathy", "I30-I5A", "I30-I5A", "9"),
    Entry("I420", CodeKind.HEADING, "Dilated", "I42", "I30-I5A", "9"),
    Entry("I429", CodeKind.HEADING, "Unspecified", "I42", "I30-I5A", "9"),
]


def test_tree_places_new_code_below_its_nearest_heading() -> None:
    tree = Tree(ENTRIES, CODES)
    assert tree.entries["I4200"].parent == "I420"
    assert tree.entries["I4200"].chapter == "9"
    assert [entry.code for entry in tree.in_order()] == ["9", "I30-I5A", "I42", "I420", "I4200", "I429"]


def test_code_subdivided_becomes_heading_from_that_day() -> None:
    spans = heading_spans(Tree(ENTRIES, CODES), CODES)
    assert spans["I420"] == [Span(SPLIT)]
    assert spans["I42"] == [Span(OCTOBER)]


def test_rows_hold_one_row_per_kind_and_span_without_overlap() -> None:
    rows = list(code_rows(CodeSystem.ICD10CM, Tree(ENTRIES, CODES), CODES, {"I4200": Title("", "")}))
    of_code = [(row.kind, row.valid_from, row.valid_to) for row in rows if row.code == "I420"]
    assert of_code == [("code", OCTOBER, date(2026, 9, 30)), ("heading", SPLIT, None)]
    assert next(row.long_title for row in rows if row.code == "I4200") == ""


def test_pcs_tree_has_section_body_system_and_table() -> None:
    entries = {
        entry.code: entry for entry in pcs_entries(["0FT44ZZ"], {"0FT": "Resection"}, {"0": "Medical and Surgical"})
    }
    assert entries["0FT44ZZ"].parent == "0FT"
    assert entries["0FT"].title == "Resection"
    assert entries["0F"].title == ""
    assert entries["0"].title == "Medical and Surgical"


def test_releases_follow_the_days_on_which_codes_change() -> None:
    releases = derive_releases(
        CODES, label=lambda day: fiscal_year_label("ICD-10-CM", day), horizon=date(2027, 3, 31), titled={"I420", "I429"}
    )
    assert [
        (each.label, each.effective_to, each.code_count, each.added, each.deleted, each.untitled) for each in releases
    ] == [
        ("ICD-10-CM FY2016", date(2026, 9, 30), 2, 2, 0, 0),
        ("ICD-10-CM FY2027", date(2027, 3, 31), 2, 1, 1, 1),
    ]


def test_label_of_update_within_year_names_its_month() -> None:
    assert fiscal_year_label("ICD-10-PCS", date(2026, 4, 1)) == "ICD-10-PCS FY2026 (April 2026)"


def test_span_that_reaches_the_horizon_has_no_known_end() -> None:
    horizon = date(2027, 3, 31)
    assert open_ended([Span(OCTOBER, horizon)], horizon) == [Span(OCTOBER, None)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "cm", "pcs"),
    [
        (date(2024, 10, 1), 74260, 78948),
        (date(2025, 3, 31), 74260, 78948),
        (date(2025, 4, 1), 74260, 78986),
        (date(2026, 3, 31), 74719, 79115),
        (date(2026, 4, 1), 74719, 79193),
        (date(2026, 9, 30), 74719, 79193),
        (date(2026, 10, 1), 74879, 79256),
    ],
)
def test_grouper_data_lists_the_published_number_of_codes(day: date, cm: int, pcs: int) -> None:
    data = read_grouper_data()
    assert (count_on(data.diagnoses, day), count_on(data.procedures, day)) == (cm, pcs)


def test_grouper_data_that_differs_from_published_counts_is_refused() -> None:
    with pytest.raises(UnknownLayout, match="published are 74260 and 78948"):
        check_counts({"I10": [Span(OCTOBER)]}, {})


def test_file_that_is_no_grouper_data_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "msdrg.mdb"
    path.write_bytes(b"not a database")
    with pytest.raises(UnknownLayout, match="cannot be opened"):
        read_grouper_data(path)


def test_index_entry_leads_to_each_of_its_codes_with_its_qualifier() -> None:
    content = "Supracervical see Resection, Uterus **0UT9**\nsee Excision, Uterus **0UB9**\nuse Uterus"
    assert list(index_pairs("Hysterectomy ", content)) == [
        ("0UT9", "Hysterectomy, Supracervical"),
        ("0UB9", "Hysterectomy"),
    ]


@pytest.mark.parametrize("system", small_sets.SMALL_SETS)
def test_small_set_has_labels_in_own_words_and_no_doubles(system: CodeSystem) -> None:
    dataset = small_sets.read_small_set(system)
    keys = [(row.code, row.valid_from) for row in dataset.codes]
    assert dataset.codes
    assert len(keys) == len(set(keys))
    assert all(row.long_title and len(row.long_title) <= 100 for row in dataset.codes)


def test_point_of_origin_of_disaster_site_begins_in_july_2020() -> None:
    rows = {row.code: row for row in small_sets.read_small_set(CodeSystem.POINT_OF_ORIGIN).codes}
    assert rows["G"].valid_from == date(2020, 7, 1)


def test_discharge_dispositions_with_planned_readmission_mirror_the_plain_ones() -> None:
    rows = {row.code: row.long_title for row in small_sets.read_small_set(CodeSystem.DISCHARGE_DISPOSITION).codes}
    assert rows["82"] == f"{rows['02']}, readmission planned"
    assert rows["95"] == f"{rows['70']}, readmission planned"
    assert len([code for code in rows if "81" <= code <= "95"]) == 15


def test_table_with_missing_column_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text("# comment\ncode\tlabel\nA\n", encoding="utf-8")
    with pytest.raises(DomainError, match=r"labels\.tsv, line 3: 1 columns, expected 2"):
        list(small_sets.read_table(path))


def test_exemptions_are_undotted_and_have_a_source() -> None:
    rows = small_sets.read_exemptions()
    assert all(row.source and "." not in row.prefix and not row.official for row in rows)
