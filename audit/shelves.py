"""Every night each file that is kept, and each signed text, is held against the digest taken when it was filed.

An app names its tables by `shelve`; a part at a time is read in the database, so that no bytes travel, and the next part is a job
of its own. What differs is an event of the trail with its patients, and an alarm in the log. Source: 45 CFR 164.312(c)(1), (2).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from audit.access.recording import tell
from audit.trail.enums import Category, Purpose, Result
from audit.walls import standing_for
from hims.jobs.models import Job
from hims.jobs.queue import enqueue, job
from hims.staff.selectors import system_user

CHECK = "audit.check_files"
PART = 200
START = UUID(int=0)
log = logging.getLogger("hims.audit")


@dataclass(frozen=True)
class Shelf:
    """A table of files. sql: after an id (uuid) and up to a number of rows, in the order of ids: id, whether the digest still
    fits, ids of the patients, ids of the facilities."""

    name: str
    sql: str


SHELVES: dict[str, Shelf] = {}


def shelve(name: str, sql: str) -> None:
    """An app names one of its tables, once."""
    SHELVES[name] = Shelf(name, sql)


def ask_for_checks(on: date) -> None:
    """One job a shelf and day, however often it is asked for."""
    for name in SHELVES:
        _ask(f"{CHECK}:{on.isoformat()}:{name}", name, START)


@job(CHECK)
def check_files_job(row: Job) -> Mapping[str, Any]:
    """payload: {"shelf": ..., "after": id}. One part; a full one asks for the next."""
    by, shelf = system_user(), SHELVES[row.payload["shelf"]]
    with standing_for(by), connection.cursor() as cursor:
        cursor.execute(shelf.sql, [row.payload["after"], PART])
        found = cursor.fetchall()
    damaged = [(key, patients, places) for key, intact, patients, places in found if not intact]
    for key, patients, places in damaged:
        log.critical("a file is not as it was filed: %s %s", shelf.name, key)
        tell(
            by, "file.damaged", category=Category.ADMIN, result=Result.FAILED, purpose=Purpose.OPERATIONS,
            patient_ids=patients, facility_ids=places, detail={"shelf": shelf.name, "file": str(key)},
        )  # fmt: skip
    if len(found) == PART:
        _ask(row.key.partition("|")[0], shelf.name, found[-1][0])
    return {"files": len(found), "damaged": len(damaged)}


def _ask(key: str, shelf: str, after: UUID) -> None:
    payload = {"shelf": shelf, "after": str(after)}
    enqueue(CHECK, key=f"{key}|{after}", actor_id=system_user().pk, payload=payload)
