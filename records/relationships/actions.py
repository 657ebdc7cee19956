"""Grants of providers: those who treat a patient, take part in an encounter, or have written a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from audit import gate
from audit.access.clock import database_now
from audit.access.models import AccessGrant, GrantSource
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.staff.models import User
from records.documents.enums import DocumentStatus
from records.documents.models import Document
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, EncounterProvider
from records.relationships.keeping import Kept, Tie, add_tie, keep, objects
from records.relationships.rules import AROUND, Span, author_span, care_span

ENCOUNTER, AUTHORED, DOCUMENT = "encounter", "authored", "document"
CHUNK = 500
Ties = dict[Tie, Span]


@gate.command(Permission.ENCOUNTER_MANAGE, subject="facility", event="grants.kept", category=Category.ADMIN)
def keep_encounter_grants(*, by: User, encounter_ids: Sequence[UUID], facility: None = None) -> Kept:
    """The grants that follow from these encounters and the documents on them; safe to run again."""
    now, ties = database_now(), Ties()
    encounters = Encounter.objects.filter(pk__in=encounter_ids)
    ended: dict[UUID, datetime] = {}
    for encounter in encounters.exclude(status=EncounterStatus.CANCELLED).select_related("attending"):
        span = care_span(admitted_at=encounter.admitted_at, discharged_at=encounter.discharged_at, now=now)
        ended[encounter.pk] = span.ends
        _tie_providers(ties, encounter, span)
    _tie_team(ties, ended, now)
    written = Document.objects.filter(encounter_id__in=encounter_ids)
    _tie_authors(ties, written, ended, now)
    about = AccessGrant.objects.filter(objects(ENCOUNTER, encounter_ids) | objects(AUTHORED, encounter_ids))
    kept = keep(ties, about, now)
    kept.facility_ids = sorted(set(encounters.order_by().values_list("facility_id", flat=True)))
    return kept


@gate.command(Permission.ENCOUNTER_MANAGE, subject="facility", event="grants.kept", category=Category.ADMIN)
def keep_document_grants(*, by: User, document_ids: Sequence[UUID], facility: None = None) -> Kept:
    """The grants of authors whose documents hang on no encounter; safe to run again."""
    now, ties = database_now(), Ties()
    documents = Document.objects.filter(pk__in=document_ids, encounter__isnull=True)
    _tie_authors(ties, documents, {}, now)
    kept = keep(ties, AccessGrant.objects.filter(objects(DOCUMENT, document_ids)), now)
    kept.facility_ids = sorted(set(documents.order_by().values_list("facility_id", flat=True)))
    return kept


def _tie_providers(ties: Ties, encounter: Encounter, span: Span) -> None:
    user_id = encounter.attending.user_id if encounter.attending else None
    if user_id is not None:
        add_tie(ties, Tie(user_id, encounter.patient_id, GrantSource.PROVIDER, ENCOUNTER, str(encounter.pk)), span)


def _tie_team(ties: Ties, encounters: Iterable[UUID], now: datetime) -> None:
    """Whoever else took part."""
    team = EncounterProvider.objects.filter(encounter_id__in=list(encounters), provider__user__isnull=False)
    for part in team.select_related("encounter", "provider"):
        encounter, user_id = part.encounter, part.provider.user_id
        if user_id is None:
            continue
        span = care_span(admitted_at=encounter.admitted_at, discharged_at=encounter.discharged_at, now=now)
        attending = Tie(user_id, encounter.patient_id, GrantSource.PROVIDER, ENCOUNTER, str(encounter.pk))
        if attending not in ties:
            add_tie(ties, Tie(user_id, encounter.patient_id, GrantSource.CARE_TEAM, ENCOUNTER, str(encounter.pk)), span)


def _tie_authors(ties: Ties, documents: QuerySet[Document], ended: dict[UUID, datetime], now: datetime) -> None:
    authored = documents.filter(author__user__isnull=False).exclude(status=DocumentStatus.RETRACTED)
    columns = authored.values_list("pk", "encounter_id", "patient_id", "author__user_id", "written_at", "status")
    for document_id, encounter_id, patient_id, user_id, written_at, status in columns:
        span = author_span(
            written_at=written_at, unsigned=status == DocumentStatus.DRAFT, care_ends=ended.get(encounter_id), now=now
        )
        about = (AUTHORED, str(encounter_id)) if encounter_id else (DOCUMENT, str(document_id))
        add_tie(ties, Tie(user_id, patient_id, GrantSource.PROVIDER, *about), span)


def _living(now: datetime) -> Q:
    """Encounters that may still tie somebody to their patient."""
    return Q(discharged_at__isnull=True) | Q(discharged_at__gt=now - AROUND)


@gate.command(Permission.ENCOUNTER_MANAGE, subject="facility", event="grants.renewed", category=Category.ADMIN)
def encounters_to_keep(*, by: User, provider_id: UUID | None = None, facility: None = None) -> list[UUID]:
    """Ids of the encounters whose grants may have to begin, move or end: alive, with drafts or fresh notes, or held by a grant.

    provider_id: only those in which this clinician has a part, or had one.
    """
    now = database_now()
    ids = Encounter.objects.filter(_living(now)).exclude(status=EncounterStatus.CANCELLED)
    written = Document.objects.filter(encounter__isnull=False, author__user__isnull=False)
    written = written.filter(Q(status=DocumentStatus.DRAFT) | Q(written_at__gt=now - AROUND))
    if provider_id is not None:
        part = EncounterProvider.objects.filter(provider_id=provider_id).values("encounter_id")
        ids = ids.filter(Q(attending_id=provider_id) | Q(pk__in=part))
        written = Document.objects.filter(encounter__isnull=False, author_id=provider_id)
    held = AccessGrant.objects.filter(object_type__in=(ENCOUNTER, AUTHORED), during__endswith__gt=now)
    held_ids = held.filter(revoked_at__isnull=True).values_list("object_id", flat=True)
    found = {*ids.values_list("pk", flat=True), *written.values_list("encounter_id", flat=True)}
    return sorted(found | {UUID(each) for each in held_ids.distinct()}, key=str)


@gate.command(Permission.ENCOUNTER_MANAGE, subject="facility", event="grants.renewed", category=Category.ADMIN)
def documents_to_keep(*, by: User, facility: None = None) -> list[UUID]:
    """Ids of the documents without encounter whose authors' grants may have to begin, move or end."""
    now = database_now()
    alone = Document.objects.filter(encounter__isnull=True, author__user__isnull=False)
    alone = alone.filter(Q(status=DocumentStatus.DRAFT) | Q(written_at__gt=now - AROUND))
    held = AccessGrant.objects.filter(object_type=DOCUMENT, during__endswith__gt=now, revoked_at__isnull=True)
    found = {*alone.values_list("pk", flat=True), *(UUID(each) for each in held.values_list("object_id", flat=True))}
    return sorted(found, key=str)
