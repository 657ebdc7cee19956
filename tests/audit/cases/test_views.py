"""The pages of cases, end to end, and what the outsider gets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.cases.actions import assess, close_case, record_step
from audit.cases.enums import CaseOutcome, Sanction, StepKind
from audit.cases.models import Case
from audit.trail.models import AuditEvent
from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from tests.audit.cases.making import A_BREACH, a_case
from tests.clients import signed_in
from tests.factories import records as make
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FACTORS = ("nature", "recipient", "acquired", "mitigated")


def text_of(made: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def new_case(at: Facility, /, **values: Any) -> dict[str, Any]:
    moment = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return {"facility": at.pk, "title": "Neighbour's chart", "kind": "snooping", "location": "ehr",
            "discovered_at": moment, **values}  # fmt: skip


def test_case_from_trail_to_pdf(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    client = signed_in(privacy_officer)
    opened = client.post("/privacy/cases/new", new_case(facility, subjects=[str(coder.pk)]))
    case = Case.objects.get()
    assert opened.headers["Location"] == case.get_absolute_url()
    found = client.get(
        reverse("audit:events"), {"person": str(coder.pk), "event": "chart.viewed", "case": str(case.pk)}
    )
    tick = found.context["rows"][0]["tick"]
    assert tick in found.content.decode()
    client.post("/privacy/cases/evidence", {"case": str(case.pk), "events": [tick]})
    client.post(f"{case.get_absolute_url()}patients", {"from_evidence": "1"})
    client.post(f"{case.get_absolute_url()}notes", {"text": "She says she was curious."})
    client.post(f"{case.get_absolute_url()}steps", {"kind": "individuals", "done_on": str(TODAY - timedelta(days=1))})
    answers = dict.fromkeys(FACTORS, "high") | {f"{name}_words": "read and told" for name in FACTORS}
    client.post(f"{case.get_absolute_url()}assessment", answers)
    client.post(f"{case.get_absolute_url()}close", {"outcome": "breach", "sanction": "warning", "words": "Proved."})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.affected_count) == ("closed", "breach", 1)
    page = client.get(case.get_absolute_url()).content.decode()
    for words in (patient.name, "She says she was curious.", "breach of unsecured information", "agrees", "Proved."):
        assert words in page
    answer = client.post(f"{case.get_absolute_url()}file")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    leaf = bytes(case.evidence.get().leaf).hex()
    assert leaf in text.replace(" ", "")
    for words in (
        case.number,
        patient.name,
        "Chart viewed",
        "She says she was curious.",
        "45 CFR 164.404(b)",
        "Proved.",
        "Dana",
    ):
        assert words in text
    event = events_of(privacy_officer)[-1]
    assert (event["event"], event["category"], event["result"]) == ("case.printed", "print", "done")


def test_list_shows_the_nearest_deadline_first_and_what_is_left(privacy_officer: User, facility: Facility) -> None:
    a_case(privacy_officer, facility, title="Later")
    a_case(privacy_officer, facility, title="Overdue", discovered_at=timezone.now() - timedelta(days=62))
    page = signed_in(privacy_officer).get("/privacy/cases/").content.decode()
    assert page.index("Overdue") < page.index("Later")
    assert "2 days overdue" in page
    assert "A last day has passed" in page


def test_list_takes_the_same_queries_for_one_and_three_cases(privacy_officer: User, facility: Facility) -> None:
    client, counts = signed_in(privacy_officer), []
    for _ in range(3):
        a_case(privacy_officer, facility)
        client.get("/privacy/cases/")
        with CaptureQueriesContext(connection) as found:
            client.get("/privacy/cases/")
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_list_is_paged_by_key(privacy_officer: User, facility: Facility) -> None:
    for number in range(52):
        Case.objects.create(number=f"X-{number:04d}", facility=facility, title="t", kind="other", opened_by=privacy_officer,
                            discovered_at=timezone.now(), due_on=TODAY)  # fmt: skip
    client = signed_in(privacy_officer)
    first = client.get("/privacy/cases/").context
    second = client.get("/privacy/cases/", {"after": first["page"].next_cursor}).context
    numbers = [row["number"] for row in first["rows"] + second["rows"]]
    assert (len(first["rows"]), len(numbers), len(set(numbers))) == (50, 52, 52)


ROUTES = ["", "new", "breaches"]
OF_A_CASE = ["", "change", "assessment", "close"]
POSTED = ["notes", "steps", "patients", "file"]


@pytest.mark.parametrize("role", [Role.CODER, Role.ADMINISTRATOR, Role.HIM_MANAGER])
def test_every_route_is_closed_to_others(
    role: Role, privacy_officer: User, person: Callable[..., User], facility: Facility
) -> None:
    case = a_case(privacy_officer, facility, title="Canary title")
    client = signed_in(person("anyone", role, facility))
    url = case.get_absolute_url()
    answers = [client.get(f"/privacy/cases/{route}") for route in ROUTES]
    answers += [client.get(f"{url}{route}") for route in OF_A_CASE] + [client.post(f"{url}{route}") for route in POSTED]
    answers += [
        client.post("/privacy/cases/evidence", {"case": str(case.pk)}),
        client.post("/privacy/cases/breaches/export"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert not any("Canary" in answer.content.decode() for answer in answers)


def test_case_of_another_facility_or_about_oneself_is_not_there(
    privacy_officer: User, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    subject = person("second", Role.PRIVACY_OFFICER, facility)
    case = a_case(privacy_officer, facility, title="Canary title", subject_ids=[subject.pk])
    for user in (subject, person("south", Role.PRIVACY_OFFICER, other_facility)):
        client = signed_in(user)
        url = case.get_absolute_url()
        answers = [client.get(f"{url}{route}") for route in OF_A_CASE] + [
            client.post(f"{url}{route}") for route in POSTED
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert case.number not in client.get("/privacy/cases/", {"state": "all"}).content.decode()
        assert client.post("/privacy/cases/evidence", {"case": str(case.pk)}).status_code == 404


def test_subject_does_not_find_the_case_in_the_trail(
    privacy_officer: User, person: Callable[..., User], facility: Facility
) -> None:
    subject = person("second", Role.PRIVACY_OFFICER, facility)
    case = a_case(privacy_officer, facility, subject_ids=[subject.pk])
    signed_in(privacy_officer).get(case.get_absolute_url())
    asked = {"person": str(privacy_officer.pk)}
    hidden = signed_in(subject).get(reverse("audit:events"), asked).context["rows"]
    shown = (
        signed_in(person("third", Role.PRIVACY_OFFICER, facility)).get(reverse("audit:events"), asked).context["rows"]
    )

    def about_it(rows: list[dict[str, str]]) -> set[str]:
        return {
            row["event"] for row in rows if str(case.pk) in (row["object_id"], row["detail"].removeprefix("case_id: "))
        }

    assert about_it(shown) == {"case.opened", "case.viewed"}
    assert about_it(hidden) == set()


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "<script>", "garbage", "9999-99-99", "-1", str(UUID(int=7))])
def test_nonsense_never_breaks_a_page(value: str, privacy_officer: User, facility: Facility) -> None:
    case = a_case(privacy_officer, facility)
    client, url = signed_in(privacy_officer), case.get_absolute_url()
    for name in new_case(facility):
        assert client.post("/privacy/cases/new", new_case(facility, **{name: value})).status_code in (302, 422), name
        assert client.post(f"{url}change", new_case(facility, **{name: value})).status_code in (302, 422), name
    for route, names in {
        "notes": ["text"], "steps": ["kind", "done_on", "text"], "patients": ["text", "remove", "from_evidence"],
        "assessment": ["nature", "exception", "text"], "close": ["outcome", "sanction", "words"],
    }.items():  # fmt: skip
        for name in names:
            assert client.post(f"{url}{route}", {name: value}).status_code in (302, 422), (route, name)
    for name in ("case", "events"):
        sent = {"case": str(case.pk), "events": "x", name: value}
        assert client.post("/privacy/cases/evidence", sent).status_code in (302, 404, 409), name
    for name in ("state", "sort", "year", "alert", "emergency"):
        for route in ROUTES:
            assert client.get(f"/privacy/cases/{route}", {name: value}).status_code in (200, 404), (route, name)
    assert client.get("/privacy/cases/", {"after": value}).status_code == 409


def test_new_case_about_oneself_is_refused_beside_the_field(privacy_officer: User, facility: Facility) -> None:
    answer = signed_in(privacy_officer).post(
        "/privacy/cases/new", new_case(facility, subjects=[str(privacy_officer.pk)])
    )
    assert answer.status_code == 422
    assert "Nobody opens or works on a case about themselves." in answer.content.decode()
    assert Case.objects.count() == 0


def test_patients_are_added_by_number_and_removed(privacy_officer: User, facility: Facility) -> None:
    patient = make.patient(facility)
    case = a_case(privacy_officer, facility)
    client, url = signed_in(privacy_officer), case.get_absolute_url()
    client.post(f"{url}patients", {"text": patient.mrns.get().value})
    assert Case.objects.get().patient_ids == [patient.pk]
    assert patient.name in client.get(url).content.decode()
    client.post(f"{url}patients", {"remove": str(patient.pk)})
    assert Case.objects.get().patient_ids == []
    client.post(f"{url}patients", {"text": "NOBODY"})
    assert "No patient of this facility" in client.get(url).content.decode()


def a_closed_breach(by: User, facility: Facility, **values: Any) -> Case:
    case = a_case(by, facility, **values)
    assess(by=by, case=case, found=A_BREACH)
    for kind in (StepKind.INDIVIDUALS, StepKind.SECRETARY):
        record_step(by=by, case=case, kind=kind, done_on=TODAY - timedelta(days=1))
    closed: Case = close_case(by=by, case=case, outcome=CaseOutcome.BREACH, sanction=Sanction.NONE, words="w")
    return closed


def test_breach_log_counts_by_size_and_year(privacy_officer: User, facility: Facility) -> None:
    a_closed_breach(privacy_officer, facility, affected_count=499)
    a_closed_breach(privacy_officer, facility, affected_count=500)
    a_closed_breach(privacy_officer, facility, affected_count=9, discovered_at=timezone.now() - timedelta(days=800))
    a_case(privacy_officer, facility, affected_count=7)
    client = signed_in(privacy_officer)
    log = client.get("/privacy/cases/breaches").context["log"]
    assert (log.small, log.large, log.individuals) == (1, 1, 999)
    earlier = (timezone.now() - timedelta(days=800)).year
    assert client.get("/privacy/cases/breaches", {"year": earlier}).context["log"].small == 1
    answer = client.post("/privacy/cases/breaches/export", {"year": TODAY.year})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert sorted((row["individuals"], row["500 or more"]) for row in rows) == [("499", "no"), ("500", "yes")]
    assert told(privacy_officer)[-1] == ("case.breach_log_exported", "done")


def test_emergency_access_and_alerts_fill_in_a_new_case(privacy_officer: User, coder: User, facility: Facility) -> None:
    from tests.audit.cases.test_actions import an_alert

    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    event = AuditEvent.objects.filter(actor_id=coder.pk, event="chart.viewed").latest("id")
    alert = an_alert(coder, facility, event)
    client = signed_in(privacy_officer)
    page = client.get("/privacy/cases/new", {"alert": str(alert.pk)})
    assert patient.name in page.content.decode()
    assert page.context["form"].initial["subjects"] == [coder.pk]
    client.post(f"/privacy/cases/new?alert={alert.pk}", new_case(facility, subjects=[str(coder.pk)]))
    case = Case.objects.get()
    assert (case.origin, case.origin_ids, case.patient_ids) == ("alert", [alert.pk], [patient.pk])
    assert case.evidence.count() == 1
    assert client.get("/privacy/cases/new", {"emergency": str(uuid4())}).status_code == 404


def test_file_of_many_patients_needs_a_reason(privacy_officer: User, facility: Facility) -> None:
    case = a_case(privacy_officer, facility, patient_ids=[UUID(int=number) for number in range(1, 52)])
    client, url = signed_in(privacy_officer), f"{case.get_absolute_url()}file"
    refused = client.post(url)
    assert refused.status_code == 422
    assert "data of 51 patients, more than 50" in refused.content.decode()
    assert ("case.printed", "done") not in told(privacy_officer)
    assert client.post(url, {"reason": "For the compliance committee"}).headers["Content-Type"] == "application/pdf"
    assert (
        AuditEvent.objects.filter(event="case.printed").latest("id").detail["reason"] == "For the compliance committee"
    )


@pytest.mark.parametrize(
    "year", ["02020999", "2020999", "0000", "9999", "\u0662\u0660\u0662\u0660", "-2020", "\x00", "x" * 5000]
)
def test_year_that_is_none_shows_this_year(year: str, privacy_officer: User) -> None:
    answer = signed_in(privacy_officer).get("/privacy/cases/breaches", {"year": year})
    assert answer.status_code == 200
    assert answer.context["log"].year == TODAY.year
