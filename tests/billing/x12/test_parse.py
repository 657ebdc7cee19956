"""Reading back what was generated, and files of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing.x12.claim import DiagnosisLine
from billing.x12.parse import parse_institutional, parse_parties, parse_professional
from billing.x12.reader import X12Error
from tests.billing.x12.samples import (
    COMMERCIAL_BABY,
    HOME,
    HOSPITAL,
    INPATIENT,
    OUTPATIENT,
    PROFESSIONAL,
    SUBMISSION,
    institutional_file,
    professional_file,
)
from tests.shared_data import shared_data


def test_claims_read_back_in_their_order() -> None:
    child = replace(OUTPATIENT, coverage=COMMERCIAL_BABY, billing=replace(HOSPITAL, pay_to=HOME))
    claims = [INPATIENT, child, OUTPATIENT, INPATIENT]
    assert parse_institutional(institutional_file(*claims)) == claims


def test_each_guide_reads_only_its_own_transaction_sets() -> None:
    assert parse_professional(institutional_file(INPATIENT)) == []
    assert parse_institutional(professional_file(PROFESSIONAL)) == []
    assert parse_professional(professional_file(PROFESSIONAL)) == [PROFESSIONAL]


def test_submitter_and_receiver_read_back() -> None:
    (parties,) = parse_parties(institutional_file(INPATIENT))
    assert (parties.submitter, parties.receiver) == (SUBMISSION.submitter, SUBMISSION.receiver)


def test_blank_poa_reads_as_exempt_on_an_inpatient_claim_only() -> None:
    (stay,) = parse_institutional(institutional_file(INPATIENT))
    (visit,) = parse_institutional(institutional_file(OUTPATIENT))
    assert stay.other_diagnoses[-1] == DiagnosisLine(code="Z7901", poa_exempt=True)
    assert visit.principal_diagnosis == DiagnosisLine(code="M5450")


@pytest.mark.parametrize(
    ("good", "bad", "segment"),
    [
        (b"CLM*A260001*18250.75*", b"CLM*A260001*18,250*", "CLM"),
        (b"DTP*434*RD8*20260110-", b"DTP*434*RD8*20261310-", "DTP"),
        (b"DTP*096*TM*1100", b"DTP*096*TM*2560", "DTP"),
        (b"DMG*D8*19480307", b"DMG*D8*1948AB07", "DMG"),
        (b"SV2*0250*", b"SV9*0250*", "LX"),
        (b"HL*2*1*22*0", b"HL*2*1*20*0", "CLM"),
    ],
)
def test_value_that_cannot_be_read_is_refused_with_its_segment(good: bytes, bad: bytes, segment: str) -> None:
    data = institutional_file(INPATIENT)
    assert good in data
    with pytest.raises(X12Error) as caught:
        parse_institutional(data.replace(good, bad))
    assert caught.value.segment == segment
    assert caught.value.position > 3


def test_claim_of_another_payer_s_answer_keeps_its_own_parties() -> None:
    name = "837_005010X222A2__demo.cob.2ndary.example4.837"
    (claim,) = parse_professional((shared_data("x12_lfh") / name).read_bytes())
    assert claim.coverage.payer.name
    assert claim.total_charge == sum(line.charge_amount for line in claim.lines)


def test_institutional_claim_of_others_is_read_with_its_codes() -> None:
    name = "837_005010X223A3__institutional-claim.837i"
    (claim, *_) = parse_institutional((shared_data("x12_lfh") / name).read_bytes())
    assert claim.principal_diagnosis.code
    assert claim.type_of_bill.startswith("0")
    assert claim.total_charge == sum(line.charge_amount for line in claim.lines)
