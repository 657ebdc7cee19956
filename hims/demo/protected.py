"""Specially protected charts of the demo hospital: labels, a marked passage, consents, a person of public interest. Synthetic.

The social security numbers are the two that became known as printed samples and were never valid since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from audit.access.models import LabelConsent
from audit.walls import standing_for
from hims.demo.plan import PlannedDocument, PlannedPatient, PlannedStay
from hims.lib.access import Permission
from hims.lib.labels import Label
from hims.staff.models import User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.psychotherapy.actions import write_note
from records.psychotherapy.models import PsychotherapyNote
from records.registry.enums import Restriction
from records.registry.models import Patient, PatientIdentifier
from records.restriction.actions import restrict
from records.sensitivity.actions import label_item, mark_passage, record_consent
from records.sensitivity.numbers import stored

PART2, CONSENTED, MARKED, KNOWN = "protected|1", "protected|2", "protected|3", "protected|4"
SSN_SYSTEM = "http://hl7.org/fhir/sid/us-ssn"
SSNS = {MARKED: "078-05-1120", KNOWN: "219-09-9999"}
PASSAGE = "HIV-1 infection known since 2019, on antiretroviral treatment with undetectable viral load."
HEAD = "SYNTHETIC RECORD"
PEOPLE = {
    PART2: ("Ashgrove", "Dorian", date(1986, 4, 17), "M"),
    CONSENTED: ("Marlow", "Juno", date(1979, 11, 2), "F"),
    MARKED: ("Pell", "Tamsin", date(1991, 6, 23), "F"),
    KNOWN: ("Castellane", "Aurelia", date(1968, 1, 30), "F"),
}


def protected_stays(built_on: date) -> list[PlannedStay]:
    """Two visits of a substance use program, a stay with a note in parts, and a stay of somebody everybody knows."""
    seen = datetime.combine(built_on - timedelta(days=6), time(10, 30))
    program = PlannedStay(
        key=PART2, patient=_person(PART2), facility="LGS", encounter_class="office", service="Substance use program",
        reason="Opioid use disorder, follow-up", attending="feldman", admitted_at=seen,
        discharged_at=seen + timedelta(hours=1), admission_type="3", point_of_origin="1", disposition="01",
        documents=(_note("office_visit_note", "Program visit", "feldman", seen, f"{HEAD}\n\nStable on buprenorphine."),),
        entries={"medications": [{"display": "Buprenorphine and naloxone film", "status": "active", "effective_at": seen}]},
    )  # fmt: skip
    text = f"{HEAD}\n\nCONSULTATION: Fever without focus.\n\nHISTORY: {PASSAGE}\n\nIMPRESSION: Viral infection, supportive care."
    consult = _note("consultation", "Infectious disease consultation", "hartmann", seen, text)
    report = _note("laboratory_report", "BRCA1 analysis", "tanaka", seen, f"{HEAD}\n\nNo pathogenic variant found.")
    marked = replace(
        program, key=MARKED, patient=_person(MARKED), facility="LGH", encounter_class="inpatient", unit="4 West",
        service="Hospital medicine", reason="Fever", attending="hartmann", discharged_at=None, admission_type="1",
        disposition="", documents=(consult, report), entries={},
    )  # fmt: skip
    known = replace(
        marked, key=KNOWN, patient=_person(KNOWN), service="Orthopedics", reason="Ankle fracture", attending="lindqvist",
        documents=(_note("history_and_physical", "History and physical", "lindqvist", seen, f"{HEAD}\n\nFell on stage."),),
    )  # fmt: skip
    return [program, replace(program, key=CONSENTED, patient=_person(CONSENTED)), marked, known]


def protect(*, by: User, therapist: User, encounters: Mapping[str, Encounter], built_on: date) -> None:
    """What protects them; safe to run again."""
    for key in (PART2, CONSENTED):
        label_item(by=by, item=encounters[key], labels=[Label.PART2])
    starts_on = built_on - timedelta(days=30)
    _consent_once(by, encounters[CONSENTED].patient, starts_on)
    with standing_for(by):
        rows = Document.objects.filter(encounter=encounters[MARKED]).order_by("title")
        notes = {note.title: note for note in rows}
    label_item(by=by, item=notes["BRCA1 analysis"], labels=[Label.GENETIC])
    mark_passage(by=by, document=notes["Infectious disease consultation"], words=PASSAGE, labels=[Label.HIV])
    _number(by, encounters)
    restrict(
        by=by, patient=encounters[KNOWN].patient, restriction=Restriction.VIP, reason="Synthetic person of public interest",
        alias_family_name="Quill", alias_given_names="Wren",
    )  # fmt: skip
    _session_once(therapist, encounters[MARKED], built_on)


def _consent_once(by: User, patient: Patient, starts_on: date) -> None:
    if not LabelConsent.objects.filter(patient_id=patient.pk).exists():
        record_consent(
            by=by, patient=patient, label=Label.PART2, starts_on=starts_on, note="Synthetic: signed form, page 2"
        )


def _number(by: User, encounters: Mapping[str, Encounter]) -> None:
    with standing_for(by):
        for key, number in SSNS.items():
            patient = encounters[key].patient
            if not PatientIdentifier.objects.filter(patient=patient, system=SSN_SYSTEM).exists():
                PatientIdentifier.objects.create(patient=patient, system=SSN_SYSTEM, **stored(SSN_SYSTEM, number))


def _session_once(therapist: User, encounter: Encounter, built_on: date) -> None:
    """A note of the clinician who has the patient in care."""
    with standing_for(therapist, Permission.PSYCHOTHERAPY_WRITE):
        reach = Patient.objects.all().visible_to(therapist, Permission.PSYCHOTHERAPY_WRITE)
        in_care = reach.filter(pk=encounter.patient_id).exists()
        written = PsychotherapyNote.objects.filter(patient=encounter.patient_id).exists()
    if in_care and not written:
        write_note(
            by=therapist, patient=encounter.patient, facility=encounter.facility, session_on=built_on - timedelta(days=5),
            text="Synthetic psychotherapy note: what was said stays between the two.",
        )  # fmt: skip


def _person(key: str) -> PlannedPatient:
    family, given, born, sex = PEOPLE[key]
    return PlannedPatient(
        key=key, family_name=family, given_names=given, birth_date=born, sex=sex, phone="555-555-0142",
        line="14 Synthetic Lane", city="Port Ellery", state="MI", postal_code="49990", payer="commercial",
    )  # fmt: skip


def _note(kind: str, title: str, author: str, at: datetime, text: str) -> PlannedDocument:
    return PlannedDocument(kind, title, author, at + timedelta(minutes=20), text)
