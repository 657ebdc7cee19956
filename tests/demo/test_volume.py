"""The generated part of the demo hospital: the same for the same seed, with codes that are valid and group."""

from __future__ import annotations

from datetime import date

import pytest
import simple_icd_10_cm as cm

from coding.grouper.claim import DiagnosisInput, GrouperClaim, HospitalStatus, ProcedureInput
from coding.grouper.engine import group
from hims.demo.plan import PlannedStay
from hims.demo.profiles import CHRONIC, PROFILES, Profile
from hims.demo.volume import planned_volume

BUILT_ON = date(2026, 11, 23)


def volume(seed: int = 1) -> list[PlannedStay]:
    return planned_volume(patients=60, stays=120, in_house=5, built_on=BUILT_ON, seed=seed)


def test_volume_of_the_same_seed_is_the_same() -> None:
    assert volume() == volume()


def test_volume_of_another_seed_is_another() -> None:
    assert volume(1) != volume(2)


def test_volume_has_the_asked_counts() -> None:
    stays = volume()
    assert len(stays) == 120
    assert sum(stay.discharged_at is None for stay in stays) == 5


def test_stays_end_after_they_begin_and_before_the_hospital_is_built() -> None:
    for stay in volume():
        if stay.discharged_at:
            assert stay.admitted_at < stay.discharged_at
            assert stay.discharged_at.date() <= BUILT_ON


@pytest.mark.parametrize(
    "code",
    sorted({p.principal[0] for p in PROFILES} | {c for p in PROFILES for c, _, _ in p.fixed} | {c for c, _ in CHRONIC}),
)
def test_diagnosis_of_a_profile_is_a_billable_code(code: str) -> None:
    assert cm.is_valid_item(code)
    assert cm.is_leaf(code)


@pytest.mark.parametrize("profile", [p for p in PROFILES if p.encounter_class == "inpatient"], ids=lambda p: p.name)
@pytest.mark.parametrize("version", [430, 431, 440])
def test_inpatient_profile_groups(profile: Profile, version: int) -> None:
    claim = GrouperClaim(
        version=version, age_years=30, sex="F", discharge_disposition="01", hospital_status=HospitalStatus.NOT_EXEMPT,
        principal=DiagnosisInput(profile.principal[0], profile.principal[1]),
        secondaries=tuple(DiagnosisInput(code, poa) for code, poa, _ in profile.fixed),
        procedures=tuple(ProcedureInput(code) for code, _ in profile.procedures),
    )  # fmt: skip
    result = group(claim)
    assert result.final.return_code == "OK"
    assert result.final.drg not in ("998", "999")
