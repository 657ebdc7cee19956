"""People and charts of the tests about labels."""

from __future__ import annotations

import pytest

from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from tests.factories.records import document, encounter, provider
from tests.records.sensitivity.scenes import READER, reader, someone

TEXT = "Seen in clinic. Takes methadone 40 mg daily. Blood pressure 120/80. Methadone programme since 2019."


@pytest.fixture
def stay(facility: Facility) -> Encounter:
    return encounter(facility)


@pytest.fixture
def author(facility: Facility) -> User:
    """Writes documents, and manages nothing."""
    return someone(facility, *READER, Permission.DOCUMENT_WRITE, cleared=["hiv", "part2"])


@pytest.fixture
def note(stay: Encounter, author: User) -> Document:
    """A signed document of the author."""
    return document(stay, TEXT, author=provider(user=author))


@pytest.fixture
def manager(facility: Facility) -> User:
    """Manages restrictions and is cleared for substance use treatment."""
    rights = (*READER, Permission.RESTRICTION_MANAGE, Permission.DOCUMENT_WRITE, Permission.IDENTIFIER_UNMASK)
    return someone(facility, *rights, cleared=["part2", "hiv"])


@pytest.fixture
def uncleared(facility: Facility) -> User:
    """Reads charts, cleared for nothing."""
    return reader(facility)
