"""Resources into the database, by the command."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from hims.staff.models import Facility
from hims.staff.selectors import system_user
from records.chart.models import Medication, Observation, Problem
from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter, Provider
from records.encounters.signals import encounters_changed, encounters_discharged
from records.interop import run as import_run
from records.registry.models import Coverage, MedicalRecordNumber, Patient, PatientIdentifier
from records.sensitivity.models import DocumentSection
from tests.records.documents.pdfs import pdf
from tests.records.interop.resources import balanced, bundle, encounter, observation, patient, run, write
from tests.trail import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(facility: Facility) -> Facility:
    return facility


def test_import_without_a_facility_says_what_to_do(house: Facility, tmp_path: Path) -> None:
    house.delete()
    with pytest.raises(CommandError, match="There is no facility yet"):
        call_command("import_fhir", str(write(tmp_path, "a.json", patient())))


def test_import_of_a_missing_path_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("import_fhir", str(tmp_path / "absent.json"))
    assert error.value.returncode == 2


def test_import_of_a_bundle_makes_a_chart(tmp_path: Path) -> None:
    done = run(
        "import_fhir",
        write(tmp_path, "a.json", bundle(observation(encounter={"reference": "Encounter/e1"}), encounter(), patient())),
    )
    assert (done.code, done.counts["created"], done.counts["unresolved"]) == (0, 3, 0)
    made = Patient.objects.get()
    assert (str(made), made.mrns.get().value) == ("Okafor, Ruth Ann", "LGH-1000001")
    assert made.facility_ids == [made.mrns.get().facility_id]
    seen = Observation.objects.select_related("encounter").get()
    assert seen.patient_id == seen.encounter.patient_id == made.pk
    assert seen.encounter.discharged_on.isoformat() == "2026-03-05"


def test_import_twice_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", bundle(patient(), encounter(), observation()))
    run("import_fhir", path)
    again = run("import_fhir", path)
    assert (again.counts["created"], again.counts["updated"], again.counts["unchanged"]) == (0, 0, 3)


def test_import_finds_the_patient_by_identifier_under_another_address(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", patient("p1")))
    moved = patient("p1") | {"id": "elsewhere", "telecom": [{"system": "phone", "value": "555-0100"}]}
    done = run("import_fhir", write(tmp_path, "b.json", moved))
    assert (done.counts["updated"], Patient.objects.count()) == (1, 1)
    assert PatientIdentifier.objects.filter(value="Patient/elsewhere").count() == 1


def test_import_of_a_changed_resource_updates_it(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), observation())))
    changed = observation(valueQuantity={"value": 71, "unit": "kg"})
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), changed)))
    assert (done.counts["updated"], done.counts["unchanged"]) == (1, 1)
    assert Observation.objects.get().value_number == 71


def test_import_of_an_older_export_does_not_reopen_a_discharge(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), encounter())))
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), encounter(status="in-progress"))))
    assert (done.counts["unchanged"], Encounter.objects.get().status) == (2, "discharged")


def test_import_of_the_same_person_under_other_numbers_sets_them_apart(tmp_path: Path) -> None:
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient("p1"), patient("p2"))))
    assert done.counts["warnings"] == {"possible_duplicates": 1}
    assert sorted(Patient.objects.values_list("distinction", flat=True)) == [0, 1]


def test_import_never_lays_one_patient_over_another(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", patient()))
    other = patient(name=[{"family": "Nowak"}], birthDate="1990-01-01")
    done = run("import_fhir", write(tmp_path, "b.json", bundle(other, observation())))
    assert (done.counts["rejected"], Patient.objects.get().family_name, Observation.objects.count()) == (2, "Okafor", 0)


def test_import_rejects_what_hangs_on_a_rejected_patient_and_keeps_the_rest(tmp_path: Path) -> None:
    dead = patient("p2", deceasedDateTime="1900-01-01")
    path = write(tmp_path, "a.json", bundle(patient(), observation(), dead, observation("o2", "Patient/p2")))
    done = run("import_fhir", path)
    assert (done.code, done.counts["created"], done.counts["rejected"]) == (1, 2, 2)
    assert "its patient was rejected" in done.said
    assert balanced(done.counts)


def test_import_lists_what_it_cannot_find(tmp_path: Path) -> None:
    lost = observation("o2", "Patient/absent")
    kept = observation(encounter={"reference": "Encounter/absent"})
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), kept, lost)))
    assert (done.counts["unresolved"], done.counts["created"], done.counts["rejected"]) == (2, 2, 1)
    assert Observation.objects.get().encounter_id is None


def test_import_of_a_bad_file_leaves_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path, "a.json", b"{broken")
    write(tmp_path, "b.json", patient())
    done = run("import_fhir", tmp_path)
    assert (done.counts["read"], done.counts["created"], done.counts["rejected"]) == (2, 1, 1)
    assert "a.json:1: not JSON" in done.said


def test_import_resolves_references_to_files_read_later(tmp_path: Path) -> None:
    author = {"reference": "Practitioner/x1"}
    write(tmp_path, "A-Observation.ndjson", observation(encounter={"reference": "Encounter/e1"}))
    write(tmp_path, "B-Encounter.ndjson", encounter(participant=[{"individual": author}]))
    write(tmp_path, "C-Patient.ndjson", patient())
    write(tmp_path, "D-Practitioner.ndjson", {"resourceType": "Practitioner", "id": "x1", "name": [{"family": "Fay"}]})
    done = run("import_fhir", tmp_path)
    assert (done.counts["created"], done.counts["unresolved"], done.counts["rejected"]) == (4, 0, 0)
    assert str(Encounter.objects.get().attending) == "Fay"


def test_import_reads_again_what_waited_for_a_later_line(tmp_path: Path) -> None:
    done = run("import_fhir", write(tmp_path, "a.ndjson", *[observation(f"o{n}") for n in range(2100)], patient()))
    assert (done.counts["read"], done.counts["created"], done.counts["rejected"]) == (2101, 2101, 0)


def test_import_resolves_references_to_the_database(tmp_path: Path) -> None:
    stay = encounter(identifier=[{"system": "urn:visits", "value": "e1"}])
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), stay)))
    later = observation(encounter={"reference": "Encounter/e1"})
    done = run("import_fhir", write(tmp_path, "b.ndjson", later))
    assert done.counts["unresolved"] == 0
    assert Observation.objects.get().encounter_id == Encounter.objects.get().pk


def test_import_keeps_a_clinician_known_by_number_and_name_only(tmp_path: Path) -> None:
    who = {
        "reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893",
        "display": "Dr. Ana Maria Ruiz",
    }
    done = run(
        "import_fhir", write(tmp_path, "a.json", bundle(patient(), encounter(participant=[{"individual": who}])))
    )
    made = Provider.objects.get()
    assert (made.family_name, made.given_names, made.npi) == ("Ruiz", "Ana Maria", "1234567893")
    assert done.counts["unresolved"] == 0


def test_import_names_a_drug_by_its_medication(tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "m1", "code": {"text": "Amoxicillin 200 MG"}}
    order = {
        "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
        "medicationReference": {"reference": "Medication/m1"}, "subject": {"reference": "Patient/p1"},
    }  # fmt: skip
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), order, drug)))
    assert Medication.objects.get().display == "Amoxicillin 200 MG"
    assert done.counts["unsupported"] == {"Medication": 1}


def test_import_of_coverage_makes_its_payer(tmp_path: Path) -> None:
    insurer = {"resourceType": "Organization", "id": "i1", "name": "Prairie Blue Cross"}
    clinic = {"resourceType": "Organization", "id": "i2", "name": "Clinic"}
    cover = {
        "resourceType": "Coverage", "id": "c1", "status": "active", "subscriberId": "W1",
        "beneficiary": {"reference": "Patient/p1"}, "payor": [{"reference": "Organization/i1"}],
    }  # fmt: skip
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), cover, insurer, clinic)))
    made = Coverage.objects.select_related("payer").get()
    assert (made.payer.name, made.payer.kind, made.rank) == ("Prairie Blue Cross", "BL", 1)
    assert (done.counts["created"], done.counts["unsupported"]) == (3, {"Organization": 1})


def note(text: str, **changes: Any) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "date": "2026-03-05T10:00:00Z",
        "type": {"text": "Progress note"}, "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}], **changes,
    }  # fmt: skip


def test_import_of_another_text_is_a_further_signed_version(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("First."))))
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Second."))))
    back = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("First."))))
    versions = DocumentVersion.objects.order_by("number")
    assert [(each.number, each.text, each.signed_at is None) for each in versions] == [
        (1, "First.", False),
        (2, "Second.", False),
    ]
    assert (done.counts["updated"], back.counts["unchanged"]) == (1, 2)
    assert Document.objects.get().status == "amended"


def test_import_of_a_scan_takes_over_what_was_marked_in_the_text_before_it(tmp_path: Path) -> None:
    """The source may send the words again after it; then nothing marked stands between."""
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Seen. Takes methadone."))))
    first = DocumentVersion.objects.get()
    DocumentSection.objects.create(version=first, patient=first.patient, begins=6, ends=22, labels=["part2"])
    scan = {"contentType": "application/pdf", "data": base64.b64encode(pdf("")).decode()}
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("", content=[{"attachment": scan}]))))
    assert DocumentVersion.objects.get(number=2).text.strip() == ""
    assert Document.objects.get().labels == ["part2"]


def test_import_of_a_withdrawal_leaves_the_marks_where_they_are(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Seen. Takes methadone."))))
    first = DocumentVersion.objects.get()
    DocumentSection.objects.create(version=first, patient=first.patient, begins=6, ends=22, labels=["part2"])
    withdrawn = note("Seen. Takes methadone.", status="entered-in-error")
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), withdrawn)))
    assert (Document.objects.get().labels, DocumentSection.objects.count()) == ([], 1)


def test_import_signs_a_draft_that_became_final(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Text.", docStatus="preliminary"))))
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Text.", docStatus="final"))))
    version = DocumentVersion.objects.get()
    assert (version.number, version.signed_at is not None, version.document.status) == (1, True, "signed")


def test_import_of_a_withdrawn_document_retracts_it(tmp_path: Path) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Text."))))
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), note("Text.", status="entered-in-error"))))
    assert (Document.objects.get().status, DocumentVersion.objects.count()) == ("retracted", 2)


def test_import_of_a_duplicate_counts_it_or_refuses_it(tmp_path: Path) -> None:
    other = observation(valueQuantity={"value": 1})
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), observation(), observation(), other)))
    assert (done.counts["created"], done.counts["unchanged"], done.counts["rejected"]) == (2, 1, 1)
    assert "the same identifier or id as" in done.said


def test_dry_run_counts_like_the_import_and_keeps_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", bundle(patient(), encounter(), observation(), observation("o2", "Patient/absent")))
    tried = run("import_fhir", path, "--dry-run")
    assert (Patient.objects.count(), MedicalRecordNumber.objects.count()) == (0, 0)
    done = run("import_fhir", path)
    assert {**tried.counts, "seconds": 0} == {**done.counts, "seconds": 0}


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """What is announced of encounters."""
    announced: list[dict[str, Any]] = []

    def listen(**told: Any) -> None:
        announced.append(told)

    for signal in (encounters_discharged, encounters_changed):
        signal.connect(listen)
    yield announced
    for signal in (encounters_discharged, encounters_changed):
        signal.disconnect(listen)


def ended(days_ago: int) -> dict[str, str]:
    """The period of a stay of one day."""
    end = timezone.localtime() - timedelta(days=days_ago)
    return {"start": (end - timedelta(days=1)).isoformat(), "end": end.isoformat()}


def test_import_tells_who_waits_for_discharges_and_writes_the_trail(
    tmp_path: Path, heard: list[dict[str, Any]]
) -> None:
    stays = [encounter(name, period=ended(9)) for name in ("e1", "e2")]
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), *stays)))
    assert sorted(heard[0]["encounter_ids"]) == sorted(Encounter.objects.values_list("pk", flat=True))
    last = events_of(system_user())[-1]
    assert (last["event"], last["result"], last["patient_ids"]) == (
        "records.imported",
        "done",
        [Patient.objects.get().pk],
    )


def test_import_of_history_and_of_its_changes_is_not_announced(tmp_path: Path, heard: list[dict[str, Any]]) -> None:
    old = encounter(period=ended(800))
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), old)))
    done = run("import_fhir", write(tmp_path, "a.json", bundle(patient(), {**old, "period": ended(700)})))
    assert (done.counts["updated"], heard) == (1, [])


def test_import_announces_a_recent_discharge_corrected_to_an_old_day(
    tmp_path: Path, heard: list[dict[str, Any]]
) -> None:
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), encounter(period=ended(9)))))
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), encounter(period=ended(800)))))
    assert [each["signal"] for each in heard] == [encounters_discharged, encounters_changed]


def test_database_refusal_costs_only_the_resource_it_is_about(tmp_path: Path) -> None:
    words = " ".join(f"{n:x}q{n * 7919:x}" for n in range(60_000))[:499_000]
    path = write(tmp_path, "a.json", bundle(patient(), observation(), note(words), note("Fine.", id="d2")))
    done = run("import_fhir", path)
    assert (
        done.counts["created"] + done.counts["rejected"],
        Document.objects.filter(source_key="fhir|DocumentReference/d2").count(),
    ) == (4, 1)
    assert balanced(done.counts)


def test_endless_refusals_end_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise IntegrityError("no")

    monkeypatch.setattr(import_run, "import_chunk", refuse)
    with pytest.raises(CommandError, match="refuses one resource after another"):
        run("import_fhir", write(tmp_path, "a.ndjson", *[patient(f"p{n}") for n in range(80)]))


def test_rejects_are_written_to_the_file_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "rejects.txt"
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(birthDate="x"))), "--rejects", out)
    assert '"where": "a.json entry[0]"' in out.read_text()


def test_import_costs_the_same_queries_for_one_and_for_many(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    people = [patient(f"p{n}", name=[{"family": f"Okafor{n}"}]) for n in range(40)]
    entries = [observation(f"o{n}", f"Patient/p{n}") for n in range(40)]
    path = write(tmp_path, "a.json", bundle(*people, *entries))
    with django_assert_max_num_queries(60):
        done = run("import_fhir", path)
    assert done.counts["created"] == 80


def test_condition_keeps_the_code_of_the_source(tmp_path: Path) -> None:
    coding = {"system": "http://snomed.info/sct", "code": "24079001", "display": "Atopic dermatitis"}
    problem = {
        "resourceType": "Condition",
        "id": "c1",
        "code": {"coding": [coding]},
        "subject": {"reference": "Patient/p1"},
    }
    run("import_fhir", write(tmp_path, "a.json", bundle(patient(), problem)))
    made = Problem.objects.get()
    assert (made.system, made.code, made.display) == ("http://snomed.info/sct", "24079001", "Atopic dermatitis")
