"""Pages of coding: content, changes without a reload, and what the outsider gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.models import CodingRecord, CodingSummary
from hims.jobs.models import Job
from hims.lib.access import Role
from hims.staff.models import Facility, User
from tests.factories.coding import admitted_for, coding_record
from tests.factories.records import document, encounter, patient, provider
from tests.trail import told

pytestmark = pytest.mark.django_db
WORKLIST = "/coding/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def url(name: str, record: CodingRecord, **more: int) -> str:
    return reverse(f"coding:{name}", kwargs={"encounter_id": record.encounter_id, **more})


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_each_key_of_the_workbench_means_one_thing(coder: User, facility: Facility) -> None:
    record = coding_record(encounter(facility, patient(facility)))
    document(record.encounter)
    page = signed_in(coder).get(url("workbench", record)).content.decode()
    page = re.sub(r"<span data-standing [^>]*>", "", page)  # keys of all lists, where there is one
    held: dict[str, set[str]] = {}
    for key, label in re.findall(r'data-key="([^"]+)" data-key-label="([^"]+)"', page):
        held.setdefault(key, set()).add(label)
    assert {key: labels for key, labels in held.items() if len(labels) > 1} == {}
    assert {"i", "e", "s", "f"} <= held.keys()


def test_worklist_shows_oldest_discharge_first_with_its_age(coder: User, facility: Facility) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    for days, name in ((2, "Younger"), (9, "Older")):
        of = patient(facility, family_name=name)
        coding_record(
            encounter(facility, of, admitted_at=now - timedelta(days=20), discharged_at=now - timedelta(days=days))
        )
    page = signed_in(coder).get(WORKLIST).content.decode()
    assert page.index("Older, Ruth") < page.index("Younger, Ruth")
    assert '<td class="num">9' in page
    assert "Not started" in page


def test_worklist_filters_by_status_and_class(coder: User, facility: Facility, record: CodingRecord) -> None:
    client = signed_in(coder)
    name = record.patient.name
    assert name in client.get(WORKLIST, {"status": "uncoded", "encounter_class": "inpatient"}).content.decode()
    for asked in ({"status": "finalized"}, {"encounter_class": "emergency"}):
        page = client.get(WORKLIST, asked).content.decode()
        assert name not in page
        assert "Nothing matches" in page


def test_worklist_without_work_says_so(coder: User, facility: Facility) -> None:
    assert "Nothing to code" in signed_in(coder).get(WORKLIST).content.decode()


def test_worklist_of_an_outsider_is_empty(record: CodingRecord, outsider: User) -> None:
    assert record.patient.name not in signed_in(outsider).get(WORKLIST).content.decode()


def test_worklist_needs_as_many_queries_for_three_rows_as_for_one(coder: User, facility: Facility) -> None:
    client = signed_in(coder)
    coding_record(encounter(facility))
    one = queries(client, WORKLIST)
    for _ in range(2):
        coding_record(encounter(facility))
    assert queries(client, WORKLIST) == one


def test_workbench_needs_as_many_queries_for_three_lines_and_documents_as_for_one(
    record: CodingRecord, coder: User
) -> None:
    client = signed_in(coder)
    surgeon = provider()
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    add_procedure(by=coder, record=record, version=1, code="0DTJ4ZZ", provider=surgeon)
    one = queries(client, url("workbench", record))
    for version, code in ((2, "I5023"), (3, "N1832")):
        add_diagnosis(by=coder, record=record, version=version, code=code, poa="Y")
        document(record.encounter, author=surgeon)
    add_procedure(by=coder, record=record, version=4, code="02HV33Z", provider=provider("Osei"))
    assert queries(client, url("workbench", record)) == one


def test_workbench_shows_documents_codes_and_the_drg(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    page = signed_in(coder).get(url("workbench", record)).content.decode()
    for words in (
        "Progress note",
        "I13.0",
        "Title of I130",
        "293",
        "v43.0",
        record.patient.name,
        "There is no admitting",
    ):
        assert words in page, words


def test_workbench_without_principal_shows_a_sentence_in_place_of_a_drg(record: CodingRecord, coder: User) -> None:
    assert "there is no principal diagnosis" in signed_in(coder).get(url("workbench", record)).content.decode()


@pytest.mark.parametrize("name", ["workbench", "pane", "checklist"])
def test_page_of_an_outsider_is_a_404_that_tells_nothing(name: str, record: CodingRecord, outsider: User) -> None:
    answer = signed_in(outsider).get(url(name, record))
    assert answer.status_code == 404
    assert record.patient.family_name not in answer.content.decode()


def test_change_by_an_outsider_is_a_404(record: CodingRecord, outsider: User) -> None:
    answer = signed_in(outsider).post(url("add", record), {"code": "I130", "system": "icd10cm", "version": 0})
    assert answer.status_code == 404
    assert not record.diagnoses.exists()


def test_add_answers_with_the_codes_side_and_the_new_drg(record: CodingRecord, coder: User) -> None:
    answer = signed_in(coder).post(url("add", record), {"code": "I13.0", "system": "icd10cm", "version": 0, "poa": "Y"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<div id="coded"' in page
    assert 'id="coding-version" value="1"' in page
    assert "Heart Failure" in page.title()
    assert 'data-spoken="I13.0 added."' in page
    assert '<span class="drg__code">293</span>' in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"code": "I50", "system": "icd10cm"}, "I50 is a category; a 4th character is needed."),
        ({"code": "XYZ", "system": "icd10pcs"}, "is not an ICD-10-PCS code"),
        ({"code": "", "system": "icd10cm"}, "then choose a code"),
        ({"code": "0DTJ4ZZ", "system": "icd10pcs", "performed_on": "2026-01-01"}, "is outside this stay"),
    ],
)
def test_add_refused_answers_422_with_the_reason(
    asked: dict[str, str], sentence: str, record: CodingRecord, coder: User
) -> None:
    answer = signed_in(coder).post(url("add", record), {**asked, "version": 0})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert '<div id="coded"' in answer.content.decode()


def test_stale_page_is_refused_with_409(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130")
    answer = signed_in(coder).post(url("add", record), {"code": "I5023", "system": "icd10cm", "version": 0})
    assert answer.status_code == 409
    assert "Someone else has changed" in answer.content.decode()


def test_removed_line_comes_back_with_undo(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    for version, code in enumerate(("I130", "I5023", "N1832")):
        add_diagnosis(by=coder, record=record, version=version, code=code, poa="Y")
    line = record.diagnoses.get(code="I5023")
    answer = client.post(url("remove_diagnosis", record, line=line.pk), {"version": 3})
    assert "I50.23 removed." in answer.content.decode()
    back = {"code": "I5023", "system": "icd10cm", "role": "secondary", "poa": "Y", "place": 1, "version": 4}
    assert client.post(url("add", record), back).status_code == 200
    assert list(record.diagnoses.filter(role="secondary").values_list("code", "poa")) == [
        ("I5023", "Y"),
        ("N1832", "Y"),
    ]


def posts(record: CodingRecord, coder: User) -> Callable[..., int]:
    client = signed_in(coder)

    def post(name: str, line: int, **values: object) -> int:
        record.refresh_from_db()
        return client.post(url(name, record, line=line), {"version": record.version, **values}).status_code

    return post


def test_lines_are_moved_dated_and_marked_from_the_page(record: CodingRecord, coder: User) -> None:
    for version, code in enumerate(("I130", "I5023", "N1832")):
        add_diagnosis(by=coder, record=record, version=version, code=code)
    procedure = add_procedure(by=coder, record=record, version=3, code="0DTJ4ZZ")
    surgeon, post = provider(), posts(record, coder)
    kidney, failure = record.diagnoses.get(code="N1832").pk, record.diagnoses.get(code="I5023").pk
    assert post("move_diagnosis", kidney, place=1) == 200
    assert post("poa", kidney, poa="N") == 200
    assert post("principal", failure) == 200
    assert post("procedure", procedure.pk, performed_on="2026-03-10", provider=surgeon.pk) == 200
    assert post("move_procedure", procedure.pk, place=4) == 200
    assert list(record.diagnoses.values_list("role", "sequence", "code", "poa")) == [
        ("principal", 1, "I5023", ""), ("secondary", 1, "I130", ""), ("secondary", 2, "N1832", "N"),
    ]  # fmt: skip
    procedure.refresh_from_db()
    assert (str(procedure.performed_on), procedure.provider) == ("2026-03-10", surgeon)
    assert post("remove_procedure", procedure.pk) == 200
    assert not record.procedures.exists()


def test_reviewer_reads_the_codes_but_gets_no_tools(
    record: CodingRecord, coder: User, person: Callable[..., User], facility: Facility
) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    reviewer = signed_in(person("victor", Role.CODING_REVIEWER, facility))
    page = reviewer.get(url("workbench", record)).content.decode()
    assert "I13.0" in page
    assert "data-post" not in page
    refused = reviewer.post(url("add", record), {"code": "I5023", "system": "icd10cm", "version": 1})
    assert refused.status_code == 403


@pytest.mark.parametrize("name", ["add", "finalize", "reopen"])
def test_change_without_the_right_is_refused_on_the_record_before_its_form_is_read(
    name: str, record: CodingRecord, person: Callable[..., User], facility: Facility
) -> None:
    reviewer = person("victor", Role.CODING_REVIEWER, facility)
    assert signed_in(reviewer).post(url(name, record), {"version": "nonsense"}).status_code == 403
    assert told(reviewer)[-1] == ("coding.changed", "refused")


def test_finalize_from_the_page_makes_a_summary_and_tells_billing(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    open_points = client.get(url("checklist", record)).content.decode()
    assert "There is none." in open_points
    assert "Admitting diagnosis" in open_points
    assert "disabled" in open_points
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    admitted_for(record)
    answer = client.post(url("finalize", record), {"version": 1})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert CodingSummary.objects.get().final_drg == "293"
    assert Job.objects.filter(name="billing.refresh_accounts").exists()
    page = client.get(url("workbench", record)).content.decode()
    assert "Summary 1" in page
    assert "code-entry" not in page
    assert client.post(url("reopen", record), {"version": 2, "reason": ""}).status_code == 422
    assert client.post(url("reopen", record), {"version": 2, "reason": "Late pathology"}).status_code == 204
    record.refresh_from_db()
    assert record.status == "in_progress"


def test_finalize_with_open_points_is_refused_in_the_page(record: CodingRecord, coder: User) -> None:
    answer = signed_in(coder).post(url("finalize", record), {"version": 0})
    assert answer.status_code == 422
    assert not CodingSummary.objects.exists()


def test_unknown_encounter_is_a_404(coder: User, facility: Facility) -> None:
    address = reverse("coding:workbench", kwargs={"encounter_id": UUID(int=7)})
    assert signed_in(coder).get(address).status_code == 404
