"""Ready claims leave once, in files that pass; what lacks something stays, and the others go."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.charges.enums import AccountState
from billing.charges.models import Account
from billing.claims import interchange
from billing.claims.actions.export import export_claims, rehearse_export, request_export
from billing.claims.build import build
from billing.claims.enums import ClaimForm, ClaimState
from billing.claims.interchange import addressee, interchange_bytes
from billing.claims.jobs import export_job
from billing.claims.models import Claim, ClaimFile, ControlNumber
from billing.claims.numbers import take_number
from billing.claims.sources import ACCOUNT_RELATED, load_sources
from billing.x12.reader import transactions
from billing.x12.referee import Finding, validate
from hims.jobs.models import Job
from hims.lib.errors import AccessDenied
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.registry.enums import PayerKind
from records.registry.models import Coverage, Patient
from tests.billing.claims import scenes
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


def test_export_writes_one_file_a_form_and_payer_and_each_is_valid(
    facility: Facility, biller: User, coder: User
) -> None:
    blue = scenes.payer(PayerKind.BLUE_CROSS, "blue", "DEMO00004")
    for number, (name, covered_by) in enumerate(
        [(scenes.HEART_FAILURE, None), (scenes.HERNIA, None), (scenes.HERNIA, blue), (scenes.FOOT, None)], 1
    ):
        scenes.claim_of(name, facility, coder, number=number, covered_by=covered_by)
    done = export_claims(by=biller, facility=facility)
    assert [(file.form, file.receiver_id, file.claim_count, file.name) for file in done.files] == [
        (ClaimForm.INSTITUTIONAL, "DEMO00004", 1, "837I_LGH_000000001.x12"),
        (ClaimForm.INSTITUTIONAL, "DEMO00001", 2, "837I_LGH_000000002.x12"),
        (ClaimForm.PROFESSIONAL, "DEMO00001", 1, "837P_LGH_000000003.x12"),
    ]
    assert [validate(bytes(file.content)) for file in ClaimFile.objects.all()] == [[], [], []]
    guides = {file.form: transactions(bytes(file.content))[0].guide for file in done.files}
    assert guides == {"837I": "005010X223A2", "837P": "005010X222A1"}
    assert set(Account.objects.values_list("state", flat=True)) == {AccountState.BILLED}


def test_export_twice_sends_nothing_twice(facility: Facility, biller: User, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    export_claims(by=biller, facility=facility)
    again = export_claims(by=biller, facility=facility)
    assert (again.exported, again.files, ClaimFile.objects.count()) == (0, [], 1)


def test_export_is_in_the_trail_with_the_patients(facility: Facility, biller: User, coder: User) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    export_claims(by=biller, facility=facility)
    assert told(biller) == [("claim.exported", "attempted"), ("claim.exported", "done")]
    last = events_of(biller)[-1]
    assert (last["patient_ids"], last["category"], last["purpose"]) == ([claim.patient_id], "export", "payment")


def test_export_by_a_coder_is_denied_and_recorded(facility: Facility, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    with pytest.raises(AccessDenied):
        export_claims(by=coder, facility=facility)
    assert Claim.objects.get().state == ClaimState.READY
    assert told(coder) == [("claim.exported", "refused")]


def test_export_of_another_facility_is_denied(biller: User, other_facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        export_claims(by=biller, facility=other_facility)


def test_export_leaves_the_claims_of_another_facility(
    facility: Facility, other_facility: Facility, biller: User, coder: User
) -> None:
    for name in ("npi", "tax_id", "taxonomy_code", "address_line", "city", "state", "postal_code", "phone"):
        setattr(other_facility, name, getattr(facility, name))
    other_facility.save()
    elsewhere = scenes.claim_of(scenes.HEART_FAILURE, other_facility, coder)
    here = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    assert here.control_number == elsewhere.control_number
    export_claims(by=biller, facility=facility)
    assert list(Claim.objects.order_by("created_at").values_list("state", flat=True)) == ["ready", "exported"]


def test_claim_of_a_confidential_patient_leaves_only_by_who_may_see_it(
    facility: Facility, biller: User, coder: User
) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    Patient.objects.filter(pk=claim.patient_id).update(confidential=True)
    assert export_claims(by=biller, facility=facility).exported == 0


def test_claim_that_has_come_to_lack_something_is_held_and_the_others_go(
    facility: Facility, biller: User, coder: User
) -> None:
    lacking = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=2)
    Coverage.objects.filter(patient=lacking.patient).update(member_id="NOT-AN-MBI")
    done = export_claims(by=biller, facility=facility)
    lacking.refresh_from_db()
    assert (done.exported, [claim.pk for claim in done.held]) == (1, [lacking.pk])
    assert (lacking.state, scenes.codes_of(lacking)) == (ClaimState.HELD, ["MEMBER_ID_NOT_MBI"])
    assert (lacking.account.state, lacking.account.hold_reason[:10]) == (AccountState.HELD, "******-MBI")


def test_held_claim_whose_fault_is_mended_leaves_without_being_touched(
    facility: Facility, biller: User, coder: User
) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    Coverage.objects.update(member_id="NOT-AN-MBI")
    assert export_claims(by=biller, facility=facility).exported == 0
    Coverage.objects.update(member_id=scenes.MBI)
    assert export_claims(by=biller, facility=facility).exported == 1
    claim.refresh_from_db()
    assert (claim.state, claim.faults, claim.account.hold_reason) == (ClaimState.EXPORTED, [], "")


def test_claim_that_the_referee_refuses_is_held_and_the_others_go(
    facility: Facility, biller: User, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=2)

    def strict(content: bytes) -> list[Finding]:
        return [Finding(9, "CLM", "CLM01", "odd number")] if b"CLM*A500001-1*" in content else validate(content)

    monkeypatch.setattr(interchange, "validate", strict)
    done = export_claims(by=biller, facility=facility)
    refused.refresh_from_db()
    assert (done.exported, refused.state, scenes.codes_of(refused)) == (1, ClaimState.HELD, ["REFEREE"])
    assert refused.faults[0]["sentence"] == "The format check refuses CLM01: odd number"
    assert b"A500001-1" not in bytes(ClaimFile.objects.get().content)


def test_batch_that_the_referee_refuses_as_a_whole_is_held_and_no_file_is_kept(
    facility: Facility, biller: User, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=number)

    def strict(content: bytes) -> list[Finding]:
        return [Finding(2, "GS", "", "together they do not pass")] if content.count(b"CLM*") > 1 else []

    monkeypatch.setattr(interchange, "validate", strict)
    done = export_claims(by=biller, facility=facility)
    assert (done.exported, done.files, ClaimFile.objects.count()) == (0, [], 0)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.HELD}


def test_failure_after_some_files_leaves_nothing_behind(
    facility: Facility, biller: User, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    scenes.claim_of(scenes.FOOT, facility, coder, number=2)
    whole = interchange_bytes

    def breaks(claims: Any, to: Any, number: int) -> bytes:
        if number > 1:
            raise OSError("disk")
        return whole(claims, to, number)

    monkeypatch.setattr(interchange, "interchange_bytes", breaks)
    with pytest.raises(OSError, match="disk"):
        export_claims(by=biller, facility=facility)
    assert ClaimFile.objects.count() == 0
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.READY}
    assert told(biller)[-1] == ("claim.exported", "failed")


def test_control_numbers_of_many_exports_never_repeat(facility: Facility, biller: User, coder: User) -> None:
    for number in (1, 2, 3):
        scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=number)
        export_claims(by=biller, facility=facility)
    numbers = list(ClaimFile.objects.order_by("interchange_number").values_list("interchange_number", "group_number"))
    assert numbers == [(1, 1), (2, 2), (3, 3)]
    heads = {bytes(file.content)[:106] for file in ClaimFile.objects.all()}
    assert len(heads) == 3


def test_control_number_after_the_largest_begins_again(db: None) -> None:
    ControlNumber.objects.create(name="interchange:TEST", last_value=999_999_998)
    assert [take_number("interchange:TEST") for _ in range(3)] == [999_999_999, 1, 2]


def test_control_number_still_in_use_is_refused_by_the_database(facility: Facility, biller: User, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    export_claims(by=biller, facility=facility)
    ControlNumber.objects.update(last_value=0)
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        export_claims(by=biller, facility=facility)


def test_bodies_of_the_same_claims_in_two_files_are_identical(facility: Facility, biller: User, coder: User) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    at_build = claim.body_sha256
    export_claims(by=biller, facility=facility)
    claim.refresh_from_db()
    assert claim.body_sha256 == at_build


def test_file_of_the_same_claims_and_number_is_identical(facility: Facility, coder: User) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    to = addressee(facility, scenes.payer())
    files = []
    for _ in range(2):
        source = load_sources(list(Account.objects.filter(pk=claim.account_id).select_related(*ACCOUNT_RELATED)))[0]
        files.append(interchange_bytes([build(source).claim], to, 7))
    assert files[0] == files[1]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_file_is_kept_by_the_database(act: str, facility: Facility, biller: User, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    export_claims(by=biller, facility=facility)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ClaimFile.objects.update(name="x") if act == "update" else ClaimFile.objects.all()._raw_delete("default")
    assert ClaimFile.objects.get().name == "837I_LGH_000000001.x12"


def test_rehearsal_counts_and_changes_nothing(facility: Facility, biller: User, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    lacking = scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=2)
    Coverage.objects.filter(patient=lacking.patient).update(member_id="X")
    done = rehearse_export(by=biller, facility=facility)
    assert (done.exported, len(done.held), len(done.files)) == (1, 1, 1)
    assert (ClaimFile.objects.count(), ControlNumber.objects.count()) == (0, 0)
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.READY}


def test_job_exports_as_the_person_who_asked(facility: Facility, biller: User, coder: User) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    row = request_export(by=biller, facility=facility, batch=uuid7())
    assert Job.objects.get(name="billing.export").actor_id == biller.pk
    assert export_job(row) == {"exported": 1, "held": 0, "files": ["837I_LGH_000000001.x12"]}
    assert ClaimFile.objects.get().created_by == biller


def test_export_queries_do_not_grow_with_the_claims(facility: Facility, biller: User, coder: User) -> None:
    spent = []
    for group in ([1], [2], [3, 4, 5]):
        for number in group:
            scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=number)
        with CaptureQueriesContext(connection) as queries:
            export_claims(by=biller, facility=facility)
        spent.append(len(queries))
    assert spent[1] == spent[2]
