"""The hospital of the proof, seeded once a module and removed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.db.models import Q

from audit.trail.writer import close_pools
from hims.proof.people import CLEARED, PEOPLE
from hims.proof.seeding import seed
from hims.proof.world import World
from tests.database import remove_committed

EMPTIED = (
    "staff_facility", "records_patient", "records_provider", "records_payer", "coding_code", "coding_codesetrelease",
    "coding_codeseverity", "jobs_job",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed rows, for walks that open and roll back transactions of their own."""
    with django_db_blocker.unblock():
        try:
            yield seed(PEOPLE)
        finally:
            connections.close_all()
            close_pools()
            remove_committed(EMPTIED)
            Group.objects.filter(Q(name__startswith="Proof") | Q(name=CLEARED)).delete()
