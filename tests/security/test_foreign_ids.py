"""Ids in bodies and queries: of another patient, of another house, or for a row that a form would only make anew."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from django import forms
from django.urls import reverse
from rest_framework import serializers

from audit.scope import ScopedQuerySet
from billing.charges.models import Account, Charge, ChargeItem
from coding.workbench.models import CodedDiagnosis, CodingRecord
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Coverage, MedicalRecordNumber, Patient, Payer
from tests.clients import signed_in
from tests.factories import coding as codes
from tests.factories import records as make

pytestmark = pytest.mark.django_db
PRODUCT = ("hims", "audit", "records", "coding", "billing", "scheduling")
ELSEWHERE = "tests.security.test_matrix"
"""Ids in addresses are tried there, with every kind of thing."""


def classes_of(base: type[Any]) -> list[type[Any]]:
    """Every subclass that the product defines."""
    found: dict[str, type[Any]] = {}
    for package in PRODUCT:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if "migrations" in module.name or module.name.startswith(
                ("hims.platform", "hims.proof", "hims.wsgi", "hims.celery")
            ):
                continue
            for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(kind, base) and kind.__module__.startswith(PRODUCT):
                    found[f"{kind.__module__}.{kind.__name__}"] = kind
    return list(found.values())


def test_no_form_offers_rows_of_patients_to_choose_from() -> None:
    """Ids of patients, encounters and documents come in addresses, where the gate looks them up; never in a choice."""
    offered = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in classes_of(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField)
        and field.queryset is not None
        and isinstance(field.queryset.model._default_manager.all(), ScopedQuerySet)
    ]
    assert offered == []


def test_no_model_form_and_no_model_serializer_takes_columns_that_nobody_listed() -> None:
    loose = [
        f"{kind.__module__}.{kind.__name__}"
        for base in (forms.ModelForm, serializers.ModelSerializer)
        for kind in classes_of(base)
        if kind.__module__.startswith(PRODUCT)
        and (getattr(kind.Meta, "fields", None) in (None, "__all__") or getattr(kind.Meta, "exclude", None))
    ]
    assert loose == []


def test_serializers_that_take_input_hold_no_relations() -> None:
    related = [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in classes_of(serializers.Serializer)
        for name, field in kind._declared_fields.items()
        if isinstance(field, serializers.RelatedField)
    ]
    assert related == []


STOWAWAYS: dict[str, Any] = {
    "confidential": "on", "restriction": "vip", "facility_ids": "[2]", "search_name": "x", "distinction": "9",
    "status": "retracted",
    "signed_by": "Somebody", "signed_at": "2020-01-01T00:00", "sha256": "0", "is_superuser": "1",
    "is_staff": "1", "is_active": "0", "by": "1", "version": "99", "number": "99", "source_key": "stolen",
    "created_at": "2000-01-01",
    "coder": "1", "amount": "0.01", "price_amount": "0.01", "account_number": "STOLEN",
    "user": "1", "role": "System",
}  # fmt: skip
PERSON = {"family_name": "Okafor", "given_names": "Ruth", "birth_date": "1958-03-09", "sex": "F"}


@pytest.fixture
def victim(other_facility: Facility) -> Encounter:
    return make.encounter(other_facility)


def ids_of(victim: Encounter) -> dict[str, str]:
    """Every name under which a body might smuggle somebody else's row in."""
    mine = {"id": victim.pk, "pk": victim.pk, "patient": victim.patient_id, "patient_id": victim.patient_id,
            "encounter": victim.pk, "encounter_id": victim.pk, "facility_id": victim.facility_id,
            "document_id": victim.pk}  # fmt: skip
    return {name: str(value) for name, value in mine.items()}


def snapshot(victim: Encounter) -> list[Any]:
    return [
        list(model._default_manager.filter(**{path: victim.patient_id}).order_by("pk").values())
        for model, path in (
            (Patient, "pk"),
            (Encounter, "patient"),
            (Document, "patient"),
            (Coverage, "patient"),
            (MedicalRecordNumber, "patient"),
        )
    ]


def test_registration_with_ids_of_another_patient_makes_a_new_one(
    victim: Encounter, specialist: User, facility: Facility
) -> None:
    before = snapshot(victim)
    client = signed_in(specialist)
    client.post(reverse("records:patient_search"), {"text": "okafor"})
    sent = {**STOWAWAYS, **PERSON, "facility": facility.pk, **ids_of(victim)}
    assert client.post(reverse("records:register"), sent).status_code == 302
    assert snapshot(victim) == before
    made = Patient.objects.exclude(pk=victim.patient_id).get()
    assert (made.confidential, made.restriction, made.facility_ids, made.distinction) == (False, "", [facility.pk], 0)


def test_correction_with_ids_of_another_patient_changes_the_one_of_the_address(
    victim: Encounter, specialist: User, facility: Facility
) -> None:
    own, before = make.patient(facility), snapshot(victim)
    sent = {**STOWAWAYS, **PERSON, **ids_of(victim)}
    assert signed_in(specialist).post(reverse("records:correct", args=[own.pk]), sent).status_code == 302
    own.refresh_from_db()
    assert snapshot(victim) == before
    assert (own.family_name, own.confidential, own.restriction, own.facility_ids) == (
        "Okafor",
        False,
        "",
        [facility.pk],
    )


