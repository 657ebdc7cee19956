"""Service lines in the database: add, change, pointers that outlive resequencing, the summary."""

from __future__ import annotations

from typing import Any

import pytest

from coding.codesets.models import Code, CodeSetRelease
from coding.workbench.actions.diagnoses import add_diagnosis, make_principal, remove_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.actions.whole import WholeDiagnosis, replace_codes
from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.services.actions import add_service, change_service, move_service, remove_service
from coding.workbench.services.models import CodedService
from coding.workbench.services.presenters import listed_ids
from coding.workbench.services.rules import pointer_words
from hims.lib.errors import DomainError
from hims.staff.models import User
from tests.factories.coding import FIRST_DAY
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(visit_record: CodingRecord, coder: User) -> CodingRecord:
    """An emergency visit with two diagnoses."""
    for code in ("R079", "E876"):
        add_diagnosis(by=coder, record=visit_record, version=visit_record.version, code=code)
    return visit_record


def add(record: CodingRecord, by: User, code: str = "99283", **more: object) -> CodedService:
    return add_service(by=by, record=record, version=record.version, code=code, **more)  # type: ignore[arg-type]


def pointed(service: CodedService) -> str:
    return pointer_words([each.diagnosis_id for each in service.pointers.all()], listed_ids(service.record))


def test_service_is_added_with_its_defaults_and_told(visit: CodingRecord, coder: User) -> None:
    row = add(visit, coder, modifiers="25")
    assert (row.sequence, row.units, row.modifiers, pointed(row)) == (1, 1, ["25"], "1")
    assert row.serviced_on == visit.encounter.admitted_on
    assert ("coding.service_added", "done") in told(coder)


def test_first_service_of_an_empty_record_points_nowhere(visit_record: CodingRecord, coder: User) -> None:
    assert pointed(add(visit_record, coder)) == ""


def test_pointers_hold_on_to_their_diagnosis(visit: CodingRecord, coder: User) -> None:
    row = add(visit, coder, pointers="1,2")
    second = CodedDiagnosis.objects.get(record=visit, code="E876")
    make_principal(by=coder, record=visit, version=visit.version, diagnosis_id=second.pk)
    assert pointed(CodedService.objects.get(pk=row.pk)) == "2,1"
    remove_diagnosis(by=coder, record=visit, version=visit.version, diagnosis_id=second.pk)
    assert pointed(CodedService.objects.get(pk=row.pk)) == "1"


def test_pointers_find_their_code_again_when_everything_is_replaced(visit: CodingRecord, coder: User) -> None:
    row = add(visit, coder, pointers="2 1")
    wanted = [WholeDiagnosis("principal", "E876"), WholeDiagnosis("secondary", "J189")]
    replace_codes(by=coder, record=visit, version=visit.version, diagnoses=wanted)
    assert pointed(CodedService.objects.get(pk=row.pk)) == "1"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "0DTJ4ZZ"}, "code"), ({"modifiers": "AA"}, "modifiers"), ({"units": 0}, "units"), ({"ndc": "1"}, "ndc"),
        ({"pointers": "3"}, "pointers"), ({"revenue_code": "45"}, "revenue_code"),
    ],
)  # fmt: skip
def test_wrong_detail_is_refused_by_its_field_and_nothing_is_kept(
    visit: CodingRecord, coder: User, more: dict[str, Any], field: str
) -> None:
    version = visit.version
    with pytest.raises(DomainError) as refused:
        add(visit, coder, **more)
    assert refused.value.field == field
    assert not CodedService.objects.exists()
    visit.refresh_from_db()
    assert visit.version == version


def test_inpatient_stay_takes_no_services(record: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="outpatient"):
        add(record, coder)


def test_loaded_code_set_decides_by_service_date(visit: CodingRecord, coder: User) -> None:
    CodeSetRelease.objects.create(
        system="hcpcs", effective_from=FIRST_DAY, label="t", source="t", sha256="0" * 64, code_count=1
    )
    Code.objects.create(
        system="hcpcs", code="J1885", kind="code", long_title="Ketorolac", position=1, valid_from=FIRST_DAY
    )
    assert add(visit, coder, code="j1885").code == "J1885"
    with pytest.raises(DomainError, match="J1886 is not in HCPCS"):
        add(visit, coder, code="J1886")
    assert add(visit, coder, code="99284").code == "99284"  # no CPT is loaded: its form must do


def test_change_move_and_remove(visit: CodingRecord, coder: User) -> None:
    first, second = add(visit, coder), add(visit, coder, code="J1885")
    move_service(by=coder, record=visit, version=visit.version, service_id=second.pk, place=1)
    change_service(
        by=coder, record=visit, version=visit.version, service_id=second.pk, serviced_on=None, modifiers="JZ", units=2,
        revenue_code="", ndc="0409-3795-01", pointers="B", provider=None,
    )  # fmt: skip
    second.refresh_from_db()
    assert (second.sequence, second.units, second.modifiers, second.ndc, pointed(second)) == (
        1,
        2,
        ["JZ"],
        "00409379501",
        "2",
    )
    remove_service(by=coder, record=visit, version=visit.version, service_id=second.pk)
    assert list(visit.services.values_list("pk", "sequence")) == [(first.pk, 1)]


def test_summary_keeps_the_services(visit: CodingRecord, coder: User) -> None:
    add(visit, coder, pointers="2,1", modifiers="25")
    summary = finalize(by=coder, record=visit, version=visit.version)
    kept = summary.content["services"][0]
    assert {name: kept[name] for name in ("code", "system", "modifiers", "units", "diagnoses")} == {
        "code": "99283", "system": "cpt", "modifiers": ["25"], "units": 1, "diagnoses": ["E876", "R079"],
    }  # fmt: skip
