"""The what-if panel: what it shows, to whom, and what it leaves in the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.grouper.engine import group
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.grouping import claim_of
from coding.workbench.models import CodingRecord
from coding.workbench.whatif.requirements import (
    CAUSE,
    COMPLICATION,
    FACTOR,
    NOT_ON_ADMISSION,
    SYMPTOM,
    Requirement,
    for_principal,
)
from coding.workbench.whatif.selectors import what_if_for
from hims.lib.access import Role
from hims.staff.models import Facility, User
from tests.factories.records import grant
from tests.trail import told

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def url(record: CodingRecord, name: str = "what_if") -> str:
    return reverse(f"coding:{name}", kwargs={"encounter_id": record.encounter_id})


def part(page: str, key: str) -> str:
    found = re.search(rf'data-section="{key}".*?</section>', page, re.DOTALL)
    assert found is not None
    return found.group()


@pytest.fixture
def coded(record: CodingRecord, coder: User) -> CodingRecord:
    """Heart and kidney disease with acute heart failure; DRG 291."""
    for version, (code, poa) in enumerate((("I130", "Y"), ("I5023", "Y"), ("E876", "Y"), ("Z794", ""), ("R0602", "N"))):
        add_diagnosis(by=coder, record=record, version=version, code=code, poa=poa)
    add_procedure(by=coder, record=record, version=5, code="02HV33Z")
    return record


def test_panel_shows_changed_drgs_in_coded_order_and_names_the_rest(coded: CodingRecord, coder: User) -> None:
    page = signed_in(coder).get(url(coded)).content.decode()
    assert '<strong class="mono" data-base-drg>291</strong>' in page
    removal = part(page, "removal")
    assert re.findall(r'data-change="([^"]+)"', removal) == ["I50.23"]
    assert "E87.6, Z79.4, R06.02, 02HV33Z" in removal
    principal = part(page, "principal")
    assert re.findall(r'data-change="([^"]+)"', principal) == ["I50.23", "E87.6", "Z79.4", "R06.02"]
    assert SYMPTOM.source in principal
    assert NOT_ON_ADMISSION.source.split(";")[0] in principal
    assert "section II" in principal
    assert not {"weight", "best", "$"} & set(page.lower().split())


def test_panel_equals_grouping_by_hand(coded: CodingRecord, coder: User) -> None:
    found = what_if_for(by=coder, encounter_id=coded.encounter_id)
    assert found.surface is not None
    claim = claim_of(found.coded)
    by_hand = [
        group(replace(claim, secondaries=claim.secondaries[:n] + claim.secondaries[n + 1 :])).final.drg
        for n in range(4)
    ]
    assert [each.drgs.final.drg for each in found.surface.outcomes[4:8]] == by_hand


def test_panel_changes_nothing_and_leaves_its_own_event(coded: CodingRecord, coder: User) -> None:
    before = (coded.version, list(coded.diagnoses.values_list("code", "poa")))
    signed_in(coder).get(url(coded))
    coded.refresh_from_db()
    assert (coded.version, list(coded.diagnoses.values_list("code", "poa"))) == before
    assert told(coder)[-1] == ("coding.what_if_viewed", "done")


def test_panel_without_a_drg_says_why(record: CodingRecord, visit_record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    assert "there is no principal diagnosis" in client.get(url(record)).content.decode()
    assert "Outpatient" in client.get(url(visit_record)).content.decode()


def test_panel_needs_as_many_queries_for_six_lines_as_for_one(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)

    def queries() -> int:
        client.get(url(record))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(record)).status_code == 200
        return len(seen)

    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    add_procedure(by=coder, record=record, version=1, code="02HV33Z")
    one = queries()
    for version, code in ((2, "I5023"), (3, "N1832"), (4, "E876"), (5, "J189")):
        add_diagnosis(by=coder, record=record, version=version, code=code, poa="Y")
    assert queries() == one


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CODER, 200), (Role.CDI_SPECIALIST, 200), (Role.CODING_REVIEWER, 200), (Role.HIM_MANAGER, 200),
     (Role.PROVIDER, 403), (Role.EXTERNAL_AUDITOR, 403), (Role.BILLER, 403), (Role.RECORDS_SPECIALIST, 403)],
)  # fmt: skip
def test_panel_is_for_those_who_code_and_group(
    role: Role, status: int, coded: CodingRecord, person: Callable[..., User], facility: Facility
) -> None:
    client = signed_in(person("someone", role, facility))
    assert client.get(url(coded)).status_code == status
    assert client.post(url(coded, "what_if_try"), {"code": "J189"}).status_code == status


def test_auditor_who_reads_the_coding_gets_no_tab(
    coded: CodingRecord, person: Callable[..., User], facility: Facility
) -> None:
    auditor = person("someone", Role.EXTERNAL_AUDITOR, facility)
    grant(auditor, coded.patient_id)
    page = signed_in(auditor).get(reverse("coding:workbench", kwargs={"encounter_id": coded.encounter_id}))
    assert page.status_code == 200
    assert "What if" not in page.content.decode()


def test_panel_of_an_outsider_is_a_404(coded: CodingRecord, outsider: User) -> None:
    assert signed_in(outsider).get(url(coded)).status_code == 404
    assert signed_in(outsider).post(url(coded, "what_if_try"), {"code": "J189"}).status_code == 404


def test_code_is_tried_without_being_coded(coded: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    page = client.post(url(coded, "what_if_try"), {"code": "j18.9", "tried": ["icd10pcs:0DTJ4ZZ"]}).content.decode()
    assert re.findall(r'data-change="([^"]+)"', page) == ["0DTJ4ZZ", "J18.9", "J18.9", "J18.9"]
    assert "secondary, POA N" in page
    assert 'name="tried" value="icd10cm:J189"' in page
    assert not coded.diagnoses.filter(code="J189").exists()
    assert told(coder)[-1] == ("coding.what_if_tried", "done")
    left = client.post(url(coded, "what_if_try"), {"drop": "icd10cm:J189", "tried": ["icd10cm:J189"]}).content.decode()
    assert 'name="tried"' not in left


def test_tried_code_that_is_coded_by_now_is_said_to_be(coded: CodingRecord, coder: User) -> None:
    page = (
        signed_in(coder).post(url(coded, "what_if_try"), {"tried": ["icd10cm:I5023", "icd10cm:J189"]}).content.decode()
    )
    assert "Coded by now: I50.23." in page
    assert 'value="icd10cm:I5023"' not in page
    assert 'value="icd10cm:J189"' in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"code": "I50"}, "category"),
        ({"code": "ZZZ"}, "not an ICD-10-PCS code"),
        ({"code": "J189", "system": "cpt"}, "valid choice"),
        ({"tried": ["nonsense"]}, "damaged"),
        ({"tried": [f"icd10cm:A{n:02d}" for n in range(20)]}, "At most 12"),
        ({"code": "x" * 40}, "at most 16"),
    ],
)
def test_code_that_cannot_be_tried_is_refused_with_a_sentence(
    asked: dict[str, object], sentence: str, coded: CodingRecord, coder: User
) -> None:
    answer = signed_in(coder).post(url(coded, "what_if_try"), asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#what-if-message"


@pytest.mark.parametrize(
    ("code", "poa", "special"),
    [("J189", "Y", ()), ("R0602", "Y", (SYMPTOM,)), ("Z794", "", (FACTOR,)), ("W1830XA", "", (CAUSE,)),
     ("T8141XA", "Y", (COMPLICATION,)), ("J189", "N", (NOT_ON_ADMISSION,)), ("R0602", "U", (SYMPTOM, NOT_ON_ADMISSION))],
)  # fmt: skip
def test_requirement_of_a_code_that_would_lead(code: str, poa: str, special: tuple[Requirement, ...]) -> None:
    assert for_principal(code, poa) == special
