"""A stay to code, with a handful of codes."""

from __future__ import annotations

import pytest

from coding.workbench.models import CodingRecord
from hims.staff.models import Facility
from records.encounters.models import Encounter
from tests.factories.coding import coding_record, exempt_from_poa, install_codes
from tests.factories.records import document, encounter

DIAGNOSES = ("I130", "I5023", "N1832", "E1122", "E876", "Z794", "R0602", "W1830XA", "J189", "B9620", "R079", "S9304XA")
PROCEDURES = ("0DTJ4ZZ", "02HV33Z")


@pytest.fixture
def codes(db: None) -> None:
    """Code sets of the tests; long-term insulin and external causes are exempt from POA."""
    install_codes(DIAGNOSES, PROCEDURES, headings=("I50", "E11"))
    exempt_from_poa("Z79", "W18")


@pytest.fixture
def stay(facility: Facility, codes: None) -> Encounter:
    """A discharged inpatient stay with one document."""
    made = encounter(facility)
    document(made)
    return made


@pytest.fixture
def record(stay: Encounter) -> CodingRecord:
    return coding_record(stay)


@pytest.fixture
def visit_record(facility: Facility, codes: None) -> CodingRecord:
    """An emergency visit: outpatient rules."""
    return coding_record(encounter(facility, encounter_class="emergency"))
