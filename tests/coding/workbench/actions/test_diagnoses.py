"""Diagnoses of a working record."""

from __future__ import annotations

import pytest

from coding.workbench.actions.diagnoses import (
    add_diagnosis,
    make_principal,
    move_diagnosis,
    remove_diagnosis,
    set_poa,
)
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.changing import StaleCoding
from coding.workbench.models import CodedDiagnosis, CodingRecord, Grouping
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import User
from tests.factories.coding import install_codes
from tests.trail import told

pytestmark = pytest.mark.django_db


def lines(record: CodingRecord) -> list[tuple[str, int, str, str]]:
    return list(record.diagnoses.order_by("role", "sequence").values_list("role", "sequence", "code", "poa"))


def coded(by: User, record: CodingRecord, *codes: str) -> list[CodedDiagnosis]:
    return [add_diagnosis(by=by, record=record, version=record.version, code=code, poa="Y") for code in codes]


def test_add_first_diagnosis_is_principal_and_groups_the_stay(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="i13.0", poa="Y")
    assert lines(record) == [("principal", 1, "I130", "Y")]
    record.refresh_from_db()
    assert (record.version, record.status) == (1, "in_progress")
    assert (record.grouping.grouper_version, record.grouping.mdc) == (430, "05")
    assert told(coder) == [("coding.diagnosis_added", "attempted"), ("coding.diagnosis_added", "done")]


def test_add_further_diagnoses_puts_each_where_it_belongs(record: CodingRecord, coder: User) -> None:
    coded(coder, record, "I130", "I5023")
    add_diagnosis(by=coder, record=record, version=2, code="W18.30XA")
    add_diagnosis(by=coder, record=record, version=3, code="R0602", role="admitting")
    assert lines(record) == [
        ("admitting", 1, "R0602", ""),
        ("external_cause", 1, "W1830XA", ""),
        ("principal", 1, "I130", "Y"),
        ("secondary", 1, "I5023", "Y"),
    ]


def test_add_at_a_place_shifts_the_others(record: CodingRecord, coder: User) -> None:
    coded(coder, record, "I130", "I5023", "N1832")
    added = add_diagnosis(by=coder, record=record, version=3, code="E1122", poa="Y", place=1)
    assert added.sequence == 1
    assert [code for role, _, code, _ in lines(record) if role == "secondary"] == ["E1122", "I5023", "N1832"]


@pytest.mark.parametrize(
    ("code", "role", "sentence"),
    [
        ("I50", "", "I50 is a category; a 4th character is needed."),
        ("A000", "", "A00.0 is not in ICD-10-CM."),
        ("what?", "", "is not an ICD-10-CM code."),
        ("W1830XA", "principal", "never the principal"),
        ("I130", "", "I13.0 is coded already (principal, line 1)."),
        ("R0602", "reason_for_visit", "belongs to outpatient"),
        ("I5023", "principal", "There is a principal diagnosis already."),
    ],
)
def test_add_what_can_never_be_right_is_refused_and_changes_nothing(
    code: str, role: str, sentence: str, record: CodingRecord, coder: User
) -> None:
    coded(coder, record, "I130")
    with pytest.raises(DomainError) as refused:
        add_diagnosis(by=coder, record=record, version=1, code=code, role=role)
    assert sentence in refused.value.message
    assert refused.value.field == "code"
    assert lines(record) == [("principal", 1, "I130", "Y")]
    assert CodingRecord.objects.get().version == 1
    assert told(coder)[-1] == ("coding.diagnosis_added", "refused")


def test_add_code_that_expired_before_discharge_is_refused_with_the_date(record: CodingRecord, coder: User) -> None:
    from datetime import date

    install_codes(["Z9989"], valid_from=date(2015, 10, 1), valid_to=date(2025, 9, 30))
    with pytest.raises(DomainError, match=r"Z99\.89 was deleted on 2025-10-01\."):
        add_diagnosis(by=coder, record=record, version=0, code="Z9989")


def test_same_code_may_be_admitting_and_principal(record: CodingRecord, coder: User) -> None:
    coded(coder, record, "I130")
    add_diagnosis(by=coder, record=record, version=1, code="I130", role="admitting")
    assert [role for role, *_ in lines(record)] == ["admitting", "principal"]


def test_remove_closes_the_gap(record: CodingRecord, coder: User) -> None:
    _, second, _ = coded(coder, record, "I130", "I5023", "N1832")
    remove_diagnosis(by=coder, record=record, version=3, diagnosis_id=second.pk)
    assert lines(record) == [("principal", 1, "I130", "Y"), ("secondary", 1, "N1832", "Y")]


