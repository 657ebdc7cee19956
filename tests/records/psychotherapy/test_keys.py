"""Keys of psychotherapy notes: a dump holds no word of them, and rotation keeps every one readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Group
from psycopg.conninfo import make_conninfo

from audit.walls import standing_for
from hims.lib.access import Permission
from hims.lib.crypto import SealError
from hims.staff.models import User
from records.psychotherapy.actions import write_note
from records.psychotherapy.models import PsychotherapyNote
from records.psychotherapy.sealing import reseal_notes, text_of
from tests.committed import committed as committed
from tests.environment import ADMIN_URL, DATABASE, role_url
from tests.factories.records import facility, patient
from tests.records.sensitivity.scenes import READER, someone

CANARY = "zqxcanary about the mother"
NEWER = "another-key-of-the-test-run-" + "m" * 30


@pytest.fixture
def therapist(committed: None) -> Iterator[User]:
    """With one note in the database."""
    place = facility()
    user = someone(place, *READER, Permission.PSYCHOTHERAPY_WRITE)
    write_note(by=user, patient=patient(place), facility=place, session_on=date(2026, 3, 9), text=CANARY)
    yield user
    user.memberships.all().delete()
    Group.objects.filter(name__startswith="role ").delete()


def whole_table(url: str) -> bytes:
    """What a dump would hold."""
    asked = "COPY (SELECT * FROM records_psychotherapynote) TO STDOUT"
    with psycopg.connect(url) as database, database.cursor() as cursor, cursor.copy(asked) as copy:
        return b"".join(bytes(part) for part in copy)


@pytest.mark.parametrize("who", ["superuser", "owner", "application"])
def test_dump_of_the_table_holds_no_word(therapist: User, who: str) -> None:
    url = {
        "superuser": make_conninfo(ADMIN_URL, dbname=DATABASE), "owner": role_url("hims_owner"),
        "application": role_url("hims_app"),
    }[who]  # fmt: skip
    dump = whole_table(url)
    assert bool(dump) is (who != "application")  # without a person behind it the application gets no row at all
    for word in CANARY.split():
        assert word.encode() not in dump
    assert CANARY.encode().hex().encode() not in dump


def test_rotation_seals_with_the_newest_key_and_the_old_one_may_go(therapist: User, settings: LazySettings) -> None:
    with standing_for(therapist):
        before = PsychotherapyNote.objects.get()
    settings.NOTES_KEY = f"{NEWER},{settings.NOTES_KEY}"
    assert (reseal_notes(), reseal_notes()) == (1, 0)
    settings.NOTES_KEY = NEWER
    with standing_for(therapist):
        after = PsychotherapyNote.objects.get()
    assert text_of(after) == CANARY
    assert after.sealed != before.sealed
    with pytest.raises(SealError):
        text_of(before)
