"""After a run of flows the words of charts stand in no log, job, cache, session, trail detail or address."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from hims.jobs.models import Job, JobState
from hims.jobs.tasks import run_job
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Coverage, Patient, PatientIdentifier, Payer
from records.sensitivity.numbers import stored
from tests.clients import HTMX, signed_in
from tests.records.sensitivity.scenes import someone
from tests.trail import events_of

pytestmark = pytest.mark.django_db
SYSTEM = "http://hl7.org/fhir/sid/us-ssn"
WORDS = {
    "family": "Zqxfamily", "given": "Zqxgiven", "street": "77 Zqxstreet", "phone": "555-0199-zqx", "text": "zqxnotetext",
    "title": "Zqxtitle", "reason": "zqxreason", "problem": "Zqxproblem", "session": "zqxsession", "member": "ZQX99887766",
}  # fmt: skip
NUMBERS = {"ssn": "219-09-9999", "plain ssn": "219099999"}
CANARIES = {**WORDS, **NUMBERS}
# What was searched for is what the trail is asked for: it keeps the words of a search, never a social security number.
TOLD_TO_THE_TRAIL = {"family", "given", "text"}


class Sink(logging.Handler):
    """Everything that is logged, with its arguments and tracebacks."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def sink() -> Iterator[Sink]:
    """All loggers at their own levels, without the database's debug log, which is off in production."""
    handler, root = Sink(), logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


@pytest.fixture
def worker(facility: Facility) -> User:
    """May do everything, for one long day."""
    every = ["part2", "hiv", "genetic", "reproductive", "behavioural", "minor"]
    return someone(facility, *Permission, cleared=every)


@pytest.fixture
def day(worker: User, facility: Facility, tmp_path: Any, sink: Sink) -> list[str]:
    """A day of work through the pages, with mistakes; returns the addresses that answers led to."""
    client = signed_in(worker, raise_request_exception=False)
    visited: list[str] = []
    patient = register(client, facility, visited)
    stay = admit_and_write(client, patient, facility, visited)
    protect(client, patient, stay, visited)
    look_everywhere(client, patient, stay, visited)
    bring_in(facility, tmp_path)
    mistakes(client, patient, stay, visited)
    autodiscover_modules("tasks")
    for job in Job.objects.filter(state=JobState.PENDING):
        run_job(str(job.pk))
    return visited


def sent(client: Client, visited: list[str], url: str, data: Any = None, **more: Any) -> Any:
    answer = client.get(url, **more) if data is None else client.post(url, data, **more)
    assert answer.status_code < 500, url
    visited.append(answer.headers.get("Location", ""))
    visited.append(answer.headers.get("HX-Redirect", "") + answer.headers.get("HX-Push-Url", ""))
    return answer


def register(client: Client, facility: Facility, visited: list[str]) -> Patient:
    sent(
        client,
        visited,
        reverse("records:patient_search"),
        {"text": f"{WORDS['family']} {WORDS['given']}"},
        headers=HTMX,
    )
    form = {
        "facility": facility.pk, "family_name": WORDS["family"], "given_names": WORDS["given"], "birth_date": "1958-03-09",
        "sex": "F", "address_line": WORDS["street"], "phone": WORDS["phone"],
    }  # fmt: skip
    sent(client, visited, reverse("records:register"), form)
    patient = Patient.objects.get(family_name=WORDS["family"])
    PatientIdentifier.objects.create(patient=patient, system=SYSTEM, **stored(SYSTEM, NUMBERS["ssn"]))
    payer = Payer.objects.create(code="Z1", name="Prairie Health", electronic_id="PRAIRIE1")
    cover = {"payer": payer.pk, "member_id": WORDS["member"], "rank": "1", "relationship": "18"}
    sent(client, visited, reverse("records:coverage", args=[patient.pk]), cover)
    assert Coverage.objects.get().member_id == WORDS["member"]
    return patient


def admit_and_write(client: Client, patient: Patient, facility: Facility, visited: list[str]) -> Encounter:
    admission = {
        "facility": facility.pk, "encounter_class": "inpatient", "admitted_at": "2026-03-10T10:00", "admission_type": "1",
        "point_of_origin": "1", "unit": "ICU", "reason": WORDS["reason"],
    }  # fmt: skip
    sent(client, visited, reverse("records:admit", args=[patient.pk]), admission)
    stay = Encounter.objects.get(patient=patient)
    note = {
        "document_type": "progress_note", "title": WORDS["title"], "written_at": "2026-03-10T11:00",
        "text": f"Known {WORDS['text']} and more.",
    }  # fmt: skip
    sent(client, visited, reverse("records:file_document", args=[stay.pk]), note)
    document = Document.objects.get()
    sent(client, visited, reverse("records:sign", args=[document.pk]), {})
    amended = {"text": f"Known {WORDS['text']}, corrected.", "reason": "typing error"}
    sent(client, visited, reverse("records:amend", args=[document.pk]), amended)
    leaves = {"discharged_at": "2026-03-14T10:00", "discharge_disposition": "01"}
    sent(client, visited, reverse("records:discharge", args=[stay.pk]), leaves)
    return stay


