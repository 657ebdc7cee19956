"""What stands in the segments of a professional claim."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from billing.x12.claim import ProfessionalClaim
from billing.x12.professional import claim_segments
from billing.x12.segments import render
from tests.billing.x12.samples import ATTENDING, PROFESSIONAL, lines_of, professional_file


def written(claim: ProfessionalClaim) -> list[str]:
    return render(claim_segments(claim)).decode("ascii").replace("~", "").splitlines()


def test_claim_is_written_in_the_order_of_the_guide() -> None:
    assert written(PROFESSIONAL) == [
        "CLM*P260001*245***11:B:1*Y*A*Y*Y",
        "HI*ABK:M5450*ABF:E119",
        "NM1*82*1*HALE*RUTH****XX*1112223338",
        "PRV*PE*PXC*207R00000X",
        "LX*1",
        "SV1*HC:G0402*200*UN*1***1:2",
        "DTP*472*D8*20260204",
        "LX*2",
        "SV1*HC:J1885:JZ*45*UN*2***1",
        "DTP*472*D8*20260204",
    ]


def test_pointers_follow_their_order_and_modifiers_stand_in_the_code() -> None:
    line = replace(PROFESSIONAL.lines[0], modifiers=("25", "GT", "59", "X1"), pointers=(12, 3, 2, 1), emergency=True)
    claim = replace(PROFESSIONAL, lines=(line,))
    assert written(claim)[5] == "SV1*HC:G0402:25:GT:59:X1*200*UN*1***12:3:2:1**Y"


def test_accident_goes_to_clm11_with_its_date() -> None:
    claim = replace(PROFESSIONAL, accident_causes=("AA",), accident_state="MI", accident_on=dt.date(2026, 2, 1))
    assert written(claim)[:2] == ["CLM*P260001*245***11:B:1*Y*A*Y*Y**AA:::MI", "DTP*439*D8*20260201"]


def test_line_rendering_provider_stands_in_its_line() -> None:
    line = replace(PROFESSIONAL.lines[1], rendering=ATTENDING)
    lines = written(replace(PROFESSIONAL, lines=(PROFESSIONAL.lines[0], line)))
    assert lines[-2:] == ["NM1*82*1*HALE*RUTH****XX*1112223338", "PRV*PE*PXC*208M00000X"]


def test_death_of_the_patient_goes_to_pat() -> None:
    lines = lines_of(professional_file(replace(PROFESSIONAL, patient_died_on=dt.date(2026, 2, 6))))
    assert lines[lines.index("HL*2*1*22*0") + 2] == "PAT*****D8*20260206"
