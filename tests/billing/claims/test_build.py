"""What a claim holds, and what it says when it lacks something."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.charges.models import Account
from billing.claims.build import Built, body, build
from billing.claims.sources import ACCOUNT_RELATED, load_sources
from billing.x12.claim import CodedAmount, InstitutionalClaim, ProfessionalClaim
from coding.workbench.models import CodingSummary
from hims.staff.models import Facility, User
from records.encounters.models import Encounter, Provider
from records.registry.enums import PayerKind
from records.registry.models import Address, Coverage, Payer
from tests.billing.claims import scenes

pytestmark = pytest.mark.django_db


def prepared(name: str, facility: Facility, by: User, covered_by: Payer | None) -> Encounter:
    told = scenes.case(name)
    encounter = scenes.stay(told, facility, covered_by=covered_by)
    scenes.charged(encounter, told)
    scenes.summarize(encounter, told, by)
    return encounter


def built_of(encounter: Encounter) -> Built:
    return build(load_sources(list(Account.objects.filter(encounter=encounter).select_related(*ACCOUNT_RELATED)))[0])


def test_inpatient_claim_holds_the_stay_and_its_codes(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    claim = built_of(encounter).claim
    assert isinstance(claim, InstitutionalClaim)
    assert (claim.type_of_bill, claim.drg, claim.patient_status) == ("0111", "291", "06")
    assert (claim.statement_from, claim.statement_through) == (date(2026, 3, 9), date(2026, 3, 14))
    assert (claim.principal_diagnosis.code, claim.principal_diagnosis.poa) == ("I130", "Y")
    assert [(line.code, line.poa, line.poa_exempt) for line in claim.other_diagnoses[-4:]] == [
        ("E876", "N", False),
        ("Z794", "", True),
        ("Z7901", "", True),
        ("Z87891", "", True),
    ]
    assert claim.values == (CodedAmount(code="80", amount=Decimal(5)),)
    assert (claim.coverage.payer.filing_code, claim.attending.npi if claim.attending else "") == ("MA", "1000000012")
    assert [(line.revenue_code, line.unit) for line in claim.lines][:1] == [("0206", "DA")]
    assert claim.total_charge == Decimal("18418.40")


def test_outpatient_claim_holds_days_and_no_procedure_codes_or_drg(facility: Facility, coder: User) -> None:
    claim = built_of(prepared(scenes.HERNIA, facility, coder, scenes.payer())).claim
    assert isinstance(claim, InstitutionalClaim)
    assert (claim.type_of_bill, claim.drg, claim.admission_on, claim.discharge_time) == ("0131", "", None, None)
    assert claim.principal_procedure is None
    assert all(line.service_on for line in claim.lines)


def test_office_claim_is_professional_with_part_b_and_its_place(facility: Facility, coder: User) -> None:
    claim = built_of(prepared(scenes.FOOT, facility, coder, scenes.payer())).claim
    assert isinstance(claim, ProfessionalClaim)
    assert (claim.place_of_service, claim.coverage.payer.filing_code) == ("22", "MB")
    assert claim.diagnoses[0] == "E1142"
    assert len(claim.diagnoses) == 10
    assert [(line.hcpcs, line.pointers) for line in claim.lines] == [("G0246", (1,)), ("G0247", (1,))]


def test_office_line_names_its_clinician_only_when_it_is_another(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.FOOT, facility, coder, scenes.payer())
    other = Provider.objects.create(key="test|other", family_name="Novak", given_names="Tomas", npi="1000000061")
    account = Account.objects.get(encounter=encounter)
    for rendering in (encounter.attending, other):
        account.charges.create(
            patient=account.patient, facility=facility, description="Visit", revenue_code="0510", hcpcs_code="G0463",
            pointers=[1], service_on=encounter.admitted_on, units=1, amount=10, rendering=rendering,
        )  # fmt: skip
    claim = built_of(encounter).claim
    assert isinstance(claim, ProfessionalClaim)
    assert [line.rendering.last_name if line.rendering else "" for line in claim.lines if line.hcpcs == "G0463"] == [
        "", "Novak",
    ]  # fmt: skip


def test_dependent_stands_beside_the_subscriber(facility: Facility, coder: User) -> None:
    commercial = scenes.payer(PayerKind.COMMERCIAL, "commercial", "DEMO00003")
    encounter = prepared(scenes.HERNIA, facility, coder, None)
    Coverage.objects.create(
        patient=encounter.patient, payer=commercial, member_id="GLM1", relationship="19", subscriber_family_name="Okafor",
        subscriber_given_names="Peter",
    )  # fmt: skip
    built = built_of(encounter)
    assert built.faults == ()
    assert built.claim.coverage.subscriber.person.last_name == "Okafor"
    dependent = built.claim.coverage.dependent
    assert dependent is not None
    assert dependent.last_name == encounter.patient.family_name


def test_external_cause_among_the_secondaries_goes_to_its_own_place(facility: Facility, coder: User) -> None:
    encounter = scenes.stay(scenes.case("outpatient/02-ankle-fracture-laterality"), facility, covered_by=scenes.payer())
    told = scenes.case("outpatient/02-ankle-fracture-laterality")
    scenes.charged(encounter, told)
    scenes.summarize(encounter, told, coder)
    claim = built_of(encounter).claim
    assert isinstance(claim, InstitutionalClaim)
    causes = [line.code for line in told.gold.secondaries if line.code[0] in "VWXY"]
    assert [line.code for line in claim.external_causes] == causes
    assert causes


def test_codes_beyond_the_form_are_left_out_and_counted(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    first = CodingSummary.objects.get()
    many = [{"role": "secondary", "sequence": n, "code": f"Z{100 + n}", "poa": "Y", "title": ""} for n in range(1, 31)]
    content = {
        **first.content,
        "diagnoses": [*[d for d in first.content["diagnoses"] if d["role"] != "secondary"], *many],
    }
    CodingSummary.objects.create(
        encounter=encounter, patient=encounter.patient, facility=facility, number=2, final_drg="291", content=content,
        sha256="0" * 64, finalized_by=coder,
    )  # fmt: skip
    built = built_of(encounter)
    assert isinstance(built.claim, InstitutionalClaim)
    assert (len(built.claim.other_diagnoses), built.dropped) == (24, 6)


def test_body_of_the_same_rows_is_identical_to_the_byte(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    first, second = built_of(encounter), built_of(encounter)
    assert body(first.claim) == body(second.claim)
    assert first.body_sha256 == hashlib.sha256(body(second.claim)).hexdigest()
    assert body(first.claim).startswith(b"HL*1**20*1~")


def found(encounter: Encounter) -> list[str]:
    return [fault.code for fault in built_of(encounter).faults]


def test_claim_without_coverage_says_so_once(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, None)
    assert [fault.sentence for fault in built_of(encounter).faults] == [
        "The patient has no coverage on 03/09/2026. Add the coverage, or bill the patient."
    ]


@pytest.mark.parametrize(("starts", "ends", "held"), [(0, 0, False), (1, 9, True), (-9, -1, True), (-9, 9, False)])
def test_coverage_counts_only_while_it_is_in_force(
    starts: int, ends: int, held: bool, facility: Facility, coder: User
) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    on = encounter.admitted_on
    Coverage.objects.update(starts_on=on + timedelta(days=starts), ends_on=on + timedelta(days=ends))
    assert found(encounter) == (["COVERAGE_MISSING"] if held else [])


def test_second_coverage_serves_when_the_first_has_ended(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    Coverage.objects.update(ends_on=encounter.admitted_on - timedelta(days=1))
    blue = scenes.payer(PayerKind.BLUE_CROSS, "blue", "DEMO00004")
    Coverage.objects.create(patient=encounter.patient, payer=blue, member_id="BL1", rank=2)
    built = built_of(encounter)
    assert (built.payer, built.faults) == (blue, ())


def test_claim_of_a_self_pay_account_is_held_with_one_sentence(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer(PayerKind.SELF_PAY, "self", "SELF"))
    assert found(encounter) == ["SELF_PAY"]


def test_claim_names_everything_it_lacks(facility: Facility, coder: User) -> None:
    told = scenes.case(scenes.HEART_FAILURE)
    encounter = scenes.stay(told, facility, covered_by=scenes.payer())
    scenes.charged(encounter, told)
    scenes.summarize(encounter, told, coder, drop_admitting=True)
    Provider.objects.update(npi="")
    Address.objects.all().delete()
    Facility.objects.filter(pk=facility.pk).update(npi="1234567890")
    Encounter.objects.filter(pk=encounter.pk).update(admission_type="")
    assert set(found(encounter)) == {
        "BILLING_NPI_INVALID", "PATIENT_ADDRESS_MISSING", "ADMISSION_TYPE_INVALID", "ADMITTING_DIAGNOSIS_MISSING",
        "ATTENDING_NPI_MISSING",
    }  # fmt: skip


def test_claim_without_charges_is_held(facility: Facility, coder: User) -> None:
    told = scenes.case(scenes.HEART_FAILURE)
    encounter = scenes.stay(told, facility, covered_by=scenes.payer())
    scenes.summarize(encounter, told, coder)
    scenes.refresh(encounter)
    assert found(encounter) == ["LINES_MISSING"]


def test_charges_of_the_payment_window_widen_the_statement(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    account = Account.objects.get(encounter=encounter)
    for back in (3, 4):
        account.charges.create(
            patient=account.patient, facility=facility, description="Laboratory", revenue_code="0300", units=1, amount=5,
            service_on=encounter.admitted_on - timedelta(days=back),
        )  # fmt: skip
    built = built_of(encounter)
    assert isinstance(built.claim, InstitutionalClaim)
    assert built.claim.statement_from == encounter.admitted_on - timedelta(days=3)
    assert [fault.sentence for fault in built.faults] == [
        "Charges of 03/05/2026 lie outside the visit; reverse them, or correct the visit."
    ]


def test_discharge_corrected_after_coding_holds_the_claim(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    Encounter.objects.filter(pk=encounter.pk).update(discharge_disposition="02")
    assert found(encounter) == ["CODING_STALE"]


def test_office_claim_without_clinician_or_pointers_says_so(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.FOOT, facility, coder, scenes.payer())
    Encounter.objects.filter(pk=encounter.pk).update(attending=None)
    account = Account.objects.get(encounter=encounter)
    account.charges.create(
        patient=account.patient, facility=facility, description="Visit", revenue_code="0510", hcpcs_code="G0463", units=1,
        amount=5, service_on=encounter.admitted_on,
    )  # fmt: skip
    assert set(found(encounter)) == {"RENDERING_MISSING", "POINTER_MISSING"}


def stated(encounter: Encounter, by: User, counted: dict[str, str], abstract: dict[str, object]) -> None:
    """A further summary in which the coder says otherwise than registration."""
    old = CodingSummary.objects.get(encounter=encounter)
    registered = {
        "discharge_disposition": encounter.discharge_disposition, "admitted_on": encounter.admitted_on.isoformat(),
        "discharged_on": encounter.discharged_on.isoformat() if encounter.discharged_on else "",
    }  # fmt: skip
    content = {
        **old.content, "encounter": {**registered, **counted}, "registered": registered, "abstract": abstract,
    }  # fmt: skip
    CodingSummary.objects.create(
        encounter=encounter, patient=encounter.patient, facility=encounter.facility, number=2, final_drg=old.final_drg,
        content=content, sha256="0" * 64, finalized_by=by,
    )  # fmt: skip


def test_claim_carries_the_coders_items_and_is_not_held_for_them(facility: Facility, coder: User) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    other = scenes.clinician("1000000061")
    counted = {"discharge_disposition": "86", "admission_type": "2", "point_of_origin": "4"}
    stated(encounter, coder, counted, {"attending": {"id": str(other.pk)}, "birth_weight_grams": None})
    built = built_of(encounter)
    claim = built.claim
    assert isinstance(claim, InstitutionalClaim)
    assert (claim.patient_status, claim.admission_type, claim.admission_source) == ("86", "2", "4")
    assert claim.attending is not None
    assert claim.attending.npi == "1000000061"
    assert built.faults == ()


@pytest.mark.parametrize(("now", "held"), [("06", False), ("86", False), ("03", True)])
def test_correction_at_registration_holds_the_claim_unless_the_coder_said_so(
    now: str, held: bool, facility: Facility, coder: User
) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    stated(encounter, coder, {"discharge_disposition": "86"}, {})
    Encounter.objects.filter(pk=encounter.pk).update(discharge_disposition=now)
    assert found(encounter) == (["CODING_STALE"] if held else [])


@pytest.mark.parametrize(("admission", "values"), [("4", [("54", 3250), ("80", 5)]), ("1", [("80", 5)])])
def test_birth_weight_is_value_code_54_of_a_newborns_claim(
    admission: str, values: list[tuple[str, int]], facility: Facility, coder: User
) -> None:
    encounter = prepared(scenes.HEART_FAILURE, facility, coder, scenes.payer())
    stated(encounter, coder, {"admission_type": admission}, {"birth_weight_grams": 3250})
    claim = built_of(encounter).claim
    assert isinstance(claim, InstitutionalClaim)
    assert [(each.code, int(each.amount)) for each in claim.values] == values
