"""What stands in the segments of an institutional claim."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from billing.x12.claim import DiagnosisLine, InstitutionalClaim, ProcedureLine
from billing.x12.institutional import claim_segments
from billing.x12.segments import render
from tests.billing.x12.samples import COMMERCIAL_BABY, INPATIENT, OUTPATIENT, institutional_file, lines_of


def written(claim: InstitutionalClaim) -> list[str]:
    return render(claim_segments(claim)).decode("ascii").replace("~", "").splitlines()


def of(claim: InstitutionalClaim, start: str) -> list[str]:
    return [line for line in written(claim) if line.startswith(start)]


def test_inpatient_claim_carries_what_a_stay_requires() -> None:
    lines = written(INPATIENT)
    assert lines[:10] == [
        "CLM*A260001*18250.75***11:A:1**A*Y*Y",
        "DTP*096*TM*1100",
        "DTP*434*RD8*20260110-20260115",
        "DTP*435*DT*202601101420",
        "CL1*1*1*01",
        "REF*EA*MRN004711",
        "HI*ABK:I130:::::::Y",
        "HI*ABJ:R0602",
        "HI*DR:291",
        "HI*ABF:I5023:::::::Y*ABF:N179:::::::N*ABF:Z7901",
    ]


def test_poa_of_exempt_code_is_blank_and_never_one() -> None:
    exempt = DiagnosisLine(code="Z3800", poa_exempt=True)
    claim = replace(INPATIENT, principal_diagnosis=exempt, external_causes=(DiagnosisLine(code="Y92009", poa="N"),))
    assert of(claim, "HI*ABK") == ["HI*ABK:Z3800"]
    assert of(claim, "HI*ABN") == ["HI*ABN:Y92009:::::::N"]


def test_poa_does_not_go_out_on_an_outpatient_claim() -> None:
    claim = replace(OUTPATIENT, principal_diagnosis=DiagnosisLine(code="M5450", poa="Y"))
    assert of(claim, "HI*ABK") == ["HI*ABK:M5450"]


def test_codes_beyond_twelve_go_into_a_second_segment_in_their_order() -> None:
    others = tuple(DiagnosisLine(code=f"E1{n:02d}", poa="Y") for n in range(24))
    procedures = tuple(ProcedureLine(code=f"0DTJ4Z{n % 10}", done_on=dt.date(2026, 1, 11)) for n in range(13))
    claim = replace(INPATIENT, other_diagnoses=others, other_procedures=procedures)
    first, second = of(claim, "HI*ABF")
    sent = [part.split(":")[1] for line in (first, second) for part in line.split("*")[1:]]
    assert sent == [line.code for line in others]
    assert [line.count("*") for line in (first, second)] == [12, 12]
    assert [line.count("*") for line in of(claim, "HI*BBQ")] == [12, 1]


def test_type_of_bill_parts_go_to_clm05() -> None:
    assert of(replace(INPATIENT, type_of_bill="0117"), "CLM")[0].split("*")[5] == "11:A:7"
    assert of(OUTPATIENT, "CLM")[0].split("*")[5] == "13:A:1"


def test_assignment_is_taken_from_the_claim() -> None:
    claim = replace(INPATIENT, assignment_code="C", benefits_assigned="N", release_of_information="I")
    assert of(claim, "CLM")[0].split("*")[7:] == ["C", "N", "I"]


def test_dependent_has_a_level_of_its_own_and_the_subscriber_only_a_name() -> None:
    lines = lines_of(institutional_file(replace(INPATIENT, coverage=COMMERCIAL_BABY)))
    start = lines.index("HL*2*1*22*1")
    assert lines[start : start + 4] == [
        "HL*2*1*22*1",
        "SBR*P**4471******CI",
        "NM1*IL*1*OKAFOR*PETER****MI*GLM00012345",
        "NM1*PR*2*GREAT LAKES MUTUAL*****PI*GLM01",
    ]
    patient = lines.index("HL*3*2*23*0")
    assert lines[patient + 1 : patient + 6] == [
        "PAT*19",
        "NM1*QC*1*OKAFOR*GRACE",
        "N3*12 CHERRY LANE",
        "N4*PETOSKEY*MI*49770",
        "DMG*D8*20260110*F",
    ]
