"""Numbers that a state gave: sealed at rest, found by equality, shown in part, whole only with a reason and in the trail."""

from __future__ import annotations

import json
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.registry.models import Coverage, MedicalRecordNumber, Patient, PatientIdentifier, Payer
from records.sensitivity.actions import unmask
from records.sensitivity.numbers import clear, held_as, hide_ssn, reseal, stored
from tests.clients import HTMX, signed_in
from tests.factories.records import patient
from tests.records.sensitivity.scenes import READER, someone
from tests.trail import events_of

pytestmark = pytest.mark.django_db
SYSTEM = "http://hl7.org/fhir/sid/us-ssn"
SSN, MEMBER = "219-09-9999", "GLM00012345"


@pytest.fixture
def ruth(facility: Facility) -> Patient:
    made = patient(facility)
    PatientIdentifier.objects.create(patient=made, system=SYSTEM, **stored(SYSTEM, SSN))
    payer = Payer.objects.create(code="P1", name="Prairie Health", electronic_id="PRAIRIE1")
    Coverage.objects.create(patient=made, payer=payer, member_id=MEMBER)
    return made


@pytest.fixture
def clerk(facility: Facility) -> User:
    return someone(facility, *READER, Permission.IDENTIFIER_UNMASK)


def whole_row() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_patientidentifier::text FROM records_patientidentifier")
        return " ".join(row[0] for row in cursor.fetchall())


# --- At rest ----------------------------------------------------------------------------------------------------------


def test_row_holds_no_digit_sequence_of_the_number(ruth: Patient) -> None:
    row = whole_row()
    assert SYSTEM in row
    for form in (SSN, SSN.replace("-", ""), SSN.encode().hex()):
        assert form not in row


def test_equal_numbers_are_found_however_they_are_written(ruth: Patient) -> None:
    for text in (SSN, "219099999", "219 09 9999"):
        assert PatientIdentifier.objects.filter(system=SYSTEM, value__in=held_as(SYSTEM, text)).count() == 1
    assert not PatientIdentifier.objects.filter(value__in=held_as(SYSTEM, "219-09-9998")).exists()


def test_number_of_a_hospital_stays_as_it_is() -> None:
    assert stored("http://hospital.example.org", "77") == {"value": "77", "sealed": ""}
    assert held_as("http://hospital.example.org", "77") == ("77",)


def test_rows_of_before_are_sealed_by_the_migration_and_opened_by_its_way_back(facility: Facility) -> None:
    other = "http://hospital.example.org"
    for system, value in ((SYSTEM, SSN), (other, "77")):
        PatientIdentifier.objects.create(patient=patient(facility), system=system, value=value)
    migration = import_module("records.migrations.0003_add_sensitivity")
    editor = type("Editor", (), {"connection": connection})()
    migration.seal_numbers(apps, editor)
    assert SSN not in whole_row()
    rows = {row.system: clear(row.system, row.value, row.sealed) for row in PatientIdentifier.objects.all()}
    assert rows == {SYSTEM: SSN, other: "77"}
    migration.open_numbers(apps, editor)
    assert set(PatientIdentifier.objects.values_list("value", "sealed")) == {(SSN, ""), ("77", "")}


def test_rotation_seals_anew_and_finds_before_and_after(ruth: Patient, settings: LazySettings) -> None:
    newer = "another-field-key-of-the-test-run-" + "g" * 20
    settings.FIELD_KEY = f"{newer},{settings.FIELD_KEY}"
    assert PatientIdentifier.objects.filter(value__in=held_as(SYSTEM, SSN)).count() == 1
    assert (reseal(PatientIdentifier.objects.all()), reseal(PatientIdentifier.objects.all())) == (1, 0)
    settings.FIELD_KEY = newer
    row = PatientIdentifier.objects.get(value__in=held_as(SYSTEM, SSN))
    assert clear(row.system, row.value, row.sealed) == SSN