def protect(client: Client, patient: Patient, stay: Encounter, visited: list[str]) -> None:
    document = Document.objects.get()
    sent(client, visited, reverse("sensitivity:labels", args=["document", document.pk]), {"labels": ["hiv"]})
    passage = {"words": WORDS["text"], "labels": ["part2"]}
    sent(client, visited, reverse("sensitivity:mark_passage", args=[document.pk]), passage)
    consent = {"label": "part2", "starts_on": "2026-01-01", "note": "form"}
    sent(client, visited, reverse("sensitivity:consent", args=[patient.pk]), consent)
    session = {"facility": stay.facility_id, "session_on": date(2026, 3, 10).isoformat(), "text": WORDS["session"]}
    sent(client, visited, reverse("psychotherapy:new", args=[patient.pk]), session)
    number = PatientIdentifier.objects.get(system=SYSTEM)
    shown = sent(
        client, visited, reverse("sensitivity:unmask", args=[patient.pk, "ssn", number.pk]), {"reason": "identity"}
    )
    assert NUMBERS["ssn"] in shown.content.decode()


def look_everywhere(client: Client, patient: Patient, stay: Encounter, visited: list[str]) -> None:
    for text in (WORDS["family"], *NUMBERS.values(), f"{NUMBERS['ssn']} {WORDS['family']}"):
        sent(client, visited, reverse("records:patient_search"), {"text": text}, headers=HTMX)
        body = json.dumps({"text": text})
        sent(client, visited, reverse("records_api:patient_search"), body, content_type="application/json")
    sent(client, visited, reverse("records:chart_search", args=[patient.pk]), {"text": WORDS["text"]})
    for url in (
        reverse("home"), reverse("records:chart", args=[patient.pk]), reverse("records:encounter", args=[stay.pk]),
        reverse("records:document", args=[Document.objects.get().pk]), reverse("records:in_house"), reverse("records:unsigned"),
        reverse("coding:worklist"), reverse("billing:accounts"), reverse("billing:claims"), reverse("audit:events"),
        reverse("audit:export"), reverse("records_api:patient", args=[patient.pk]),
    ):  # fmt: skip
        sent(client, visited, url)


def bring_in(facility: Facility, tmp_path: Any) -> None:
    """An import, with a resource that is refused."""
    good = {
        "resourceType": "Patient", "id": "z1", "birthDate": "1961-01-01", "name": [{"family": WORDS["family"], "given": ["Ann"]}],
        "identifier": [{"system": SYSTEM, "value": "078-05-1120"}, {"system": "http://h.example.org", "value": "z1"}],
    }  # fmt: skip
    bad = {**good, "id": "z2", "birthDate": WORDS["text"], "identifier": []}
    problem = {
        "resourceType": "Condition", "id": "z3", "subject": {"reference": "Patient/z1"}, "code": {"text": WORDS["problem"]},
    }  # fmt: skip
    place = tmp_path / "in.ndjson"
    place.write_text("\n".join(json.dumps(each) for each in (good, bad, problem)))
    said = io.StringIO()
    with pytest.raises(SystemExit, match="1"):  # one was refused
        call_command("import_fhir", str(place), facility=facility.code, stdout=said, stderr=said)
    assert [name for name, word in CANARIES.items() if word in said.getvalue()] == []


def mistakes(client: Client, patient: Patient, stay: Encounter, visited: list[str]) -> None:
    """Refusals and nonsense that carry the words."""
    document = Document.objects.get()
    wrong = {"text": WORDS["text"], "reason": ""}
    sent(client, visited, reverse("records:amend", args=[document.pk]), wrong)
    person = {"family_name": WORDS["family"], "birth_date": WORDS["text"]}
    sent(client, visited, reverse("records:correct", args=[patient.pk]), person)
    sent(client, visited, reverse("records:discharge", args=[stay.pk]), {"discharged_at": WORDS["text"]})
    sent(client, visited, f"/patients/{quote(WORDS['text'])}/")
    sent(client, visited, reverse("records_api:patient_search"), "{" + WORDS["text"], content_type="application/json")


def met(text: str) -> list[str]:
    """Names of the canaries in a text, and of a sealed value's plain form."""
    folded = text.casefold()
    return [name for name, word in CANARIES.items() if word.casefold() in folded]


@pytest.mark.slow
def test_day_of_work_leaves_no_word_of_a_chart_in_any_sink(day: list[str], worker: User, sink: Sink) -> None:
    logs_hold_nothing(sink)
    assert Job.objects.exists()
    for table in ("jobs_job", "django_session", "jobs_heartbeat"):
        assert met(whole(table)) == [], table
    assert met(repr(vars(cache).get("_cache", {}))) == []
    assert any(day)
    assert met(" ".join(day)) == []
    trail_holds_words_of_searches_only(worker)
    for table in ("records_patientidentifier", "records_psychotherapynote"):
        row = whole(table, worker).casefold()
        assert row
        assert [name for name in ("session", *NUMBERS) if CANARIES[name].casefold() in row] == [], table


def logs_hold_nothing(sink: Sink) -> None:
    """But the path of an address that nobody knows, which the person typed; and the sink itself works."""
    ours = [text for text in sink.lines if not text.startswith("django.request Not Found: /patients/")]
    assert met("\n".join(ours)) == []
    logging.getLogger("hims.jobs").error("probe %s", WORDS["family"])
    assert met(sink.lines[-1]) == ["family"]


def trail_holds_words_of_searches_only(worker: User) -> None:
    events = events_of(worker)
    assert len(events) > 50
    others = [event for event in events if str(event["event"]) not in ("patient.searched", "chart.searched")]
    assert met(json.dumps(others, default=str)) == []
    assert set(met(json.dumps(events, default=str))) <= TOLD_TO_THE_TRAIL


def whole(table: str, author: User | None = None) -> str:
    """Every column of every row as the test's own transaction sees it; author: of notes that are shown to nobody else."""
    with connection.cursor() as cursor:
        if author is not None:
            cursor.execute("SELECT set_config('app.uid', %s, false)", [str(author.pk)])
        cursor.execute(f"SELECT {table}::text FROM {table}")
        return "\n".join(row[0] for row in cursor.fetchall())