def test_remove_principal_leaves_no_drg(record: CodingRecord, coder: User) -> None:
    (principal,) = coded(coder, record, "I130")
    remove_diagnosis(by=coder, record=record, version=1, diagnosis_id=principal.pk)
    assert not Grouping.objects.filter(record=record).exists()


@pytest.mark.parametrize(
    ("place", "order"), [(1, "N1832 I5023 E1122"), (99, "I5023 E1122 N1832"), (-4, "N1832 I5023 E1122")]
)
def test_move_keeps_the_sequence_dense(place: int, order: str, record: CodingRecord, coder: User) -> None:
    *_, kidney, diabetes = coded(coder, record, "I130", "I5023", "N1832", "E1122")
    move_diagnosis(by=coder, record=record, version=4, diagnosis_id=kidney.pk, place=place)
    secondary = [(sequence, code) for role, sequence, code, _ in lines(record) if role == "secondary"]
    assert secondary == list(enumerate(order.split(), start=1))
    assert diabetes.pk


def test_make_principal_puts_the_former_one_first_among_the_others(record: CodingRecord, coder: User) -> None:
    *_, kidney = coded(coder, record, "I130", "I5023", "N1832")
    make_principal(by=coder, record=record, version=3, diagnosis_id=kidney.pk)
    assert lines(record) == [
        ("principal", 1, "N1832", "Y"), ("secondary", 1, "I130", "Y"), ("secondary", 2, "I5023", "Y"),
    ]  # fmt: skip
    assert record.version == 4


def test_set_poa_changes_the_indicator(record: CodingRecord, coder: User) -> None:
    (principal,) = coded(coder, record, "I130")
    set_poa(by=coder, record=record, version=1, diagnosis_id=principal.pk, poa="W")
    assert lines(record) == [("principal", 1, "I130", "W")]


@pytest.mark.parametrize(("poa", "sentence"), [("X", "POA is Y, N, U, W"), ("1", "POA is Y, N, U, W")])
def test_set_poa_to_something_else_is_refused(poa: str, sentence: str, record: CodingRecord, coder: User) -> None:
    (principal,) = coded(coder, record, "I130")
    with pytest.raises(DomainError, match=sentence):
        set_poa(by=coder, record=record, version=1, diagnosis_id=principal.pk, poa=poa)


def test_poa_of_an_outpatient_is_refused(visit_record: CodingRecord, coder: User) -> None:
    first = add_diagnosis(by=coder, record=visit_record, version=0, code="R079")
    with pytest.raises(DomainError, match="not reported for outpatient"):
        set_poa(by=coder, record=visit_record, version=1, diagnosis_id=first.pk, poa="Y")


def test_outpatient_has_reasons_for_visit_and_no_drg(visit_record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=visit_record, version=0, code="R079")
    add_diagnosis(by=coder, record=visit_record, version=1, code="R079", role="reason_for_visit")
    assert not Grouping.objects.exists()
    with pytest.raises(DomainError, match="ICD-10-PCS is for inpatient stays"):
        add_procedure(by=coder, record=visit_record, version=2, code="0DTJ4ZZ")


def test_stale_version_is_refused_and_changes_nothing(record: CodingRecord, coder: User) -> None:
    elsewhere = CodingRecord.objects.get(pk=record.pk)
    coded(coder, record, "I130")
    with pytest.raises(StaleCoding, match="Someone else has changed"):
        add_diagnosis(by=coder, record=elsewhere, version=0, code="I5023")
    assert lines(record) == [("principal", 1, "I130", "Y")]


def test_failure_while_grouping_rolls_the_change_back(
    record: CodingRecord, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("coding.workbench.changing.regroup", broken)
    with pytest.raises(RuntimeError):
        add_diagnosis(by=coder, record=record, version=0, code="I130")
    assert lines(record) == []
    assert told(coder)[-1] == ("coding.diagnosis_added", "failed")


def test_coder_of_another_facility_cannot_reach_the_record(record: CodingRecord, outsider: User) -> None:
    with pytest.raises(NotVisible):
        add_diagnosis(by=outsider, record=record, version=0, code="I130")
    assert told(outsider) == [("coding.diagnosis_added", "refused")]


def test_biller_may_not_code(record: CodingRecord, biller: User) -> None:
    with pytest.raises(AccessDenied):
        add_diagnosis(by=biller, record=record, version=0, code="I130")


def test_unchanged_claim_keeps_its_grouping_row(record: CodingRecord, coder: User) -> None:
    coded(coder, record, "I130")
    before = Grouping.objects.get().grouped_at
    add_diagnosis(by=coder, record=record, version=1, code="R0602", role="admitting")
    assert Grouping.objects.get().grouped_at == before
