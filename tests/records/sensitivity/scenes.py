"""People with chosen clearances, charts with chosen labels."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from itertools import chain, combinations, count
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as Right
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit.access.models import AccessGrant, GrantSource, LabelConsent
from hims.lib.access import Permission
from hims.lib.labels import CLEARANCES, Label
from hims.staff.models import Facility, Membership, User
from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter
from tests.factories.records import ADMITTED_AT

ALWAYS = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
READER = (Permission.PATIENT_SEARCH, Permission.PATIENT_VIEW, Permission.CHART_VIEW, Permission.FACILITY_CHARTS)
_numbers = count(1)


def subsets(words: Iterable[str]) -> list[tuple[str, ...]]:
    """All, in a fixed order."""
    held = list(words)
    return list(chain.from_iterable(combinations(held, size) for size in range(len(held) + 1)))


def someone(facility: Facility, *rights: Permission, cleared: Collection[str] = ()) -> User:
    """A person with these rights, and cleared for these labels, by a role of their own."""
    number = next(_numbers)
    role = Group.objects.create(name=f"role {number}")
    names = [right.value for right in rights] + [CLEARANCES[Label(word)].value for word in cleared]
    role.permissions.set(Right.objects.filter(codename__in=names))
    user = User.objects.create(username=f"person{number}", display_name=f"Person {number}")
    Membership.objects.create(user=user, facility=facility, role=role)
    return user


def reader(facility: Facility, *cleared: str) -> User:
    """A person who reads charts, cleared for these labels."""
    return someone(facility, *READER, cleared=cleared)


def consents(to: UUID, labels: Iterable[str], by: User) -> list[LabelConsent]:
    """Consents in force."""
    return [LabelConsent.objects.create(patient_id=to, label=label, during=ALWAYS, recorded_by=by) for label in labels]


def glass_broken(by: User, patient_ids: Iterable[UUID]) -> None:
    """Emergencies that are open."""
    AccessGrant.objects.bulk_create(
        AccessGrant(user=by, patient_id=patient_id, source=GrantSource.EMERGENCY, during=ALWAYS)
        for patient_id in patient_ids
    )


def documents(stay: Encounter, labels: Iterable[tuple[str, ...]]) -> list[Document]:
    """One signed document for each set of labels."""
    rows = [
        Document(
            patient_id=stay.patient_id, encounter=stay, facility_id=stay.facility_id, document_type="progress_note",
            title="Note", status="signed", written_at=ADMITTED_AT, labels=sorted(words),
        )
        for words in labels
    ]  # fmt: skip
    made: list[Document] = Document.objects.bulk_create(rows, batch_size=1000)
    return made


def version(of: Document, text: str, number: int = 1) -> DocumentVersion:
    """A signed version."""
    made: DocumentVersion = DocumentVersion.objects.create(
        document=of, patient_id=of.patient_id, number=number, text=text, signed_at=ADMITTED_AT, signed_by="Reyes",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    return made
