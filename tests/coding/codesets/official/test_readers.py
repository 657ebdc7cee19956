"""Every reader: what it makes of a good file, and the sentence with which it refuses a bad one."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coding.codesets.official.enums import LoadKind
from coding.codesets.official.kinds import KINDS, check_days, last_day
from coding.codesets.official.parsed import Parsed
from coding.codesets.official.readers import cm_index, cm_tabular, cpt, hcpcs, lists, order, pcs_index, pcs_tables
from coding.codesets.official.rules import check_name
from hims.lib.errors import DomainError
from tests.coding.codesets.official.files import (
    CM_OCTOBER,
    PCS,
    axis,
    hcpcs_record,
    index_file,
    order_file,
    table_index_file,
    tables_file,
    tabular_file,
    weights_file,
)

CELLS = ["A00.0", "A00.-", "--", "-", "", "B01"]
WHOLE = {
    LoadKind.CM_ORDER: order_file(CM_OCTOBER),
    LoadKind.PCS_ORDER: order_file(PCS),
    LoadKind.CM_TABULAR: tabular_file(),
    LoadKind.CM_INDEX: index_file(),
    LoadKind.CM_EXTERNAL: index_file(title="External Cause of Injuries Index"),
    LoadKind.CM_NEOPLASM: table_index_file("Neoplasm", [("Lump", CELLS)]),
    LoadKind.CM_DRUG: table_index_file("Substance", [("Powder", CELLS)]),
    LoadKind.PCS_TABLES: tables_file(),
    LoadKind.PCS_INDEX: (
        b"<ICD10PCS.index><version>2026</version><letter><title>M</title><mainTerm><title>Moving</title>"
        b'<term level="1"><title>first thing</title><codes>00X0</codes></term>'
        b'<term level="1"><see>Shaking<tab>00Y</tab></see></term></mainTerm></letter></ICD10PCS.index>'
    ),
    LoadKind.PCS_DEFINITIONS: (
        b'<ICD10PCS.definitions><version>2026</version><section code="0"><title>s</title><axis pos="3"><title>Operation</title>'
        b"<terms><title>Moving, Left</title><title>Moving, Right</title><definition>d</definition><includes>i</includes></terms>"
        b"</axis></section><deviceAggregation><aggregate><device>Spring</device><operation>All</operation><bodySys>b</bodySys>"
        b'<parent value="M">Springs</parent></aggregate></deviceAggregation></ICD10PCS.definitions>'
    ),
    LoadKind.HCPCS: hcpcs_record("A1234", "Invented bandage").encode(),
    LoadKind.POA_EXEMPT: b"Z79.4\tInvented title\nB01\tInvented\n",
    LoadKind.DRG_WEIGHTS: weights_file([("001", "INVENTED", "1.2345"), ("002", "INVENTED TOO", "0.5")]),
    LoadKind.CPT: b"code\tdescription\n99991\tInvented visit\n",
}


def read(kind: str, content: bytes) -> Parsed:
    return KINDS[kind].read(content)


@pytest.mark.parametrize("kind", list(LoadKind))
def test_every_kind_reads_its_own_file(kind: LoadKind) -> None:
    assert read(kind, WHOLE[kind]).read > 0


@pytest.mark.parametrize("kind", list(LoadKind))
@pytest.mark.parametrize("other", list(LoadKind))
def test_every_kind_refuses_the_file_of_another(kind: LoadKind, other: LoadKind) -> None:
    if kind == other:
        return
    with pytest.raises(DomainError, match=r"Line \d+: ."):
        read(kind, WHOLE[other])


@pytest.mark.parametrize("kind", list(LoadKind))
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04" + b"\x00" * 60, b"\xff\xfe" + "A1234".encode("utf-16-le"), b"x" * 5000,
     "Ménière".encode("latin-1"), b"\n\n\n"],
)  # fmt: skip
def test_every_kind_refuses_what_is_no_text_of_its_form_with_the_line(kind: LoadKind, content: bytes) -> None:
    with pytest.raises(DomainError, match=r"Line \d+: ."):
        read(kind, content)


@pytest.mark.parametrize("kind", list(LoadKind))
@given(share=st.floats(0, 1), noise=st.binary(max_size=40))
@example(share=0.5, noise=b'<!ENTITY x SYSTEM "file:///etc/passwd">')
def test_every_kind_reads_or_refuses_a_file_cut_anywhere_with_anything_in_it(
    kind: LoadKind, share: float, noise: bytes
) -> None:
    content = WHOLE[kind]
    cut = int(len(content) * share)
    for damaged in (content[:cut], content[:cut] + noise + content[cut:], content[:cut] + noise):
        with contextlib.suppress(DomainError):
            read(kind, damaged)


def test_order_file_gives_codes_headings_titles_and_parents() -> None:
    heading, code, *_ = read(LoadKind.CM_ORDER, order_file(CM_OCTOBER)).codes["icd10cm"]
    assert (heading.code, heading.kind, heading.parent) == ("A00", "heading", "")
    assert (code.code, code.kind, code.long, code.parent) == ("A000", "code", "Invented fever with rash", "A00")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (order_file(CM_OCTOBER[:2]) + order_file(CM_OCTOBER[3:], first=4), "Line 3: order number 00004 follows 00002"),
        (order_file([CM_OCTOBER[1]]), "Line 1: A000 comes without its category A00"),
        (
            order_file([*CM_OCTOBER, CM_OCTOBER[1]]),
            "Line 5: A000 stands in the file twice, first as order number 00002",
        ),
        (order_file(PCS), "Line 1: '00X' is no ICD-10-CM code"),
        (order_file(CM_OCTOBER)[:-30] + b"\r\n", "Line 4: B01 has no long title; the line is cut off"),
        (b"00001 A00     2 Title", "Line 1: this is no line of an order file"),
        (order_file([("A00", 0, "Only a heading")]), "lists no code that can be reported"),
    ],
)
def test_order_file_with_gaps_duplicates_or_cut_lines_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        order.read_cm(content)


def test_procedure_order_file_wants_the_table_before_the_code() -> None:
    with pytest.raises(DomainError, match="Line 1: 00X00ZZ comes without its table 00X"):
        order.read_pcs(order_file(PCS[1:]))


def test_index_gives_modifiers_codes_pairs_references_and_paths() -> None:
    fever, spotted, vague, heat = cm_index.read("icd10cm_index", index_file()).terms
    assert (fever.title, fever.nonessential, fever.codes, fever.level, fever.parent) == (
        "Fever NEC", "(high) (low)", ["A001"], 0, None,
    )  # fmt: skip
    assert (spotted.path, spotted.codes, spotted.manifestation, spotted.parent) == (
        "Fever NEC, spotted",
        ["A000"],
        "B01",
        0,
    )
    assert (vague.codes, vague.see_also) == (["A00-"], "Heat")
    assert (heat.see, heat.codes, heat.letter) == ("Fever", [], "F")


def test_table_of_neoplasms_gives_six_cells_with_none_as_nothing() -> None:
    (lump,) = cm_index.read("icd10cm_neoplasm", WHOLE[LoadKind.CM_NEOPLASM]).terms
    assert lump.cells == ["A000", "A00-", "", "", "", "B01"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "<mainTerm><title>Fever</title><code>hot</code></mainTerm>",
            "'Fever' leads to 'hot', which is no ICD-10-CM code",
        ),
        ("<mainTerm><code>A00</code></mainTerm>", "an entry below 'F' has no title"),
        (
            '<mainTerm><title>a</title><term level="2"><title>b</title></term></mainTerm>',
            "'a, b' says level '2' and stands",
        ),
        ("<mainTerm><title>a</title><script>x</script></mainTerm>", "'a' holds <script>, which no index has"),
        ("<other/>", "the index holds no terms"),
    ],
)
def test_index_with_a_wrong_entry_is_refused_with_its_path(body: str, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        cm_index.read("icd10cm_index", index_file(body=body))


def test_index_of_another_book_is_refused_by_its_heading() -> None:
    with pytest.raises(DomainError, match="not the index of external causes"):
        cm_index.read("icd10cm_external_cause", index_file())


def test_tables_expand_to_their_codes_with_labels_as_fallback() -> None:
    parsed = pcs_tables.read(tables_file())
    codes = {entry.code: entry.fallback for entry in parsed.codes["icd10pcs"] if entry.kind == "code"}
    assert codes == {"00X00ZZ": "Moving about, First thing, Open", "00X03ZZ": "Moving about, First thing, Skin"}
    assert [(entry.code, entry.kind) for entry in parsed.hierarchy] == [("0", "chapter"), ("00", "block")]
    assert parsed.tables[0].definition == "Taking a thing elsewhere"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (tables_file(codes=3), "row 1 of table 00X says 3 codes, its values make 2"),
        (tables_file(approaches=(("0", "Open"), ("0", "Open too"))), "axis 5 has a value twice"),
        (
            tables_file(approaches=(("O", "Open"), ("3", "Skin"))),
            "table 00X makes 00X0OZZ, which is no ICD-10-PCS code",
        ),
        (tables_file().replace(b'pos="5"', b'pos="6"'), "was read as axis 5"),
        (tables_file().replace(b"<version>2026", b"<version>soon"), "the version is 'soon'"),
    ],
)
def test_tables_whose_numbers_do_not_fit_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        pcs_tables.read(content)


def test_row_that_would_make_millions_of_codes_is_refused_before_they_are_made() -> None:
    values = [(mark, "x") for mark in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"]
    wide = "".join(axis(place, "t", values) for place in range(4, 8))
    head = axis(1, "s", [("0", "x")]) + axis(2, "b", [("0", "x")]) + axis(3, "o", [("X", "x")])
    row = f'<pcsRow codes="{34**4}">{wide}</pcsRow>'
    content = f"<ICD10PCS.tabular><version>2026</version><pcsTable>{head}{row}</pcsTable></ICD10PCS.tabular>"
    with pytest.raises(DomainError, match="more than 1,000,000 codes"):
        pcs_tables.read(content.encode())


def test_procedure_index_keeps_pointers_of_entries_without_words() -> None:
    _, first, shaking = pcs_index.read(WHOLE[LoadKind.PCS_INDEX]).terms
    assert (first.path, first.codes) == ("Moving, first thing", ["00X0"])
    assert (shaking.title, shaking.see, shaking.codes) == ("", "Shaking", ["00Y"])


def test_tabular_list_gives_tree_notes_and_seventh_characters() -> None:
    parsed = cm_tabular.read(tabular_file())
    tree = {entry.code: (entry.kind, entry.parent, entry.block, entry.chapter) for entry in parsed.hierarchy}
    assert tree["1"] == ("chapter", "", "", "1")
    assert tree["A00-A09"] == ("block", "1", "A00-A09", "1")
    assert tree["A000"] == ("code", "A00", "A00-A09", "1")
    assert tree["A051"] == ("heading", "A05", "A00-A09", "1")
    assert tree["A051XXA"] == ("code", "A051", "A00-A09", "1")
    fallback = next(entry.fallback for entry in parsed.hierarchy if entry.code == "A051XXD")
    assert fallback == "Invented injury of the arm, later visit"
    assert [(note.kind, note.mark, note.text) for note in parsed.notes["A05"]] == [
        ("seventh_character", "A", "first visit"), ("seventh_character", "D", "later visit"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("<diag><name>A00</name><desc>Again</desc></diag>", "A00 stands in the file twice"),
        ("<diag><name>A07</name></diag>", "A07 has no title"),
        (
            "<diag><name>A07</name><desc>t</desc><diag><name>B07.1</name><desc>t</desc></diag></diag>",
            "'B071' below A07",
        ),
    ],
)
def test_tabular_list_with_a_wrong_entry_is_refused(extra: str, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        cm_tabular.read(tabular_file(extra=extra))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            hcpcs_record("A1234", "x") + hcpcs_record("A1234", "y"),
            "Line 2: A1234 stands in the file twice, first as 'x'",
        ),
        (
            hcpcs_record("A1234", "x") + hcpcs_record("A9999", "y", kind="4"),
            "Line 2: a continuation of 'A9999' does not follow",
        ),
        (hcpcs_record("A1234", "x") + "A123500100", "Line 2: this is no HCPCS record"),
        (hcpcs_record("A1234", "x", last="2026AB01"), "expected is YYYYMMDD"),
        ("HCPCS Code,Short Descriptor,Source\nA1234,x,2026-04\nA1235,y,2026-07\n", "Line 3: the line is of 2026-07"),
        ("HCPCS Code,Short Descriptor\nA1234,x,y\n", "Line 2: 3 columns, the heading has 2"),
        ("HCPCS Code,Short Descriptor\nA1234,\n", "Line 2: A1234 has no descriptor"),
    ],
)
def test_hcpcs_file_with_a_wrong_line_is_refused(content: str, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        hcpcs.read(content.encode())


def test_addendum_leaves_out_cdt_and_cpt_and_cleans_the_code() -> None:
    content = (
        "HCPCS Code,Short Descriptor,SI\nA1234\u00a0,Bandage,A\nD0120,Not ours,B\n99213,Not ours,C\n0001F,Not ours,C\n"
    )
    parsed = hcpcs.read(content.encode())
    assert [entry.code for entry in parsed.codes["hcpcs"]] == ["A1234"]
    assert parsed.dropped == {"D codes (CDT)": 1, "CPT numbers": 2}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("001", "t", "1.0"), ("001", "t", "2.0")], "Line 4: MS-DRG 001 stands in the table twice"),
        ([("002", "t", "1.0"), ("001", "t", "2.0")], "Line 4: MS-DRG 001 follows 002"),
        ([("001", "t", "heavy")], "the weight of MS-DRG 001 is 'heavy', no number"),
        ([("001", "t", "NaN")], "the weight of MS-DRG 001 is NaN"),
        ([("001", "t", "-1")], "expected is 0 to 1000"),
        ([("001", "", "1")], "MS-DRG 001 has no title"),
        ([("1x", "t", "1")], "is no MS-DRG"),
    ],
)
def test_weights_with_a_wrong_line_are_refused(rows: list[tuple[str, str, str]], said: str) -> None:
    with pytest.raises(DomainError, match=said):
        lists.read_drg_weights(weights_file(rows))


def test_weights_of_two_years_in_one_heading_are_refused() -> None:
    content = weights_file([("001", "t", "1.0")]).replace(b"INVENTED WEIGHTS FY 2026", b"INVENTED WEIGHTS FY 2025")
    with pytest.raises(DomainError, match="fiscal years 2025 and 2026: two are mixed"):
        lists.read_drg_weights(content)


def test_poa_list_takes_the_code_behind_a_row_number_and_refuses_a_line_without_one() -> None:
    assert lists.read_poa_exempt(b"Order,Code,Title\n1,Z79.4,Invented\n2,B01,Invented\n").exemptions == ["Z794", "B01"]
    with pytest.raises(DomainError, match="Line 2: the line holds no ICD-10-CM code"):
        lists.read_poa_exempt(b"Z79.4,Invented\n12345,Invented\n")
    with pytest.raises(DomainError, match="Line 2: Z794 stands in the list twice, first in line 1"):
        lists.read_poa_exempt(b"Z79.4,Invented\nZ794,Invented\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"code,description\n9999,x\n", "Line 2: '9999' is no CPT code"),
        (b"code,description\n99991,x\n99991,y\n", "Line 3: 99991 stands in the file twice"),
        (b"code,description\n99991,a, b\n", "Put texts with separators in quotes"),
        (b"99991,x\n", "no line names the columns code and description"),
    ],
)
def test_cpt_file_with_a_wrong_line_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        cpt.read(content)


@pytest.mark.parametrize(
    ("parsed", "day", "fits"),
    [
        (Parsed(year=2027), date(2026, 10, 1), True),
        (Parsed(year=2027), date(2027, 4, 1), True),
        (Parsed(year=2027), date(2027, 9, 30), True),
        (Parsed(year=2027), date(2026, 9, 30), False),
        (Parsed(year=2027), date(2027, 10, 1), False),
        (Parsed(month=(2026, 4)), date(2026, 4, 1), True),
        (Parsed(month=(2026, 4)), date(2026, 3, 31), False),
        (Parsed(), date(2026, 3, 31), True),
    ],
)
def test_year_or_month_of_the_file_must_be_that_of_the_day(parsed: Parsed, day: date, fits: bool) -> None:
    context = contextlib.nullcontext() if fits else pytest.raises(DomainError, match="the effective date")
    with context:
        check_days(LoadKind.PCS_TABLES, parsed, day)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (LoadKind.CM_ORDER, date(2026, 10, 1), date(2027, 9, 30)),
        (LoadKind.CM_ORDER, date(2026, 9, 30), date(2026, 9, 30)),
        (LoadKind.DRG_WEIGHTS, date(2027, 4, 1), date(2027, 9, 30)),
        (LoadKind.HCPCS, date(2026, 4, 1), date(2026, 12, 31)),
        (LoadKind.CPT, date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_edition_ends_with_its_year(kind: LoadKind, first: date, last: date) -> None:
    assert last_day(kind, first) == last


def test_year_in_the_name_of_a_file_must_be_that_of_the_day() -> None:
    check_name("icd10cm_order", "icd10cm-order-2027.txt", date(2026, 10, 1))
    check_name("icd10cm_order", "order.txt", date(2026, 10, 1))
    with pytest.raises(DomainError, match=r"says 2025, the effective date 2026-10-01 lies in fiscal year 2027"):
        check_name("icd10cm_order", "icd10cm-order-2025.txt", date(2026, 10, 1))
