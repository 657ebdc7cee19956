"""Markup stored in every text of a chart stays text on every page that shows it, and in a PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from audit.trail.enums import Category, Result, Source
from audit.trail.writer import Event, write
from billing.charges.models import Account, Charge
from coding.workbench.models import CodingRecord
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.lib.pdf import render_pdf
from hims.staff.models import Facility, Membership, User
from records.chart.models import Allergy, Immunization, Medication, Observation, Problem, ProcedureEntry
from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter, EncounterLocation, Provider
from records.registry.models import Address, Coverage, Patient, PatientIdentifier, PatientName, Payer, Phone
from tests.clients import HTMX, signed_in
from tests.factories import coding as codes
from tests.factories import records as make
from tests.security.payloads import MARK, PAYLOADS, living

pytestmark = pytest.mark.django_db
ENTRIES = (Problem, Allergy, Medication, Observation, ProcedureEntry, Immunization)
POISONED = (
    Patient, PatientName, PatientIdentifier, Address, Phone, Coverage, Payer, Provider, Encounter, EncounterLocation, Document,
    DocumentVersion, CodingRecord, Account, *ENTRIES,
)  # fmt: skip
CODED = {
    "status",
    "state",
    "encounter_class",
    "use",
    "sex",
    "document_type",
    "kind",
    "rank",
    "sha256",
    "key",
    "restriction",
    "account_number",
}
"""Columns whose words the code chooses itself, and keys."""


@pytest.fixture
def chart(facility: Facility) -> dict[str, Any]:
    """One patient with a row in every table that holds text."""
    codes.install_codes(["I130"])
    patient = make.patient(facility)
    stay = make.encounter(facility, patient, attending=make.provider(), status="in_progress", discharged_at=None)
    gone = make.encounter(facility, patient)
    draft = Document.objects.create(
        patient=patient,
        encounter=gone,
        facility=facility,
        document_type="progress_note",
        title="x",
        written_at=make.ADMITTED_AT,
    )
    DocumentVersion.objects.create(document=draft, patient=patient, number=1, text="x", sha256="0" * 64)
    for kind in ENTRIES:
        kind.objects.create(
            patient=patient, encounter=gone, facility=facility, display="x", effective_at=make.ADMITTED_AT
        )
    payer = Payer.objects.create(code="P1", name="x", electronic_id="P")
    Coverage.objects.create(patient=patient, payer=payer, member_id="x")
    Address.objects.create(patient=patient, line="x")
    Phone.objects.create(patient=patient, value="x")
    PatientName.objects.create(patient=patient, use="alias", family_name="x")
    PatientIdentifier.objects.create(patient=patient, system="x", value="x")
    EncounterLocation.objects.create(encounter=stay, unit="x", from_at=make.ADMITTED_AT)
    codes.coding_record(gone)
    account = Account.objects.create(
        encounter=gone, patient=patient, facility=facility, state="held", discharged_on=gone.discharged_on
    )
    return {"patient": patient, "stay": stay, "gone": gone, "document": draft, "account": account, "facility": facility}


@pytest.fixture
def reader(him_manager: User, facility: Facility) -> Client:
    for role in (Role.BILLER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        Membership.objects.create(user=him_manager, facility=facility, role=Group.objects.get(name=role.value))
    return signed_in(him_manager)


def poison(payload: str, account: Account, user: User) -> None:
    """The payload in every free text column, past all forms; names of staff and houses included."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in (*POISONED, Facility):
        texts = {
            field.name: payload[: field.max_length or 5000]
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name not in CODED
            and not field.unique and field.name not in {"npi", "source_key", "time_zone", "code", "signed_by", "search_name"}
            and not isinstance(field, models.GeneratedField) and (field.max_length or 999) > 15
        }  # fmt: skip
        rows: Any = model._default_manager.all()
        if model is DocumentVersion:
            rows = rows.filter(signed_at__isnull=True)
        rows.update(**texts)
    User.objects.filter(pk=user.pk).update(display_name=payload[:120], job_title=payload[:120])
    Charge.objects.create(
        account=account, patient_id=account.patient_id, facility_id=account.facility_id, description=payload[:120],
        revenue_code="0120", service_on=make.DISCHARGED_AT.date(), amount=1,
    )  # fmt: skip


