"""What hangs on a labelled encounter leaves by no channel: pages, API, claims, PDF, search, CSV, counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.charges.models import Account
from billing.claims.actions.export import export_claims
from billing.claims.models import Claim, ClaimFile
from hims.lib.access import Permission
from hims.lib.labels import Label
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.documents.models import Document, DocumentFile
from records.documents.selectors import unsigned_documents
from records.encounters.models import Encounter
from records.encounters.selectors import census
from tests.billing.claims import scenes as billing
from tests.clients import HTMX, signed_in
from tests.factories.coding import coding_record
from tests.factories.records import document, encounter
from tests.records.documents.pdfs import pdf
from tests.records.sensitivity.scenes import READER, consents, someone

pytestmark = pytest.mark.django_db
CANARY = "zqxcanary"
SHOWN = "plainword"
ENTRIES = (Problem, Allergy, Medication, Observation, ProcedureEntry, Immunization)
EVERYTHING = (
    *READER, Permission.CODING_VIEW, Permission.CHARGE_VIEW, Permission.CLAIM_VIEW, Permission.CLAIM_EXPORT,
    Permission.AUDIT_VIEW, Permission.AUDIT_EXPORT, Permission.ENCOUNTER_MANAGE, Permission.DOCUMENT_WRITE,
    Permission.DRG_GROUP,
)  # fmt: skip


@pytest.fixture
def stay(facility: Facility, coder: User) -> Encounter:
    """An exported stay with everything on it, all of it canaries; and an open one of the same patient beside it."""
    claim = billing.claim_of(billing.HEART_FAILURE, facility, coder)
    export_claims(by=system_user(), facility=facility)
    stay = claim.encounter
    Encounter.objects.filter(pk=stay.pk).update(reason=f"{CANARY} reason", service=f"{CANARY} service")
    coding_record(stay)
    note = document(stay, f"{CANARY} text of the note", title=f"{CANARY} title")
    Document.objects.filter(pk=note.pk).update(status="draft")
    content = pdf(f"{CANARY} page")
    DocumentFile.objects.create(
        version=note.versions.get(),
        media_type="application/pdf",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    other = encounter(facility, stay.patient, reason=f"{SHOWN} reason", status="in_progress", discharged_at=None)
    document(other, f"{SHOWN} text", title=f"{SHOWN} title")
    for model in ENTRIES:
        for visit, word in ((stay, CANARY), (other, SHOWN)):
            model.objects.create(
                patient=stay.patient,
                encounter=visit,
                facility=facility,
                display=f"{word} {model.__name__}",
                status="active",
            )
    stay.refresh_from_db()
    return stay


@pytest.fixture
def everyone(facility: Facility) -> User:
    """A person with every right of reading, cleared for no label."""
    return someone(facility, *EVERYTHING)


def answers(client: Client, stay: Encounter) -> Iterator[tuple[str, str, bytes]]:
    """Channel, address, body: everything that could tell of the stay."""
    patient, note = stay.patient, Document.objects.get(encounter=stay)
    account, claim = Account.objects.get(encounter=stay), Claim.objects.get(encounter=stay)
    gets = [
        ("page", reverse("records:chart", args=[patient.pk])),
        ("page", reverse("records:encounter", args=[stay.pk])),
        ("page", reverse("records:document", args=[note.pk])),
        ("page", reverse("records:in_house")),
        ("page", reverse("records:unsigned")),
        ("page", reverse("coding:worklist")),
        ("page", reverse("coding:workbench", args=[stay.pk])),
        ("page", reverse("coding:pane", args=[stay.pk])),
        ("page", reverse("home")),
        ("claim", reverse("billing:accounts")),
        ("claim", reverse("billing:account", args=[account.pk])),
        ("claim", reverse("billing:claims")),
        ("claim", reverse("billing:claim", args=[claim.pk])),
        ("claim", reverse("billing:files")),
        ("claim", reverse("billing:file_download", args=[claim.file_id])),
        ("pdf", reverse("records:document_file", args=[note.pk])),
        ("api", reverse("records_api:patient", args=[patient.pk])),
        ("api", reverse("records_api:encounter", args=[stay.pk])),
        ("api", reverse("records_api:document", args=[note.pk])),
        ("csv", reverse("audit:export")),
    ]
    for channel, url in gets:
        yield channel, url, client.get(url).content
    reader = client.get(reverse("records:document", args=[note.pk]), headers=HTMX)
    yield "page", "reader", reader.content
    for text in (CANARY, "text of the note"):
        url = reverse("records:chart_search", args=[patient.pk])
        yield "search", url, client.post(url, {"text": text}, headers=HTMX).content.replace(text.encode(), b"")
    url = reverse("records_api:patient_search")
    body = json.dumps({"text": stay.account_number})
    yield "search", url, client.post(url, body, content_type="application/json").content


def leaks(client: Client, stay: Encounter) -> set[tuple[str, str]]:
    """Channels and addresses that tell the canary, the account number or the codes of the stay."""
    account, claim = Account.objects.get(encounter=stay), Claim.objects.get(encounter=stay)
    secrets = [CANARY, stay.account_number, str(account.pk), str(claim.pk), claim.control_number]
    return {
        (channel, url)
        for channel, url, body in answers(client, stay)
        if any(secret.encode() in body for secret in secrets)
    }


def test_unlabelled_stay_is_told_on_every_channel(stay: Encounter, everyone: User) -> None:
    """The probe itself works: without a label every channel but the CSV of the trail tells something."""
    found = {channel for channel, _ in leaks(signed_in(everyone), stay)}
    assert found >= {"page", "claim", "api", "search"}
    body = signed_in(everyone).get(reverse("records:document_file", args=[Document.objects.get(encounter=stay).pk]))
    assert body.status_code == 200


@pytest.mark.parametrize("label", [label.value for label in Label])
def test_labelled_stay_is_told_on_no_channel(stay: Encounter, everyone: User, label: str) -> None:
    Encounter.objects.filter(pk=stay.pk).update(labels=[label])
    client = signed_in(everyone)
    assert leaks(client, stay) == set()
    chart = client.get(reverse("records:chart", args=[stay.patient_id])).content.decode()
    assert SHOWN in chart  # what is not labelled is still there
    assert (
        client.get(reverse("records:document_file", args=[Document.objects.get(encounter=stay).pk])).status_code == 404
    )


def test_cleared_person_and_consent_open_it_again(stay: Encounter, facility: Facility, everyone: User) -> None:
    Encounter.objects.filter(pk=stay.pk).update(labels=["hiv"])
    cleared = someone(facility, *EVERYTHING, cleared=["hiv"])
    assert {channel for channel, _ in leaks(signed_in(cleared), stay)} >= {"page", "claim", "api", "search"}
    assert leaks(signed_in(everyone), stay) == set()
    consents(stay.patient_id, ["hiv"], everyone)
    assert {channel for channel, _ in leaks(signed_in(everyone), stay)} >= {"page", "claim", "api", "search"}


def test_labelled_entry_and_document_are_hidden_on_their_own(stay: Encounter, everyone: User) -> None:
    for model in (*ENTRIES, Document):
        model._default_manager.filter(encounter=stay).update(labels=["genetic"])
    Encounter.objects.filter(pk=stay.pk).update(reason="plain", service="plain")
    found = {url for _, url, body in answers(signed_in(everyone), stay) if CANARY.encode() in body}
    assert found == set()


def test_counts_do_not_count_what_is_hidden(stay: Encounter, everyone: User) -> None:
    Encounter.objects.filter(pk=stay.pk).update(labels=["part2"])
    user = User.objects.get(pk=everyone.pk)
    assert unsigned_documents(by=user).count == 0
    assert census(by=user).count == 1


def test_file_with_a_labelled_claim_is_in_reach_of_the_cleared_only(stay: Encounter, everyone: User) -> None:
    Encounter.objects.filter(pk=stay.pk).update(labels=["part2"])
    user = User.objects.get(pk=everyone.pk)
    assert list(ClaimFile.objects.all().visible_to(user, Permission.CLAIM_EXPORT)) == []
    consents(stay.patient_id, ["part2"], everyone)
    assert ClaimFile.objects.all().visible_to(User.objects.get(pk=user.pk), Permission.CLAIM_EXPORT).count() == 1


def test_every_answer_is_an_answer(stay: Encounter, everyone: User) -> None:
    """Hidden is a 404 like everything that is not there; nothing breaks."""
    Encounter.objects.filter(pk=stay.pk).update(labels=["part2"])
    client: Any = signed_in(everyone)
    note = Document.objects.get(encounter=stay)
    for url in (
        reverse("records:encounter", args=[stay.pk]), reverse("records:document", args=[note.pk]),
        reverse("coding:workbench", args=[stay.pk]), reverse("records_api:encounter", args=[stay.pk]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404
