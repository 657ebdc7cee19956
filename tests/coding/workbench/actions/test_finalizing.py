"""Finalizing and reopening."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from coding.workbench.actions.diagnoses import add_diagnosis, remove_diagnosis
from coding.workbench.actions.finalizing import finalize, reopen
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.changing import StaleCoding
from coding.workbench.models import CodingRecord, CodingSummary
from coding.workbench.summary import fingerprint
from hims.jobs.models import Job
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import User
from records.encounters.models import Encounter
from tests.factories.coding import admitted_for
from tests.factories.records import provider
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(record: CodingRecord, coder: User) -> CodingRecord:
    """Coded and complete, version 3."""
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    add_diagnosis(by=coder, record=record, version=1, code="I5023", poa="Y")
    add_procedure(
        by=coder,
        record=record,
        version=2,
        code="02HV33Z",
        performed_on=date(2026, 3, 10),
        provider=provider(npi="1000000038"),
    )
    return record


def test_finalize_keeps_everything_in_an_immutable_summary(ready: CodingRecord, coder: User) -> None:
    summary = finalize(by=coder, record=ready, version=3)
    summary.refresh_from_db()
    ready.refresh_from_db()
    assert (ready.status, ready.version, ready.coder) == ("finalized", 4, coder)
    assert (summary.number, summary.final_drg, summary.grouper_version) == (1, ready.grouping.final_drg, 430)
    assert [(dx["role"], dx["code"], dx["poa"], dx["title"]) for dx in summary.content["diagnoses"]] == [
        ("principal", "I130", "Y", "Title of I130"), ("secondary", "I5023", "Y", "Title of I5023"),
        ("admitting", "R0602", "", "Title of R0602"),
    ]  # fmt: skip
    assert summary.content["procedures"][0]["performed_on"] == "2026-03-10"
    assert summary.content["procedures"][0]["provider"]["npi"] == "1000000038"
    assert summary.content["drg"]["final_drg"] == summary.final_drg
    assert summary.content["encounter"]["discharge_disposition"] == "01"
    assert summary.sha256 == fingerprint(summary.content)
    assert told(coder)[-2:] == [("coding.finalized", "attempted"), ("coding.finalized", "done")]


def test_finalize_tells_billing_in_the_same_transaction(ready: CodingRecord, coder: User) -> None:
    finalize(by=coder, record=ready, version=3)
    job = Job.objects.get(name="billing.refresh_accounts")
    assert job.payload == {"encounter_ids": [str(ready.encounter_id)]}


def test_second_finalize_of_the_same_version_makes_no_second_summary(ready: CodingRecord, coder: User) -> None:
    elsewhere = CodingRecord.objects.get(pk=ready.pk)
    finalize(by=coder, record=ready, version=3)
    with pytest.raises(StaleCoding):
        finalize(by=coder, record=elsewhere, version=3)
    with pytest.raises(DomainError, match="finalized already"):
        finalize(by=coder, record=elsewhere, version=4)
    assert CodingSummary.objects.count() == 1


def test_summary_can_be_neither_changed_nor_deleted(ready: CodingRecord, coder: User) -> None:
    summary = finalize(by=coder, record=ready, version=3)
    for spoil in ("UPDATE coding_codingsummary SET final_drg = '001'", "DELETE FROM coding_codingsummary"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(spoil)
    assert CodingSummary.objects.get().final_drg == summary.final_drg


def test_finalized_coding_refuses_changes_until_it_is_reopened(ready: CodingRecord, coder: User) -> None:
    finalize(by=coder, record=ready, version=3)
    with pytest.raises(DomainError, match="Reopen it"):
        add_diagnosis(by=coder, record=ready, version=4, code="N1832")
    with pytest.raises(DomainError, match="Say why") as unsaid:
        reopen(by=coder, record=ready, version=4, reason="  ")
    assert unsaid.value.field == "reason"
    reopen(by=coder, record=ready, version=4, reason="Pathology came late")
    add_diagnosis(by=coder, record=ready, version=5, code="N1832", poa="Y")
    second = finalize(by=coder, record=ready, version=6)
    assert (second.number, second.reason) == (2, "Pathology came late")
    assert len(second.content["diagnoses"]) == 4
    assert len(CodingSummary.objects.get(number=1).content["diagnoses"]) == 3


def test_reopen_of_open_coding_is_refused(ready: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="is not finalized"):
        reopen(by=coder, record=ready, version=3, reason="x")


def test_finalize_names_every_open_point(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130")
    add_procedure(by=coder, record=record, version=1, code="02HV33Z")
    with pytest.raises(DomainError) as refused:
        finalize(by=coder, record=record, version=2)
    assert "Missing on I13.0." in refused.value.message
    assert "Missing on 02HV33Z." in refused.value.message
    record.refresh_from_db()
    assert record.status == "in_progress"


def test_finalize_without_an_admitting_diagnosis_is_refused(ready: CodingRecord, coder: User) -> None:
    ready.diagnoses.filter(role="admitting").delete()
    with pytest.raises(DomainError, match="Admitting diagnosis: The claim needs it"):
        finalize(by=coder, record=ready, version=3)
    assert not CodingSummary.objects.exists()


def test_finalize_when_the_code_is_no_longer_valid_on_the_corrected_discharge_is_refused(
    ready: CodingRecord, coder: User
) -> None:
    from coding.codesets.models import Code

    Code.objects.filter(code="I5023").update(valid_to=date(2026, 3, 1))
    with pytest.raises(DomainError, match="deleted on 2026-03-02"):
        finalize(by=coder, record=ready, version=3)


def test_finalize_outside_every_grouper_version_is_refused(ready: CodingRecord, coder: User) -> None:
    Encounter.objects.filter(pk=ready.encounter_id).update(
        discharged_on=date(2021, 3, 14), admitted_on=date(2021, 3, 9)
    )
    with pytest.raises(DomainError, match="No MS-DRG version covers"):
        finalize(by=coder, record=ready, version=3)


def test_outpatient_is_finalized_without_drg_and_poa(visit_record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=visit_record, version=0, code="R079")
    summary = finalize(by=coder, record=visit_record, version=1)
    assert (summary.final_drg, summary.grouper_version, summary.content["drg"]) == ("", None, {})


def test_finalize_that_fails_after_the_summary_leaves_nothing(
    ready: CodingRecord, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("coding.workbench.actions.finalizing.coding_finalized.send", broken)
    with pytest.raises(RuntimeError):
        finalize(by=coder, record=ready, version=3)
    assert not CodingSummary.objects.exists()
    assert CodingRecord.objects.get().status == "in_progress"


def test_finalize_needs_the_right_and_the_reach(ready: CodingRecord, biller: User, outsider: User) -> None:
    with pytest.raises(AccessDenied):
        finalize(by=biller, record=ready, version=3)
    with pytest.raises(NotVisible):
        finalize(by=outsider, record=ready, version=3)


def test_removing_after_finalize_is_refused(ready: CodingRecord, coder: User) -> None:
    line = ready.diagnoses.get(code="I5023")
    finalize(by=coder, record=ready, version=3)
    with pytest.raises(DomainError, match="Reopen it"):
        remove_diagnosis(by=coder, record=ready, version=4, diagnosis_id=line.pk)
