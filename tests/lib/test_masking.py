"""Numbers as pages show them: never more than the last four characters, and never with fewer than five hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.masking import TITLES, looks_like_ssn, masked, national_kind, normal

CASES = [
    ("ssn", "219-09-9999", "***-**-9999"),
    ("ssn", "219099999", "***-**-9999"),
    ("ssn", "219 09 9999", "***-**-9999"),
    ("ssn", "12345", "***-**-****"),
    ("ssn", "", ""),
    ("mbi", "1EG4TE5MK73", "*******MK73"),
    ("member", "GLM00012345", "*******2345"),
    ("member", "M123456", "*****56"),
    ("member", "M1234", "*****"),
    ("member", "M1", "*****"),
    ("bank", "000123456789", "********6789"),
    ("passport", "X1234567", "*****567"),
    ("licence", "S99912345", "*****2345"),
    ("nothing we know", "GLM00012345", "***********"),
]


@pytest.mark.parametrize(("kind", "value", "shown"), CASES)
def test_number_is_shown_in_part(kind: str, value: str, shown: str) -> None:
    assert masked(kind, value) == shown


@given(kind=st.sampled_from(sorted(TITLES)), value=st.text("ABCDEFGH0123456789-", min_size=1, max_size=40))
def test_no_number_shows_more_than_four_characters_or_hides_fewer_than_five(kind: str, value: str) -> None:
    shown = masked(kind, value)
    told = shown.lstrip("*-")
    assert len(told) <= 4
    assert shown.count("*") >= 5
    assert value != shown


SYSTEMS = [
    ("http://hl7.org/fhir/sid/us-ssn", "ssn"),
    ("urn:oid:2.16.840.1.113883.4.1", "ssn"),
    ("urn:oid:2.16.840.1.113883.4.10", ""),
    ("http://hl7.org/fhir/sid/us-mbi", "mbi"),
    ("urn:oid:2.16.840.1.113883.4.3.25", "licence"),
    ("http://standardhealthrecord.org/fhir/StructureDefinition/passportNumber", "passport"),
    ("http://hl7.org/fhir/sid/us-npi", ""),
    ("urn:uuid", ""),
    ("http://hospital.smarthealthit.org", ""),
]


@pytest.mark.parametrize(("system", "kind"), SYSTEMS)
def test_number_of_a_state_is_known_by_its_system(system: str, kind: str) -> None:
    assert national_kind(system) == kind


@pytest.mark.parametrize("text", ["219-09-9999", "219 09 9999", "219099999", " 219-09-9999 "])
def test_social_security_number_is_recognised(text: str) -> None:
    assert looks_like_ssn(text)
    assert normal("ssn", text) == "219099999"


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456",
        "666-12-3456",
        "912-12-3456",
        "219-00-1234",
        "219-09-0000",
        "219-099999",
        "21909999",
        "LGH-1000001",
    ],
)
def test_number_never_given_is_not_one(text: str) -> None:
    assert not looks_like_ssn(text)
