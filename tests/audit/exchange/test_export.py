"""The trail of a period as a file, and through the API."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from fhir.resources.R4B.auditevent import AuditEvent as Schema
from fhir.resources.R4B.bundle import Bundle

from audit.trail.models import AuditEvent
from hims.lib.access import Role
from hims.lib.errors import TrailUnavailable
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.chart.selectors import patient_chart
from records.registry.selectors import search_patients
from tests.audit.exchange.test_atna import read_frames
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


def run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("export_audit_events", *words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return found


def days(first: Any = TODAY, last: Any = TODAY) -> list[str]:
    return ["--from", str(first), "--to", str(last)]


def test_export_of_a_day_writes_every_event_as_valid_fhir(coder: User, facility: Facility, tmp_path: Path) -> None:
    patient = make.patient(facility, family_name="Quillfeather")
    patient_chart(by=coder, patient_id=patient.pk)
    search_patients(by=coder, text=patient.family_name)
    out = tmp_path / "day.ndjson"
    before = AuditEvent.objects.filter(at__date=TODAY).count()
    told = run(*days(), str(out))
    lines = out.read_text().splitlines()
    assert (told["events"], told["records"]) == (before, len(lines))
    for line in lines:
        Schema.model_validate(json.loads(line))
    assert f"Patient/{patient.pk}" in out.read_text()
    assert patient.family_name not in "".join(line for line in lines if '"query"' not in line)
    event = AuditEvent.objects.filter(actor_id=system_user().pk, event="audit.exported").latest("id")
    assert (event.category, event.result) == ("export", "done")


def test_export_for_atna_writes_frames(coder: User, facility: Facility, tmp_path: Path) -> None:
    patient_chart(by=coder, patient_id=make.patient(facility).pk)
    out = tmp_path / "day.syslog"
    told = run(*days(), "--format", "atna", str(out))
    assert len(read_frames(out.read_bytes())) == told["records"] == told["events"]


def test_export_of_a_day_without_events_is_an_empty_file(facility: Facility, tmp_path: Path) -> None:
    out = tmp_path / "none.ndjson"
    assert run(*days("2001-01-01", "2001-01-01"), str(out))["events"] == 0
    assert out.read_bytes() == b""


def test_export_that_cannot_be_recorded_leaves_no_file(
    facility: Facility, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(events: Any) -> None:
        raise TrailUnavailable("away")

    monkeypatch.setattr("audit.gate.write", refuse)
    with pytest.raises(CommandError):
        call_command("export_audit_events", *days(), str(tmp_path / "x.ndjson"), stdout=io.StringIO())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "x", "--to", "2026-01-01"],
        ["--from", "2026-01-02", "--to", "2026-01-01"],
        ["--from", "9999-12-31", "--to", "9999-12-31"],
    ],
)
def test_export_asked_wrongly_ends_with_two(words: list[str], db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(*words, str(tmp_path / "x"))
    assert refused.value.returncode == 2


def test_export_into_a_folder_that_is_not_there_ends_with_two(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(*days(), str(tmp_path / "no" / "x"))
    assert refused.value.returncode == 2


def test_api_gives_pages_of_a_valid_bundle(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient = make.patient(facility)
    for _ in range(52):
        patient_chart(by=coder, patient_id=patient.pk)
    client = signed_in(privacy_officer)
    first = client.get("/api/v1/audit/fhir", {"patient": str(patient.pk), "event": "chart.viewed"})
    assert first.headers["Content-Type"].startswith("application/fhir+json")
    Bundle.model_validate(first.json())
    (link,) = [each["url"] for each in first.json()["link"] if each["relation"] == "next"]
    second = client.get(link).json()
    ids = [entry["resource"]["id"] for entry in first.json()["entry"] + second["entry"]]
    assert (len(ids), len(set(ids))) == (52, 52)
    assert [each["relation"] for each in second["link"]] == ["self"]


def test_api_is_closed_to_a_coder_and_answers_nonsense(privacy_officer: User, coder: User) -> None:
    assert signed_in(coder).get("/api/v1/audit/fhir").status_code == 403
    client = signed_in(privacy_officer)
    assert client.get("/api/v1/audit/fhir", {"patient": "x"}).status_code == 400
    assert client.get("/api/v1/audit/fhir", {"after": "x"}).status_code == 409
    too_far = {"purpose": "privacy", "from_day": str(TODAY - timedelta(days=90))}
    assert client.get("/api/v1/audit/fhir", too_far).status_code == 409


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR])
def test_api_names_no_patient_by_name(role: Role, person: Any, coder: User, facility: Facility) -> None:
    patient = make.patient(facility, family_name="Quetzalcoatl")
    patient_chart(by=coder, patient_id=patient.pk)
    found = signed_in(person("sam", role, facility)).get("/api/v1/audit/fhir", {"patient": str(patient.pk)})
    assert "quetzalcoatl" not in found.content.decode().lower()
