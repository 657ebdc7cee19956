"""Overrides: kept with who and why, withdrawn with their situation, asked for by finalizing; and the queries of the edits."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.codesets.models import CodeNote
from coding.workbench.actions.diagnoses import add_diagnosis, remove_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.actions.poa import clear_poa, fill_blank_poa
from coding.workbench.actions.sequencing import bring_levels_forward
from coding.workbench.edits.actions import override_edit, withdraw_override
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.models import EditOverride
from coding.workbench.edits.reading import whole_case
from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.rules import DiagnosisLine, brought_forward
from coding.workbench.selectors import coding_for
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import User
from tests.factories.coding import admitted_for, install_codes
from tests.trail import told

pytestmark = pytest.mark.django_db
EDIT = "excludes1:I130+J189:J18.0"


@pytest.fixture
def conflict(record: CodingRecord, coder: User) -> CodingRecord:
    """Two codes that a note keeps apart."""
    CodeNote.objects.create(system="icd10cm", code="J18", kind="excludes1", text="heart disease (I13.-)", position=0)
    admitted_for(record)
    for code in ("I130", "J189"):
        add_diagnosis(by=coder, record=record, version=record.version, code=code, poa="Y")
    return record


def override(record: CodingRecord, by: User, reason: str = "Unrelated conditions.") -> EditOverride:
    return override_edit(by=by, record=record, version=record.version, edit=EDIT, reason=reason)


def test_warning_holds_finalizing_until_it_is_overridden_and_the_summary_keeps_why(
    conflict: CodingRecord, coder: User
) -> None:
    with pytest.raises(DomainError, match="1 warning waits"):
        finalize(by=coder, record=conflict, version=conflict.version)
    override(conflict, coder)
    summary = finalize(by=coder, record=conflict, version=conflict.version)
    kept = summary.content["overrides"]
    assert [(each["edit"], each["codes"], each["reason"], each["by"]) for each in kept] == [
        (EDIT, ["I130", "J189"], "Unrelated conditions.", str(coder))
    ]
    assert ("coding.edit_overridden", "done") in told(coder)


def test_override_lapses_when_the_codes_change_and_does_not_come_back(conflict: CodingRecord, coder: User) -> None:
    override(conflict, coder)
    line = conflict.diagnoses.get(code="J189")
    remove_diagnosis(by=coder, record=conflict, version=conflict.version, diagnosis_id=line.pk)
    row = EditOverride.objects.get()
    assert (row.withdrawn_why, row.withdrawn_by, row.withdrawn_at is not None) == ("no longer fires", None, True)
    add_diagnosis(by=coder, record=conflict, version=conflict.version, code="J189", poa="Y")
    coding = coding_for(by=coder, encounter_id=conflict.encounter_id)
    assert EDIT in {found.key for found in coding.found}
    assert coding.overrides == {}


def test_override_stands_when_something_else_changes(conflict: CodingRecord, coder: User) -> None:
    override(conflict, coder)
    add_diagnosis(by=coder, record=conflict, version=conflict.version, code="E876", poa="Y")
    assert EDIT in coding_for(by=coder, encounter_id=conflict.encounter_id).overrides


def test_override_taken_back_stays_on_file(conflict: CodingRecord, coder: User) -> None:
    override(conflict, coder)
    withdraw_override(by=coder, record=conflict, version=conflict.version, edit=EDIT)
    row = EditOverride.objects.get()
    assert (row.withdrawn_why, row.withdrawn_by) == ("taken back", coder)
    override(conflict, coder, "Looked again.")
    assert EditOverride.objects.count() == 2


@pytest.mark.parametrize(
    ("edit", "reason", "words"),
    [(EDIT, "  ", "Say why"), ("excludes1:X:Y", "r", "does not hold"), ("no_admitting::", "r", "has to be mended")],
)
def test_override_is_refused(conflict: CodingRecord, coder: User, edit: str, reason: str, words: str) -> None:
    conflict.diagnoses.filter(role="admitting").delete()
    with pytest.raises(DomainError, match=words):
        override_edit(by=coder, record=conflict, version=conflict.version, edit=edit, reason=reason)
    assert not EditOverride.objects.exists()


def test_second_override_of_the_same_warning_is_refused(conflict: CodingRecord, coder: User) -> None:
    override(conflict, coder)
    with pytest.raises(DomainError, match="answered already"):
        override(conflict, coder)


def test_override_needs_the_right_and_the_facility(conflict: CodingRecord, biller: User, outsider: User) -> None:
    for person in (biller, outsider):
        with pytest.raises((AccessDenied, NotVisible)):
            override(conflict, person)


def test_edits_need_as_many_queries_for_twenty_codes_as_for_one(record: CodingRecord) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            live_edits(whole_case(record))
        return len(seen)

    CodeNote.objects.create(system="icd10cm", code="E11", kind="excludes1", text="type 1 (E10.-)", position=0)
    codes = [f"E11{number:02}" for number in range(20)]
    install_codes(codes)
    CodedDiagnosis.objects.create(record=record, role="principal", sequence=1, code="I130", poa="Y")
    queries()
    one = queries()
    CodedDiagnosis.objects.bulk_create(
        CodedDiagnosis(record=record, role="secondary", sequence=place, code=code, poa="Y")
        for place, code in enumerate(codes, 1)
    )
    queries()  # codes that the process meets for the first time
    assert queries() == one


def test_a_note_loaded_later_is_known_at_once(record: CodingRecord, coder: User) -> None:
    for code in ("I130", "J189"):
        add_diagnosis(by=coder, record=record, version=record.version, code=code, poa="Y")
    assert EDIT not in {found.key for found in live_edits(whole_case(record))}
    CodeNote.objects.create(system="icd10cm", code="J18", kind="excludes1", text="heart disease (I13.-)", position=0)
    assert EDIT in {found.key for found in live_edits(whole_case(record))}


@pytest.mark.parametrize("typed", ["S93.04", "S93.04A"])
def test_refused_code_is_told_with_its_seventh_character(record: CodingRecord, coder: User, typed: str) -> None:
    install_codes(headings=("S9304",))
    for place, (mark, meaning) in enumerate((("A", "initial encounter"), ("D", "subsequent encounter"))):
        CodeNote.objects.create(
            system="icd10cm", code="S93", kind="seventh_character", mark=mark, text=meaning, position=place
        )
    with pytest.raises(DomainError, match=r"S93\.04XA"):
        add_diagnosis(by=coder, record=record, version=record.version, code=typed)


def test_blank_poa_is_filled_on_what_owes_it_and_taken_back(record: CodingRecord, coder: User) -> None:
    admitted_for(record)
    for code, poa in (("I130", ""), ("J189", "N"), ("Z794", ""), ("E876", "")):
        add_diagnosis(by=coder, record=record, version=record.version, code=code, poa=poa)
    filled = fill_blank_poa(by=coder, record=record, version=record.version)
    assert dict(record.diagnoses.values_list("code", "poa")) == {
        "R0602": "",
        "I130": "Y",
        "J189": "N",
        "Z794": "",
        "E876": "Y",
    }
    clear_poa(by=coder, record=record, version=record.version, diagnosis_ids=filled)
    assert set(record.diagnoses.exclude(poa="").values_list("code", flat=True)) == {"J189"}


def test_nothing_to_fill_is_said(record: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="No diagnosis lacks"):
        fill_blank_poa(by=coder, record=record, version=record.version)


def lines(*codes: str) -> list[DiagnosisLine]:
    return [DiagnosisLine(place, "secondary", place, code, "Y") for place, code in enumerate(codes, start=1)]


def test_levels_come_forward_and_everything_else_keeps_its_order() -> None:
    codes = [f"N{number:02}" for number in range(24)]
    wanted = brought_forward(lines(*codes, "CC1", "X", "MCC1"), {"CC1": "CC", "MCC1": "MCC"})
    assert [line.code for line in wanted] == [*codes[:22], "MCC1", "CC1", *codes[22:], "X"]


def test_levels_without_room_stay_where_they_are() -> None:
    inside = lines(*[f"C{number:02}" for number in range(25)])
    assert brought_forward(inside, {line.code: "CC" for line in inside}) == inside


def test_nothing_beyond_the_claim_moves_nothing(record: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="No CC or MCC"):
        bring_levels_forward(by=coder, record=record, version=record.version)
