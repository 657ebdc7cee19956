"""Loading and taking back: dates decide, releases stand side by side, a rollback restores to the letter."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, permutations

import pytest

from audit.trail.models import AuditEvent
from coding.codesets import selectors
from coding.codesets.enums import CodeKind
from coding.codesets.loading.rows import CodeRow, Dataset, NoteRow, Release
from coding.codesets.loading.writer import write
from coding.codesets.models import Code, CodeNote, CodeSetRelease
from coding.codesets.official.actions import roll_back
from coding.codesets.official.carry_out import beneath, stacks_of
from coding.codesets.official.enums import LoadKind, LoadState
from coding.codesets.official.models import CodeSetChange, CodeSetLoad
from hims.lib.errors import DomainError
from hims.staff.selectors import system_user
from tests.coding.codesets.official.conftest import Load, contents, load_of
from tests.coding.codesets.official.files import CM_APRIL, CM_OCTOBER, PCS, hcpcs_record, order_file, tabular_file

pytestmark = pytest.mark.django_db
OCTOBER, APRIL = date(2025, 10, 1), date(2026, 4, 1)
NEXT_OCTOBER = date(2026, 10, 1)


def default_row(
    code: str, title: str, *, kind: str = "code", start: date = date(2015, 10, 1), end: date | None = None
) -> CodeRow:
    return CodeRow("icd10cm", code, kind, "", title, "", "A00-A09", "1", 0, start, end)


def default(*rows: CodeRow, releases: tuple[date, ...] = (date(2015, 10, 1), NEXT_OCTOBER)) -> Dataset:
    starts = [*releases, date(2027, 4, 1)]
    made = [
        Release(f"default {start}", start, date.fromordinal(after.toordinal() - 1), len(rows))
        for start, after in pairwise(starts)
    ]
    notes = [NoteRow("icd10cm", "A00", "excludes1", "", "a note about rashes", 0)]
    return Dataset("icd10cm", "default", made, list(rows), notes)


BASE = (
    default_row("A00", "Invented fever", kind="heading"),
    default_row("A000", "Invented fever with rash"),
    default_row("A001", ""),
    default_row("A009", "Old fever"),
)


def valid(code: str, day: date) -> bool:
    return selectors.validity("icd10cm", code, day).valid


def title(code: str, day: date) -> str:
    row = selectors.code_on("icd10cm", code, day)
    return row.long_title if row else ""


def test_release_decides_its_days_and_no_others(load: Load) -> None:
    write(default(*BASE), "d" * 64)
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    days = (date(2025, 9, 30), OCTOBER, date(2026, 9, 30), NEXT_OCTOBER)
    assert [valid("A009", day) for day in days] == [True, False, False, True]
    assert [valid("B01", day) for day in days] == [False, True, True, False]
    assert [title("A001", day) for day in days] == ["Invented fever without rash"] * 4


def test_october_and_april_stand_side_by_side_at_their_boundaries(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    days = (date(2025, 9, 30), OCTOBER, date(2026, 3, 31), APRIL, date(2026, 9, 30), NEXT_OCTOBER)
    assert [valid("A001", day) for day in days] == [False, True, True, False, False, False]
    assert [valid("A002", day) for day in days] == [False, False, False, True, True, False]
    assert [valid("B01", day) for day in days] == [False, True, True, True, True, False]
    assert [title("A000", day) for day in days[1:5]] == [
        "Invented fever with rash", "Invented fever with rash",
        "Invented fever with a red rash", "Invented fever with a red rash",
    ]  # fmt: skip
    spans = CodeSetRelease.objects.order_by("effective_from").values_list("effective_from", "effective_to")
    assert list(spans) == [(OCTOBER, date(2026, 3, 31)), (APRIL, date(2026, 9, 30))]
    assert not selectors.validity("icd10cm", "B01", NEXT_OCTOBER).known


def test_order_of_loading_two_releases_makes_no_difference(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    later_first = answers()
    for each in CodeSetLoad.objects.in_force():
        roll_back(by=system_user(), load=each)
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    assert answers() == later_first


def answers() -> list[tuple[str, str, str, bool]]:
    days = (date(2025, 9, 30), OCTOBER, date(2026, 3, 31), APRIL, date(2026, 9, 30), NEXT_OCTOBER)
    codes = ("A00", "A000", "A001", "A002", "A009", "B01")
    return [(code, str(day), title(code, day), valid(code, day)) for code in codes for day in days]


def test_rollback_restores_every_row_to_the_letter(load: Load) -> None:
    write(default(*BASE), "d" * 64)
    before = contents()
    first = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    between = contents()
    second = load(LoadKind.CM_TABULAR, tabular_file(rash="another note"), OCTOBER)
    assert contents() != between
    roll_back(by=system_user(), load=second)
    assert contents() == between
    roll_back(by=system_user(), load=first)
    assert contents() == before
    assert not CodeSetChange.objects.exists()


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_rollback_in_any_order_ends_where_it_began(load: Load, order: tuple[int, ...]) -> None:
    write(default(*BASE), "d" * 64)
    before = contents()
    loads = [
        load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER),
        load(LoadKind.CM_TABULAR, tabular_file(), OCTOBER),
        load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL),
    ]
    for number in order:
        roll_back(by=system_user(), load=CodeSetLoad.objects.get(pk=loads[number].pk))
    assert contents() == before


def test_rollback_below_a_later_load_keeps_the_later_one(load: Load) -> None:
    first = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    roll_back(by=system_user(), load=first)
    assert [valid("A002", day) for day in (date(2026, 3, 31), APRIL)] == [False, True]
    assert not valid("A001", OCTOBER)
    assert CodeSetLoad.objects.in_force().count() == 1


def test_diagnosis_load_leaves_procedures_untouched(load: Load) -> None:
    load(LoadKind.PCS_ORDER, order_file(PCS), OCTOBER)
    before = list(Code.objects.filter(system="icd10pcs").values())
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    assert list(Code.objects.filter(system="icd10pcs").values()) == before
    assert CodeSetRelease.objects.filter(system="icd10pcs").count() == 1


def test_same_file_again_changes_nothing(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    before = contents()
    again = load_of(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    assert (again.counts["read"], again.counts["created"], again.counts["unchanged"]) == (4, 0, 4)
    assert contents() == before
    assert CodeSetLoad.objects.count() == 1


def test_counts_and_difference_name_what_comes_goes_and_changes_its_title(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    done = load_of(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    assert done.diff == {
        "added": [("A002", "", "Invented fever of April")],
        "deleted": [("A001", "Invented fever without rash", "")],
        "retitled": [("A000", "Invented fever with rash", "Invented fever with a red rash")],
        "revalidated": [],
    }
    release = CodeSetRelease.objects.get(effective_from=APRIL)
    assert (release.code_count, release.added_count, release.deleted_count) == (3, 1, 1)


def test_code_that_comes_back_is_revalidated(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_APRIL), APRIL)
    back = load_of(LoadKind.CM_ORDER, order_file(CM_OCTOBER), NEXT_OCTOBER)
    assert [code for code, _, _ in back.diff["revalidated"]] == ["A001"]
    days = (date(2026, 3, 31), date(2026, 9, 30), NEXT_OCTOBER, date(2027, 9, 30))
    assert [valid("A001", day) for day in days] == [True, False, True, True]


def test_code_that_is_subdivided_becomes_a_heading_on_its_day(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    divided = [*CM_OCTOBER[:3], ("B01", 0, "Made-up cough"), ("B010", 1, "Made-up dry cough")]
    load(LoadKind.CM_ORDER, order_file(divided), NEXT_OCTOBER)
    assert [valid("B01", day) for day in (date(2026, 9, 30), NEXT_OCTOBER)] == [True, False]
    row = selectors.code_on("icd10cm", "B01", NEXT_OCTOBER)
    assert row is not None
    assert row.kind == CodeKind.HEADING


def test_notes_of_two_releases_hold_on_their_own_days(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_TABULAR, tabular_file(rash="old words"), OCTOBER)
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), NEXT_OCTOBER)
    load(LoadKind.CM_TABULAR, tabular_file(year=2027, rash="new words"), NEXT_OCTOBER)

    def words(day: date) -> list[str]:
        row = selectors.code_on("icd10cm", "A000", day)
        assert row is not None
        return [note.text for note in selectors.notes_for(row, on=day)]

    assert words(date(2026, 9, 30)) == ["Spotted heat", "old words", "everything invented"]
    assert words(NEXT_OCTOBER) == ["Spotted heat", "new words", "everything invented"]


def test_tabular_list_gives_place_and_notes_but_decides_no_code(load: Load) -> None:
    load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    load(LoadKind.CM_TABULAR, tabular_file(), OCTOBER)
    row = selectors.code_on("icd10cm", "A000", OCTOBER)
    assert row is not None
    assert (row.parent, row.block, row.chapter) == ("A00", "A00-A09", "1")
    assert [each.code for each in selectors.path_of(row, on=OCTOBER)] == ["1", "A00-A09", "A00"]
    assert not valid("A051XXA", OCTOBER)
    assert valid("B01", OCTOBER)


def test_newer_default_content_lies_beneath_official_loads(load: Load) -> None:
    write(default(*BASE), "d" * 64)
    first = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    official_says = answers()
    newer = default(*BASE, default_row("A003", "New default", start=OCTOBER))
    with beneath(stacks_of("icd10cm")):
        write(newer, "e" * 64)
    assert answers() == official_says
    assert not valid("A003", OCTOBER)
    roll_back(by=system_user(), load=CodeSetLoad.objects.get(pk=first.pk))
    assert valid("A003", OCTOBER)


def test_refused_file_leaves_nothing_and_says_the_line(load: Load) -> None:
    before = contents()
    doubled = [("A00", 0, "Invented fever"), ("A000", 1, "One title"), ("A000", 1, "Other title")]
    with pytest.raises(DomainError, match="Line 3: A000 stands in the file twice"):
        load(LoadKind.CM_ORDER, order_file(doubled), OCTOBER)
    assert contents() == before
    assert not CodeSetLoad.objects.exists()


def test_list_that_lost_a_tenth_is_refused_as_cut_off(load: Load) -> None:
    many = [("C00", 0, "Heading"), *((f"C00{number:03}", 1, f"Title {number}") for number in range(200))]
    load(LoadKind.CM_ORDER, order_file(many), OCTOBER)
    with pytest.raises(DomainError, match=r"lists 99 codes .* 200 are in force on 2026-10-01"):
        load(LoadKind.CM_ORDER, order_file(many[:100]), NEXT_OCTOBER)


def test_licensed_content_needs_an_attestation_that_is_kept(load: Load) -> None:
    content = b"code,description\n99991,Invented visit\n0001F,Invented measure\n"
    with pytest.raises(DomainError, match="licence attestation"):
        load(LoadKind.CPT, content, date(2026, 1, 1))
    text = "This hospital holds licence 123 for this file."
    done = load(LoadKind.CPT, content, date(2026, 1, 1), attestation=text)
    assert (done.attestation, done.attested_by) == (text, system_user())
    assert done.attested_at is not None
    assert selectors.validity("cpt", "99991", date(2026, 12, 31)).valid
    assert not selectors.validity("cpt", "99991", date(2027, 1, 1)).known


def test_hcpcs_record_file_keeps_last_days_and_leaves_out_what_belongs_to_others(load: Load) -> None:
    content = "".join(
        [
            hcpcs_record("A1234", "Invented bandage,", short="Bandage"),
            hcpcs_record("A1234", "of the long kind", kind="4", number=200),
            hcpcs_record("A1235", "Ended bandage", last="20260331"),
            hcpcs_record("D0120", "Not ours"),
            hcpcs_record("RT", "Invented side", kind="7"),
        ]
    ).encode()
    done = load_of(LoadKind.HCPCS, content, date(2026, 1, 1))
    row = selectors.code_on("hcpcs", "A1234", date(2026, 1, 1))
    assert row is not None
    assert (row.long_title, row.short_title) == ("Invented bandage, of the long kind", "Bandage")
    assert [selectors.validity("hcpcs", "A1235", day).valid for day in (date(2026, 3, 31), APRIL)] == [True, False]
    assert not Code.objects.filter(code="D0120").exists()
    assert selectors.validity("hcpcs_modifier", "RT", APRIL).valid
    assert done.counts["dropped"] == 1


def test_poa_list_replaces_the_default_on_its_days_only(load: Load) -> None:
    load(LoadKind.POA_EXEMPT, b"Code\tDescription\nZ79.4\tInvented\nB01\tInvented\n", OCTOBER)
    status = [
        selectors.poa_exempt("Z794", day) for day in (date(2025, 9, 30), OCTOBER, date(2026, 9, 30), NEXT_OCTOBER)
    ]
    assert [(each.exempt, each.official) for each in status] == [
        (False, False),
        (True, True),
        (True, True),
        (False, False),
    ]


def test_load_and_rollback_stand_in_the_trail(load: Load) -> None:
    done = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    roll_back(by=system_user(), load=done)
    assert done.state == LoadState.ROLLED_BACK
    events = AuditEvent.objects.filter(event__startswith="codeset.").values_list("event", "result")
    assert {("codeset.loaded", "done"), ("codeset.rolled_back", "done")} <= set(events)


def test_rollback_of_what_is_not_loaded_is_refused(load: Load) -> None:
    done = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    roll_back(by=system_user(), load=done)
    with pytest.raises(DomainError, match="only what is loaded can be rolled back"):
        roll_back(by=system_user(), load=done)


def test_row_changed_by_other_hands_stops_the_rollback_whole(load: Load) -> None:
    done = load(LoadKind.CM_ORDER, order_file(CM_OCTOBER), OCTOBER)
    Code.objects.filter(code="B01").update(long_title="Changed by hand")
    before = contents()
    with pytest.raises(DomainError, match="cannot be restored to the letter"):
        roll_back(by=system_user(), load=done)
    assert contents() == before
    assert CodeNote.objects.count() == 0