@pytest.mark.django_db(databases=["default", "owner"])
def test_rotation_command_counts_what_it_sealed(
    ruth: Patient, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FIELD_KEY = "another-field-key-of-the-test-run-" + "g" * 20 + f",{settings.FIELD_KEY}"
    call_command("rotate_keys", "--json")
    counted = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (counted["identity_numbers"], counted["psychotherapy_notes"]) == (1, 0)


# --- Import -----------------------------------------------------------------------------------------------------------


def resource(number: str, **further: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": number, "gender": "female", "birthDate": "1958-03-09",
        "name": [{"family": f"Okafor{number}", "given": ["Ruth"]}],
        "identifier": [
            {"system": "http://hospital.example.org", "value": number},
            {"type": {"coding": [{"code": "SS"}]}, "system": SYSTEM, "value": SSN},
        ],
        **further,
    }  # fmt: skip


def run_import(tmp_path: Any, facility: Facility, *resources: dict[str, Any]) -> str:
    place = tmp_path / "patients.ndjson"
    place.write_text("\n".join(json.dumps(each) for each in resources))
    out = StringIO()
    call_command("import_fhir", str(place), facility=facility.code, stdout=out, stderr=out)
    return out.getvalue()


def test_import_seals_the_number_and_finds_it_again(tmp_path: Any, facility: Facility) -> None:
    run_import(tmp_path, facility, resource("1"))
    assert PatientIdentifier.objects.filter(system=SYSTEM, value__in=held_as(SYSTEM, SSN)).count() == 1
    assert SSN not in whole_row()
    before = set(PatientIdentifier.objects.values_list("pk", flat=True))
    said = run_import(tmp_path, facility, resource("1"))
    assert set(PatientIdentifier.objects.values_list("pk", flat=True)) == before
    assert SSN not in said


def test_number_that_two_patients_bring_is_noticed(tmp_path: Any, facility: Facility) -> None:
    run_import(tmp_path, facility, resource("1"))
    assert "shared_identifiers" in run_import(tmp_path, facility, resource("2")).replace(" ", "_")
    assert PatientIdentifier.objects.filter(system=SYSTEM).count() == 1


# --- Search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [SSN, "219099999", f"{SSN} okafor", f"okafor {SSN}"])
def test_patient_is_found_by_the_number_and_the_trail_does_not_keep_it(ruth: Patient, clerk: User, text: str) -> None:
    answer = signed_in(clerk).post(reverse("records:patient_search"), {"text": text}, headers=HTMX)
    assert ruth.name in answer.content.decode()
    trail = json.dumps(events_of(clerk), default=str)
    assert SSN not in trail
    assert "219099999" not in trail


@pytest.mark.parametrize(
    "text",
    [
        "219.09.9999", "219\u201109\u20119999", "219\u201309\u20139999", "219/09/9999",
        "\uff12\uff11\uff19-\uff10\uff19-\uff19\uff19\uff19\uff19",
    ],
)  # fmt: skip
def test_number_is_known_however_its_parts_are_joined(ruth: Patient, clerk: User, text: str) -> None:
    """As it is pasted from letters and spreadsheets."""
    answer = signed_in(clerk).post(reverse("records:patient_search"), {"text": text}, headers=HTMX)
    assert ruth.name in answer.content.decode()
    assert text not in json.dumps(events_of(clerk), default=str, ensure_ascii=False)


def test_second_number_does_not_stay_either() -> None:
    assert "9999" not in hide_ssn("219-09-9999 or 218-09-9999", lambda number: False).partition(" ")[2]


def test_nine_digits_of_the_house_are_searched_as_such(ruth: Patient, clerk: User, facility: Facility) -> None:
    MedicalRecordNumber.objects.filter(patient=ruth).update(value="219099999")
    answer = signed_in(clerk).post(reverse("records:patient_search"), {"text": "219099999"}, headers=HTMX)
    assert ruth.name in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["okafor ruth 3/9/1958", "LGH-1000001", "1958-03-09", "219-09-99991", "", "000-12-3456"]
)
def test_text_without_such_a_number_stays(text: str) -> None:
    assert hide_ssn(text, lambda number: False) == text


# --- In part, and whole -----------------------------------------------------------------------------------------------


def pages(ruth: Patient) -> list[str]:
    return [reverse("records:chart", args=[ruth.pk]), reverse("records_api:patient", args=[ruth.pk])]