def pages(chart: dict[str, Any]) -> list[str]:
    ids = {name: chart[name].pk for name in ("patient", "stay", "gone", "document", "account")}
    return [
        reverse("home"), reverse("records:in_house"), reverse("records:unsigned"), reverse("records:chart", args=[ids["patient"]]),
        reverse("records:correct", args=[ids["patient"]]), reverse("records:coverage", args=[ids["patient"]]),
        reverse("records:admit", args=[ids["patient"]]), reverse("records:encounter", args=[ids["stay"]]),
        reverse("records:move", args=[ids["stay"]]), reverse("records:encounter", args=[ids["gone"]]),
        reverse("records:document", args=[ids["document"]]), reverse("records:amend", args=[ids["document"]]),
        reverse("coding:worklist"), reverse("coding:workbench", args=[ids["gone"]]), reverse("billing:accounts"),
        reverse("billing:account", args=[ids["account"]]), reverse("billing:new_charge", args=[ids["account"]]),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_markup_in_every_text_stays_text_on_every_page(
    payload: str, chart: dict[str, Any], reader: Client, him_manager: User
) -> None:
    poison(payload, chart["account"], him_manager)
    for path in pages(chart):
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert living(answer.content.decode()) == [], path
    for path, text in (
        (reverse("records:patient_search"), payload),
        (reverse("records:chart_search", args=[chart["patient"].pk]), payload),
    ):
        answer = reader.post(path, {"text": text}, headers=HTMX)
        assert living(answer.content.decode()) == [], path


def test_markup_really_reaches_the_pages(chart: dict[str, Any], reader: Client, him_manager: User) -> None:
    """Otherwise the test above would prove nothing: the words stand there, as text."""
    poison(f"{MARK} & <b>", chart["account"], him_manager)
    for path in pages(chart):
        assert f"{MARK} &amp; &lt;b&gt;" in reader.get(path).content.decode(), path


@pytest.mark.parametrize("payload", PAYLOADS[:20], ids=range(20))
def test_markup_sent_back_in_a_refused_form_stays_text(payload: str, chart: dict[str, Any], reader: Client) -> None:
    answer = reader.post(reverse("records:correct", args=[chart["patient"].pk]), dict.fromkeys(
        ("family_name", "given_names", "birth_date", "sex", "city", "state", "postal_code", "phone"), payload))  # fmt: skip
    assert answer.status_code == 422
    assert living(answer.content.decode()) == []


def test_markup_in_the_words_of_the_trail_stays_text(reader: Client, him_manager: User) -> None:
    for payload in PAYLOADS:
        write([Event(request_id=uuid7(), actor_id=him_manager.pk, actor_name=payload, event="patient.searched",
                     category=Category.SEARCH, result=Result.DONE, source=Source.WEB, detail={"text": payload})])  # fmt: skip
    for query in ({}, {"event": PAYLOADS[0]}, {"person": str(him_manager.pk)}):
        assert living(reader.get(reverse("audit:events"), query).content.decode()) == []


def test_markup_in_a_pdf_stays_text(tmp_path: Path, settings: Any) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    listed = "{% for one in things %}<p>{{ one }}</p><p title='{{ one }}'>x</p>{% endfor %}"
    (tmp_path / "marked.html").write_text('{% extends "pdf/base.html" %}{% block main %}' + listed + "{% endblock %}")
    made = render_pdf("marked.html", {"title": PAYLOADS[0], "things": PAYLOADS})
    for word in (rb"/JavaScript", rb"/JS\b", rb"/Launch", rb"/URI\b", rb"/EmbeddedFile", rb"/AA\b"):
        assert not re.search(word, made), word


def test_reader_of_pages_finds_what_lives() -> None:
    assert [payload for payload in PAYLOADS[:34] if living(f"<p>{payload}</p>") == []] == []
    assert living(f"<p>{MARK}</p><script src='/static/x.js'></script>") == []
