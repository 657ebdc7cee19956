"""Any legal claim has no fault, passes the referee, and reads back as itself."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.x12.claim import InstitutionalClaim, ProfessionalClaim
from billing.x12.faults import faults
from billing.x12.parse import parse_institutional, parse_professional
from billing.x12.referee import validate
from tests.billing.x12.samples import institutional_file, professional_file
from tests.billing.x12.strategies import institutional_claims, professional_claims

SHORT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SHORT
@given(st.lists(institutional_claims(), min_size=1, max_size=2))
def test_institutional_file_of_legal_claims_is_valid_and_reads_back(claims: list[InstitutionalClaim]) -> None:
    data = institutional_file(*claims)
    assert [faults(claim) for claim in claims] == [[] for _ in claims]
    assert validate(data) == []
    assert parse_institutional(data) == claims


@SHORT
@given(st.lists(professional_claims(), min_size=1, max_size=3))
def test_professional_file_of_legal_claims_is_valid_and_reads_back(claims: list[ProfessionalClaim]) -> None:
    data = professional_file(*claims)
    assert [faults(claim) for claim in claims] == [[] for _ in claims]
    assert validate(data) == []
    assert parse_professional(data) == claims
