"""What explains an access in the registry and in encounters, and the facts about patients that privacy monitoring weighs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection

from audit.monitoring.facts import PatientFacts, Strength
from audit.monitoring.registry import Ask, explained_by, held, patient_facts_by, told_by
from hims.lib.access import Permission
from hims.lib.text import fold

PROVIDER = """
SELECT DISTINCT ON (ask.n) ask.n, 'Took part in encounter ' || e.account_number || ' as a provider'
FROM ask
JOIN records_provider p ON p.user_id = ask.actor
JOIN records_encounter e ON e.patient_id = ask.patient AND e.status <> 'cancelled'
    AND ask.at >= e.admitted_at - interval '30 days'
    AND ask.at <= coalesce(e.discharged_at, 'infinity') + interval '30 days'
WHERE e.attending_id = p.id
   OR EXISTS (SELECT 1 FROM records_encounterprovider ep WHERE ep.encounter_id = e.id AND ep.provider_id = p.id)
ORDER BY ask.n, e.admitted_at DESC
"""
AUTHOR = """
SELECT DISTINCT ON (ask.n) ask.n, 'Wrote a document of this patient'
FROM ask
JOIN records_provider p ON p.user_id = ask.actor
JOIN records_document d ON d.patient_id = ask.patient AND d.author_id = p.id
    AND d.written_at BETWEEN ask.at - interval '30 days' AND ask.at + interval '30 days'
ORDER BY ask.n
"""
REGISTRATION = f"""
SELECT DISTINCT ON (ask.n) ask.n,
    CASE WHEN e.discharged_at <= ask.at THEN 'Discharged within the last 7 days: records work'
         WHEN e.admitted_at > ask.at THEN 'Arrives within days: registration'
         ELSE 'In house: registration and records work' END
FROM ask JOIN records_encounter e ON e.patient_id = ask.patient
    AND e.admitted_at <= ask.at + interval '3 days' AND coalesce(e.discharged_at, 'infinity') >= ask.at - interval '7 days'
WHERE {held("permissions", "e.facility_id")}
ORDER BY ask.n, e.admitted_at DESC
"""  # noqa: S608
REGISTERED = f"""
SELECT ask.n, 'Registered as a patient on that day'
FROM ask JOIN records_patient p ON p.id = ask.patient
    AND p.created_at BETWEEN ask.at - interval '1 day' AND ask.at + interval '1 day'
WHERE EXISTS (SELECT 1 FROM staff_facility f WHERE f.id = ANY(p.facility_ids) AND {held("permissions", "f.id")})
"""  # noqa: S608
UNSIGNED = f"""
SELECT DISTINCT ON (ask.n) ask.n, 'A document of this patient waits for its signature'
FROM ask JOIN records_document d ON d.patient_id = ask.patient AND d.status = 'draft' AND d.created_at <= ask.at
WHERE {held("permissions", "d.facility_id")}
  AND NOT EXISTS (SELECT 1 FROM records_provider p WHERE p.user_id = ask.actor)
ORDER BY ask.n
"""  # noqa: S608
FACTS = """
SELECT p.id, p.family_name, p.confidential, p.deceased_on,
    (SELECT c.user_id FROM audit_employeechart c WHERE c.patient_id = p.id),
    coalesce(bool_or(e.discharged_at IS NULL), false), max(e.discharged_on)
FROM records_patient p
LEFT JOIN records_encounter e ON e.patient_id = p.id AND e.status <> 'cancelled'
WHERE p.id = ANY(%s::uuid[]) GROUP BY p.id
"""
# What people of one household share; kind and key.
HOUSEHOLDS = """
SELECT patient_id, 'home', line || '|' || left(postal_code, 5) FROM records_address
    WHERE patient_id = ANY(%(ids)s::uuid[]) AND line <> '' AND use IN ('home', 'temp')
UNION SELECT patient_id, 'telephone', regexp_replace(value, '\\D', '', 'g') FROM records_phone
    WHERE patient_id = ANY(%(ids)s::uuid[]) AND use IN ('home', 'mobile')
UNION SELECT patient_id, 'insurance contract', payer_id || '|' || member_id FROM records_coverage
    WHERE patient_id = ANY(%(ids)s::uuid[])
"""
SHORTEST_NAME = 3


def register() -> None:
    """Called once, when the app is ready."""
    explained_by("provider", _provider, missing="took part in no encounter within 30 days")
    explained_by("author", _author, missing="wrote no document of this patient within 30 days")
    pool = Strength.POOL
    explained_by(
        "registration",
        _registration,
        strength=pool,
        missing="no registration or records work: patient not here, not expected",
    )
    explained_by("unsigned", _unsigned, strength=pool, missing="no document waits for a signature")
    patient_facts_by(facts_about)


def facts_about(patient_ids: Collection[UUID]) -> dict[UUID, PatientFacts]:
    """Facts by patient, in two statements."""
    ids = list(patient_ids)
    shared: dict[UUID, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(HOUSEHOLDS, {"ids": ids})
        for patient_id, kind, key in cursor.fetchall():
            folded = fold(key)
            if len(folded) > SHORTEST_NAME:
                shared.setdefault(patient_id, set()).add(f"{kind}:{folded}")
        cursor.execute(FACTS, [ids])
        return {
            patient_id: PatientFacts(
                patient_id, surname_words(family_name), frozenset(shared.get(patient_id, ())), restricted, deceased_on,
                employee_id, in_house, last_seen_on,
            )
            for patient_id, family_name, restricted, deceased_on, employee_id, in_house, last_seen_on in cursor.fetchall()
        }  # fmt: skip


def surname_words(family_name: str) -> frozenset[str]:
    """Folded words of a family name, without particles: "Garcia-Lopez" shares a name with "Lopez"."""
    return frozenset(word for word in fold(family_name).replace("-", " ").split() if len(word) >= SHORTEST_NAME)


def _provider(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(PROVIDER, asks)


def _author(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(AUTHOR, asks)


def _registration(asks: Sequence[Ask]) -> dict[Ask, str]:
    found = told_by(REGISTRATION, asks, permissions=[Permission.ENCOUNTER_MANAGE.value, Permission.SCHEDULE_EDIT.value])
    left = [ask for ask in asks if ask not in found]
    return {**found, **told_by(REGISTERED, left, permissions=[Permission.PATIENT_REGISTER.value])}


def _unsigned(asks: Sequence[Ask]) -> dict[Ask, str]:
    return told_by(UNSIGNED, asks, permissions=[Permission.DOCUMENT_WRITE.value])