def test_admission_to_a_house_of_others_is_refused_and_ids_in_the_body_count_for_nothing(
    victim: Encounter, specialist: User, facility: Facility, other_facility: Facility
) -> None:
    own, before = make.patient(facility), snapshot(victim)
    sent = {**STOWAWAYS, "encounter_class": "inpatient", "admitted_at": "2026-03-10T10:00", "admission_type": "1",
            "point_of_origin": "1", **ids_of(victim)}  # fmt: skip
    path = reverse("records:admit", args=[own.pk])
    assert signed_in(specialist).post(path, {**sent, "facility": other_facility.pk}).status_code == 422
    assert signed_in(specialist).post(path, {**sent, "facility": facility.pk}).status_code == 302
    made = Encounter.objects.get(patient=own)
    assert (made.facility, made.labels, made.source_key, made.account_number != "STOLEN") == (facility, [], "", True)
    assert snapshot(victim) == before


def test_document_with_ids_of_another_encounter_is_filed_on_the_one_of_the_address(
    victim: Encounter, specialist: User, facility: Facility
) -> None:
    stay, before = make.encounter(facility), snapshot(victim)
    sent = {**STOWAWAYS, "document_type": "progress_note", "title": "Note", "written_at": "2026-03-10T10:00", "text": "Words.",
            **ids_of(victim)}  # fmt: skip
    assert signed_in(specialist).post(reverse("records:file_document", args=[stay.pk]), sent).status_code == 302
    made = Document.objects.get()
    assert (made.encounter, made.patient_id, made.status, made.source_key) == (stay, stay.patient_id, "draft", "")
    assert made.versions.get().signed_at is None
    assert snapshot(victim) == before


def test_coverage_with_an_id_in_the_body_is_added_not_changed(
    specialist: User, facility: Facility, victim: Encounter
) -> None:
    payer = Payer.objects.create(code="P1", name="Prairie", electronic_id="P")
    theirs = Coverage.objects.create(patient=victim.patient, payer=payer, member_id="THEIRS")
    own = make.patient(facility)
    sent = {
        "payer": payer.pk,
        "member_id": "M1",
        "rank": "1",
        "relationship": "18",
        **ids_of(victim),
        "id": theirs.pk,
        "pk": theirs.pk,
    }
    assert signed_in(specialist).post(reverse("records:coverage", args=[own.pk]), sent).status_code == 302
    theirs.refresh_from_db()
    assert (theirs.member_id, theirs.patient_id) == ("THEIRS", victim.patient_id)
    assert own.coverages.get().member_id == "M1"


def test_line_of_another_encounter_is_not_touched_through_ones_own(
    coder: User, facility: Facility, other_facility: Facility
) -> None:
    codes.install_codes(["I130", "I5023"])
    own, theirs = codes.coding_record(make.encounter(facility)), codes.coding_record(make.encounter(other_facility))
    line = CodedDiagnosis.objects.create(record=theirs, role="principal", sequence=1, code="I130", poa="Y")
    client = signed_in(coder)
    for route, more in (
        ("remove_diagnosis", {}),
        ("move_diagnosis", {"place": "1"}),
        ("poa", {"poa": "N"}),
        ("principal", {}),
    ):
        path = reverse(f"coding:{route}", args=[own.encounter_id, line.pk])
        answer = client.post(
            path, {"version": own.version, "record": str(theirs.pk), "encounter_id": str(theirs.encounter_id), **more}
        )
        assert answer.status_code == 422, route
        assert "I13.0" not in answer.content.decode()
    line.refresh_from_db()
    assert (line.record_id, line.code, line.poa, CodingRecord.objects.get(pk=theirs.pk).version) == (
        theirs.pk,
        "I130",
        "Y",
        0,
    )


def test_charge_with_an_item_of_another_house_or_a_price_in_the_body_is_refused_or_ignored(
    biller: User, facility: Facility, other_facility: Facility
) -> None:
    stay = make.encounter(facility)
    account = Account.objects.create(
        encounter=stay, patient=stay.patient, facility=facility, state="held", discharged_on=stay.discharged_on
    )
    items = [
        ChargeItem.objects.create(facility=house, code="RB", description="Room", revenue_code="0120", price_amount=100)
        for house in (facility, other_facility)
    ]
    sent = {**STOWAWAYS, "service_on": "2026-03-10", "units": "1", "facility": str(other_facility.pk), "account": "x"}
    path = reverse("billing:new_charge", args=[account.pk])
    assert signed_in(biller).post(path, {**sent, "item": items[1].pk}).status_code == 422
    assert signed_in(biller).post(path, {**sent, "item": items[0].pk}).status_code == 302
    charge = Charge.objects.get()
    assert (int(charge.amount), charge.account, charge.facility) == (100, account, facility)


def test_parameter_that_names_a_patient_out_of_reach_gives_no_name(
    privacy_officer: User, victim: Encounter, facility: Facility
) -> None:
    for path in (reverse("audit:events"), reverse("audit_api:events")):
        page = signed_in(privacy_officer).get(path, {"patient": str(victim.patient_id)}).content.decode()
        assert victim.patient.family_name not in page


def test_filter_by_a_house_of_others_shows_nothing_of_it(coder: User, biller: User, victim: Encounter) -> None:
    codes.coding_record(victim)
    name = victim.patient.family_name
    assert (
        name not in signed_in(coder).get(reverse("coding:worklist"), {"facility": victim.facility_id}).content.decode()
    )
    assert (
        name
        not in signed_in(biller).get(reverse("billing:accounts"), {"facility": victim.facility_id}).content.decode()
    )
