"""Every written inpatient case, coded by the actions as its answer key says, ends in the DRG of its answer key."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.models import CodingRecord, Grouping
from coding.workbench.rules import is_external_cause
from hims.demo.case_file import load_cases
from hims.demo.case_model import DemoCase
from hims.demo.from_cases import planned_case
from hims.lib.forms import at_zone
from hims.staff.models import Facility, User
from tests.factories.coding import coding_record, exempt_from_poa, install_codes
from tests.factories.records import encounter, patient

pytestmark = pytest.mark.django_db
BUILT_ON = date(2026, 6, 15)
INPATIENT = [case for case in load_cases() if case.is_inpatient]


def record_of(case: DemoCase, facility: Facility) -> CodingRecord:
    """The case as an uncoded stay, with code sets of just its codes."""
    stay, gold = planned_case(case, BUILT_ON), case.gold
    admitting = [gold.admitting] if gold.admitting else []
    reported = [gold.principal, *gold.secondaries]
    install_codes([dx.code for dx in [*reported, *admitting]], [px.code for px in gold.procedures])
    exempt_from_poa(*(dx.code for dx in reported if not dx.poa))
    who = patient(facility, birth_date=stay.patient.birth_date, sex=stay.patient.sex)
    assert stay.discharged_at is not None
    made = encounter(
        facility, who, admitted_at=at_zone(stay.admitted_at, facility.time_zone),
        discharged_at=at_zone(stay.discharged_at, facility.time_zone), discharge_disposition=stay.disposition,
    )  # fmt: skip
    return coding_record(made)


@pytest.mark.parametrize("case", INPATIENT, ids=lambda case: case.slug)
def test_case_coded_as_its_key_says_ends_in_its_drg(case: DemoCase, facility: Facility, coder: User) -> None:
    record, gold = record_of(case, facility), case.gold
    for dx in (gold.principal, *gold.secondaries):
        added = add_diagnosis(by=coder, record=record, version=record.version, code=dx.code, poa=dx.poa)
        assert (added.role == "external_cause") == is_external_cause(dx.code)
    if gold.admitting:
        add_diagnosis(by=coder, record=record, version=record.version, code=gold.admitting.code, role="admitting")
    for px in gold.procedures:
        day = record.encounter.admitted_on + timedelta(days=px.day)
        add_procedure(by=coder, record=record, version=record.version, code=px.code, performed_on=day)
    grouping = Grouping.objects.get(record=record)
    assert grouping.final_drg == gold.drg
    summary = finalize(by=coder, record=record, version=record.version)
    assert (summary.number, summary.final_drg) == (1, gold.drg)
