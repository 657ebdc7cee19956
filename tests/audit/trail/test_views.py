"""The audit page and its file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.trail.models import AuditEvent
from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from records.registry.selectors import search_patients
from tests.clients import HTMX, signed_in
from tests.factories import records as make
from tests.trail import told

pytestmark = pytest.mark.django_db
NONSENSE = [
    "\x00",
    "x" * 5000,
    "\u202e",
    "<script>",
    "9999-12-31",
    "0001-01-01",
    "garbage",
    "'; --",
    "99999999999999999999",
]
FIELDS = ["patient", "person", "category", "event", "result", "from_day", "to_day", "request_id", "before"]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_a_filter_never_breaks_the_page(value: str, privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    for name in FIELDS:
        assert client.get(reverse("audit:events"), {"category": "read", name: value}).status_code in (200, 422), name
        assert client.post(reverse("audit:export"), {"category": "read", name: value}).status_code in (200, 422), name
    assert client.get(reverse("audit:events"), {"after": value}).status_code == 409


def test_page_for_htmx_is_a_fragment(privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    assert "<html" in client.get(reverse("audit:events")).content.decode()
    assert "<html" not in client.get(reverse("audit:events"), headers=HTMX).content.decode()


def test_page_takes_the_same_queries_for_one_and_three_events(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient, counts = make.patient(facility), []
    client = signed_in(privacy_officer)
    for number in (1, 2, 3):
        patient_chart(by=coder, patient_id=patient.pk)
        asked = {"patient": str(patient.pk), "event": "chart.viewed"}
        client.get(reverse("audit:events"), asked)
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("audit:events"), asked).content.decode()
        assert page.count("Chart viewed</a>") == number
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_page_names_no_patient_to_whoever_may_not_see_patients(
    person: Any, coder: User, facility: Facility, privacy_officer: User
) -> None:
    patient = make.patient(facility, family_name="Okafor")
    patient_chart(by=coder, patient_id=patient.pk)
    asked = {"patient": str(patient.pk)}
    administrator = person("sam", Role.ADMINISTRATOR, facility)
    assert "Okafor" not in signed_in(administrator).get(reverse("audit:events"), asked).content.decode()
    assert "Okafor" in signed_in(privacy_officer).get(reverse("audit:events"), asked).content.decode()


def test_text_that_was_searched_for_is_escaped_and_kept_without_control_characters(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    make.patient(facility)
    search_patients(by=coder, text="<b>okafor</b>\x00\ud800")
    page = signed_in(privacy_officer).get(reverse("audit:events"), {"person": str(coder.pk)}).content.decode()
    assert "text: &lt;b&gt;okafor&lt;/b&gt;" in page


def test_export_is_refused_to_an_administrator_and_recorded(person: Any, facility: Facility) -> None:
    administrator = person("sam", Role.ADMINISTRATOR, facility)
    assert signed_in(administrator).post(reverse("audit:export")).status_code == 403
    assert told(administrator)[-1] == ("audit.exported", "refused")


def test_export_cannot_start_a_formula(privacy_officer: User, coder: User, facility: Facility) -> None:
    User.objects.filter(pk=coder.pk).update(display_name="=cmd|'/c calc'!A0")
    coder.refresh_from_db()
    search_patients(by=coder, text="okafor")
    answer = signed_in(privacy_officer).post(reverse("audit:export"), {"person": str(coder.pk)})
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert rows[1][1] == "'=cmd|'/c calc'!A0"


@pytest.mark.parametrize("route", ["audit:events", "audit:export"])
def test_page_of_the_trail_is_closed_to_a_coder(route: str, coder: User) -> None:
    assert signed_in(coder).post(reverse(route)).status_code in (403, 405)
    assert Permission.AUDIT_VIEW not in coder.get_all_permissions()
    if route == "audit:events":
        assert signed_in(coder).get(reverse(route)).status_code == 403
    else:
        assert signed_in(coder).get(reverse(route)).status_code == 405


def test_refusal_is_seen_by_the_privacy_officer(privacy_officer: User, outsider: User, facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        search_patients(by=User.objects.create(username="nobody", display_name="Nobody"), text="okafor")
    page = signed_in(privacy_officer).get(reverse("audit:events"), {"result": "refused"}).content.decode()
    assert "Nobody" in page


def test_officer_finds_who_looked_from_the_patient_search(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient = make.patient(facility, family_name="Quenneville")
    signed_in(coder).get(patient.get_absolute_url())
    client = signed_in(privacy_officer)
    found = client.post(reverse("records:patient_search"), {"text": patient.family_name}).content.decode()
    link = f"{reverse('audit:events')}?patient={patient.pk}"
    assert link in found
    page = client.get(link).content.decode()
    assert patient.name in page
    assert "Chart viewed" in page


def test_export_of_many_patients_needs_a_reason(privacy_officer: User, coder: User, facility: Facility) -> None:
    for _ in range(51):
        patient_chart(by=coder, patient_id=make.patient(facility).pk)
    client, asked = signed_in(privacy_officer), {"person": str(coder.pk), "event": "chart.viewed"}
    refused = client.post(reverse("audit:export"), asked)
    assert refused.status_code == 422
    assert "data of 51 patients, more than 50" in refused.content.decode()
    assert ("audit.exported", "done") not in told(privacy_officer)
    reason = "Review of a complaint"
    assert (
        client.post(reverse("audit:export"), {**asked, "reason": reason}).headers["Content-Type"].startswith("text/csv")
    )
    event = AuditEvent.objects.filter(actor_id=privacy_officer.pk, event="audit.exported").latest("id")
    assert event.detail["reason"] == reason


@pytest.mark.parametrize(
    ("kind", "content"), [("csv", "text/csv"), ("fhir", "application/fhir+ndjson"), ("pdf", "application/pdf")]
)
def test_export_in_every_format(
    kind: str, content: str, privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient_chart(by=coder, patient_id=make.patient(facility).pk)
    answer = signed_in(privacy_officer).post(reverse("audit:export"), {"person": str(coder.pk), "format": kind})
    assert answer.headers["Content-Type"].startswith(content)
    assert told(privacy_officer)[-1] == ("audit.exported", "done")


def test_page_sorts_by_a_column_once_a_person_is_chosen(privacy_officer: User, coder: User, facility: Facility) -> None:
    patient_chart(by=coder, patient_id=make.patient(facility).pk)
    client = signed_in(privacy_officer)
    everything = client.get(reverse("audit:events")).context["heads"]
    assert [head["label"] for head in everything if head["url"]] == ["Time"]
    asked = {"person": str(coder.pk), "sort": "event"}
    heads = {head["label"]: head for head in client.get(reverse("audit:events"), asked).context["heads"]}
    assert (heads["Event"]["direction"], "sort=-event" in heads["Event"]["url"]) == ("asc", True)
    assert "sort=purpose" in heads["Purpose"]["url"]
    refused = client.get(reverse("audit:events"), {"sort": "event"})
    assert refused.status_code == 422
    assert "Choose a patient, a person, a document or a period first" in refused.content.decode()


def test_page_groups_what_a_person_did_into_sittings(privacy_officer: User, coder: User, facility: Facility) -> None:
    for _ in range(3):
        patient_chart(by=coder, patient_id=make.patient(facility).pk)
    page = signed_in(privacy_officer).get(reverse("audit:events"), {"person": str(coder.pk), "view": "sittings"})
    (sitting,) = page.context["sittings"]
    assert (sitting["count"], sitting["patients"], sitting["words"]) == (3, 3, "chart viewed 3")


def test_page_says_how_far_a_search_without_index_reaches(privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    assert "Searched: the last 31 days" in client.get(reverse("audit:events"), {"purpose": "privacy"}).content.decode()
    far = client.get(reverse("audit:events"), {"purpose": "privacy", "from_day": "2020-01-01"})
    assert far.status_code == 422
    assert "at most 31 days" in far.content.decode()


def test_link_to_collect_evidence_follows_the_filter(privacy_officer: User, coder: User) -> None:
    client, asked = signed_in(privacy_officer), {"person": str(coder.pk)}
    part = client.get(reverse("audit:events"), asked, headers={"HX-Request": "true"}).content.decode()
    assert f'id="collect" href="?person={coder.pk}&amp;case=choose" hx-swap-oob="true"' in part
    assert "hx-swap-oob" not in client.get(reverse("audit:events"), asked).content.decode()


def test_links_of_events_keep_the_case_and_say_when_none_is_open(privacy_officer: User) -> None:
    page = signed_in(privacy_officer).get(reverse("audit:events"), {"case": "choose"}).content.decode()
    assert "There is no open case" in page
    assert "?case=choose&amp;event=staff.signed_in" in page


def test_events_are_ticked_only_while_evidence_is_collected(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient_chart(by=coder, patient_id=make.patient(facility).pk)
    client, asked = signed_in(privacy_officer), {"person": str(coder.pk)}
    assert 'type="checkbox"' not in client.get(reverse("audit:events"), asked).content.decode().split("keys-dialog")[0]
    assert client.get(reverse("audit:events"), {**asked, "case": "choose"}).context["cases"] == []
