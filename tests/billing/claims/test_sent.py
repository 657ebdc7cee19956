"""A claim's segments found again in a file; no database."""

from __future__ import annotations

from billing.claims.sent import segments_of
from tests.billing.x12 import samples

FILE = samples.institutional_file(samples.INPATIENT, samples.OUTPATIENT)


def test_segments_of_a_claim_are_its_loops_and_its_own() -> None:
    found = segments_of(FILE, "A260002")
    assert found[0].startswith("HL*1**20*1")
    assert [line.split("*")[0] for line in found].count("CLM") == 1
    assert "NM1*IL*1*OKAFOR*PETER****MI*GLM00012345~" in found
    assert not [line for line in found if "ERIKSEN" in line]
    assert found[-1].startswith(("SV2", "DTP*472"))


def test_segments_of_a_dependent_hold_subscriber_and_patient() -> None:
    from dataclasses import replace

    baby = replace(samples.OUTPATIENT, coverage=samples.COMMERCIAL_BABY)
    found = segments_of(samples.institutional_file(baby), baby.patient_control_number)
    assert [line.split("*")[3] for line in found if line.startswith("HL*")] == ["20", "22", "23"]


def test_segments_of_an_unknown_claim_are_none() -> None:
    assert segments_of(FILE, "A26000") == ()
