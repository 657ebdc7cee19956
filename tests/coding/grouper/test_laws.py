"""What holds for every claim."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from coding.grouper.claim import DiagnosisInput, GrouperClaim, HospitalStatus, ProcedureInput
from coding.grouper.engine import group
from coding.grouper.results import Severity
from coding.grouper.versions import VERSIONS

PRINCIPALS = ("I5020", "J189", "A419", "M4316", "I214", "K3580", "F1020", "C9200", "E1165", "S72001A")
SECONDARIES = (
    "I10", "E119", "N390", "T83511A", "T80211A", "L89154", "J9601", "I469", "R570", "A419", "E6601", "K6811",
    "S72345B", "N179", "E43", "Z9049", "D62", "C9200", "T8141XA", "I2699",
)  # fmt: skip
PROCEDURES = (
    "0SG0070", "0SG0071", "XRGA0R7", "XRGB3R7", "XRGB4R7", "0SG1070", "0DTJ4ZZ", "5A1955Z", "02703DZ", "0SR90JZ",
    "0B113F4", "30233N1",
)  # fmt: skip
RANK = {Severity.NOT_GROUPED: -1, Severity.NON_CC: 0, Severity.CC: 1, Severity.MCC: 2}

diagnoses = st.builds(DiagnosisInput, code=st.sampled_from(SECONDARIES), poa=st.sampled_from(["Y", "N", "U", "W", ""]))
claims = st.builds(
    GrouperClaim,
    age_years=st.integers(0, 124),
    sex=st.sampled_from(["M", "F"]),
    discharge_disposition=st.sampled_from(["01", "02", "03", "07", "20", "99"]),
    principal=st.builds(DiagnosisInput, code=st.sampled_from(PRINCIPALS), poa=st.just("Y")),
    version=st.sampled_from([version.number for version in VERSIONS]),
    secondaries=st.lists(diagnoses, max_size=6).map(tuple),
    procedures=st.lists(st.builds(ProcedureInput, code=st.sampled_from(PROCEDURES)), max_size=5).map(tuple),
    hospital_status=st.sampled_from(HospitalStatus),
)
often = settings(max_examples=150, deadline=None)


@often
@given(claims)
def test_group_same_claim_twice_gives_the_same_answer(claim: GrouperClaim) -> None:
    assert group(claim) == group(claim)


@often
@given(claims.flatmap(lambda claim: st.tuples(st.just(claim), st.permutations(claim.secondaries))))
def test_group_secondaries_in_another_order_give_the_same_drgs(
    drawn: tuple[GrouperClaim, list[DiagnosisInput]],
) -> None:
    claim, shuffled = drawn
    again, first = group(replace(claim, secondaries=tuple(shuffled))), group(claim)
    assert (again.initial, again.final) == (first.initial, first.final)


@often
@given(claims.flatmap(lambda claim: st.tuples(st.just(claim), st.permutations(claim.procedures))))
def test_group_procedures_in_another_order_give_the_same_drgs(
    drawn: tuple[GrouperClaim, list[ProcedureInput]],
) -> None:
    claim, shuffled = drawn
    again, first = group(replace(claim, procedures=tuple(shuffled))), group(claim)
    assert (again.initial, again.final) == (first.initial, first.final)


@often
@given(claims)
def test_group_with_everything_present_on_admission_has_one_drg(claim: GrouperClaim) -> None:
    present = tuple(DiagnosisInput(dx.code, "Y") for dx in claim.secondaries)
    result = group(replace(claim, secondaries=present))
    assert result.initial == result.final


@often
@given(claims)
def test_group_in_an_exempt_hospital_has_one_drg(claim: GrouperClaim) -> None:
    result = group(replace(claim, hospital_status=HospitalStatus.EXEMPT))
    assert result.initial == result.final


@often
@given(claims)
def test_group_acquired_condition_never_raises_the_severity(claim: GrouperClaim) -> None:
    result = group(claim)
    assert RANK[result.final.severity] <= RANK[result.initial.severity]


@often
@given(claims)
def test_group_codes_in_small_letters_give_the_same_answer(claim: GrouperClaim) -> None:
    small = replace(
        claim,
        principal=DiagnosisInput(claim.principal.code.lower(), claim.principal.poa),
        secondaries=tuple(DiagnosisInput(dx.code.lower(), dx.poa.lower()) for dx in claim.secondaries),
        procedures=tuple(ProcedureInput(px.code.lower()) for px in claim.procedures),
    )
    assert group(small) == group(claim)


@often
@given(claims)
def test_group_marks_every_code_of_the_claim_in_order(claim: GrouperClaim) -> None:
    result = group(claim)
    assert [mark.code for mark in result.diagnoses] == [dx.code for dx in (claim.principal, *claim.secondaries)]
    assert [mark.code for mark in result.procedures] == [px.code for px in claim.procedures]
