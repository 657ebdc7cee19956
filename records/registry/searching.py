"""The search as its doors use it: what the person may see, and a note in the trail when it met a chart that stays hidden."""

from __future__ import annotations

from audit.access.purposes import purpose_of
from audit.access.recording import tell
from audit.authority import authority_of
from audit.trail.enums import Category, Result
from audit.walls import unwalled
from hims.lib.access import Permission
from hims.staff.models import User
from records.encounters.models import Encounter
from records.registry.matching import meant
from records.registry.models import MedicalRecordNumber, Patient
from records.registry.rules import PatientQuery, read_search
from records.registry.selectors import FOUND_AT_MOST, search_patients
from records.sensitivity.numbers import hide_ssn

WITHHELD = "patient.search_withheld"
SHORTEST_TELLING = 3
"""Fewer letters mean nobody."""


def find_patients(*, by: User, text: str) -> list[Patient]:
    """At most 50 patients in reach, best match first.

    When the text plainly means a restricted patient out of reach, the trail keeps the words and whom they meant; the person
    sees the same as when there were none.
    """
    text = hide_ssn(text, _is_ours)
    found = search_patients(by=by, text=text)
    hidden = _hidden(by, read_search(text))
    if hidden:
        patient_ids = sorted(patient.pk for patient in hidden)
        tell(
            by, WITHHELD, category=Category.SEARCH, result=Result.REFUSED, patient_ids=patient_ids,
            purpose=purpose_of(WITHHELD, authority_of(by), patient_ids),
            facility_ids=sorted({facility for patient in hidden for facility in patient.facility_ids}),
            detail={"text": text, "withheld": len(hidden), "note": "restricted patient matched"},
        )  # fmt: skip
    return found


def _is_ours(number: str) -> bool:
    """Did a facility give this number, to a patient or to a visit?"""
    with unwalled(""):
        given = MedicalRecordNumber.objects.filter(value=number).exists()
        return given or Encounter.objects.filter(account_number=number).exists()


def _hidden(by: User, asked: PatientQuery) -> list[Patient]:
    """Restricted patients of the person's facilities whom the text means and who are out of reach."""
    authority = authority_of(by)
    places = authority.at(Permission.PATIENT_SEARCH)
    if asked.empty or (places <= authority.at(Permission.CONFIDENTIAL_VIEW) and not authority.own):
        return []
    if not asked.number and not asked.born_on and len("".join(asked.words)) < SHORTEST_TELLING:
        return []
    restricted = Patient.objects.filter(confidential=True, facility_ids__overlap=sorted(places))
    first, *others = (rows.only("pk", "facility_ids").order_by() for rows in meant(restricted, asked))
    with unwalled(str(by.pk)):
        found = {patient.pk: patient for patient in (first.union(*others) if others else first)[:FOUND_AT_MOST]}
        if not found:
            return []
        in_reach = Patient.objects.visible_to(by, Permission.PATIENT_SEARCH).filter(pk__in=list(found))
        for patient_id in in_reach.values_list("pk", flat=True):
            del found[patient_id]
    return list(found.values())