def test_pages_and_api_show_numbers_in_part(ruth: Patient, clerk: User, facility: Facility) -> None:
    desk = someone(facility, Permission.PATIENT_VIEW, Permission.PATIENT_SEARCH, Permission.FACILITY_CHARTS)
    for user in (clerk, desk):
        for url in pages(ruth):
            body = signed_in(user).get(url).content.decode()
            assert "*******2345" in body
            for number in (SSN, "219099999", MEMBER):
                assert number not in body
        assert "***-**-9999" in signed_in(user).get(pages(ruth)[0]).content.decode()


def numbers(ruth: Patient) -> list[tuple[str, int, str]]:
    return [("member", Coverage.objects.get().pk, MEMBER), ("ssn", PatientIdentifier.objects.get().pk, SSN)]


def test_number_is_shown_whole_with_a_reason_and_the_trail_says_so(ruth: Patient, clerk: User) -> None:
    for kind, number_id, value in numbers(ruth):
        url = reverse("sensitivity:unmask", args=[ruth.pk, kind, number_id])
        client = signed_in(clerk)
        assert value not in client.get(url, headers=HTMX).content.decode()
        answer = client.post(url, {"reason": "eligibility"}, headers=HTMX)
        assert value in answer.content.decode()
        assert 'data-remask="60"' in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        event = events_of(clerk)[-1]
        assert (event["event"], event["result"], event["patient_ids"]) == ("identifier.unmasked", "done", [ruth.pk])
        assert event["detail"] == {"kind": kind, "reason": "eligibility"}
        assert value not in json.dumps(events_of(clerk), default=str)
        assert value not in client.get(reverse("records:chart", args=[ruth.pk])).content.decode()


def test_number_without_a_reason_is_not_shown(ruth: Patient, clerk: User) -> None:
    for kind, number_id, value in numbers(ruth):
        url = reverse("sensitivity:unmask", args=[ruth.pk, kind, number_id])
        for reason in ("", "curious", "x" * 5000):
            answer = signed_in(clerk).post(url, {"reason": reason})
            assert answer.status_code == 422
            assert value not in answer.content.decode()
        with pytest.raises(DomainError):
            unmask(by=clerk, patient=ruth, kind=kind, number_id=number_id, reason="curious")


def test_number_is_not_shown_without_the_right_or_out_of_reach(
    ruth: Patient, facility: Facility, other_facility: Facility
) -> None:
    plain = someone(facility, *READER)
    elsewhere = someone(other_facility, *READER, Permission.IDENTIFIER_UNMASK)
    for kind, number_id, value in numbers(ruth):
        url = reverse("sensitivity:unmask", args=[ruth.pk, kind, number_id])
        for user, status in ((plain, 403), (elsewhere, 404)):
            for answer in (signed_in(user).get(url), signed_in(user).post(url, {"reason": "claim"})):
                assert answer.status_code == status
                assert value not in answer.content.decode()
        with pytest.raises(AccessDenied):
            unmask(by=plain, patient=ruth, kind=kind, number_id=number_id, reason="claim")


def test_number_of_another_patient_or_kind_is_a_404(ruth: Patient, clerk: User, facility: Facility) -> None:
    stranger = patient(facility)
    for kind, number_id, _ in numbers(ruth):
        with pytest.raises(NotVisible):
            unmask(by=clerk, patient=stranger, kind=kind, number_id=number_id, reason="claim")
    with pytest.raises(NotVisible):
        unmask(by=clerk, patient=ruth, kind="passport", number_id=numbers(ruth)[1][1], reason="claim")
    for kind in ("bank", "nonsense"):
        url = reverse("sensitivity:unmask", args=[ruth.pk, kind, 1])
        assert signed_in(clerk).post(url, {"reason": "claim"}).status_code == 404


def test_page_without_scripts_shows_it_too(ruth: Patient, clerk: User) -> None:
    kind, number_id, value = numbers(ruth)[0]
    url = reverse("sensitivity:unmask", args=[ruth.pk, kind, number_id])
    asked = signed_in(clerk).get(url)
    assert asked.status_code == 200
    assert ruth.name in asked.content.decode()
    assert value in signed_in(clerk).post(url, {"reason": "patient"}).content.decode()
