"""Background work on official files; each job is safe to run twice. Progress is told through the cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.cache import cache

from coding.codesets.official.actions import apply_load, check_load, refuse_load, roll_back
from coding.codesets.official.enums import LoadState
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.official.parsed import Progress
from coding.codesets.official.queueing import CHECK, INDEX, LOAD, ROLL_BACK, ask
from coding.codesets.search.store import refresh_index
from hims.jobs.models import Job
from hims.jobs.queue import job
from hims.lib.errors import DomainError
from hims.staff.selectors import user_by_id

KEPT_SECONDS = 3600


@job(CHECK)
def check_job(row: Job) -> Mapping[str, Any]:
    """payload: {"load_id": ...}: the dry run of an uploaded file."""
    load = _load(row)
    if load.state != LoadState.CHECKING:
        return {}
    try:
        check_load(by=user_by_id(row.actor_id), load=load, progress=_teller(load.pk))
    except DomainError as error:
        refuse_load(load, error.message)
    return {"state": load.state}


@job(LOAD)
def load_job(row: Job) -> Mapping[str, Any]:
    """payload: {"load_id": ...}: load a confirmed file, then ask for a new search index."""
    load = _load(row)
    if load.state != LoadState.LOADING:
        return {}
    try:
        apply_load(by=user_by_id(row.actor_id), load=load, progress=_teller(load.pk))
    except DomainError as error:
        refuse_load(load, error.message)
    else:
        ask(INDEX, load, row.actor_id, again="loaded")
    return {"state": load.state}


@job(ROLL_BACK)
def roll_back_job(row: Job) -> Mapping[str, Any]:
    """payload: {"load_id": ...}: take a load back, then ask for a new search index. What cannot be taken back stays."""
    load = _load(row)
    if load.state != LoadState.ROLLING_BACK:
        return {}
    try:
        roll_back(by=user_by_id(row.actor_id), load=load)
    except DomainError as error:
        load.state, load.refusal = LoadState.LOADED, error.message
        load.save(update_fields=["state", "refusal"])
    else:
        ask(INDEX, load, row.actor_id, again="rolled back")
    return {"state": load.state}


@job(INDEX)
def index_job(row: Job) -> Mapping[str, Any]:
    """The search index of the code sets as they are now."""
    return {"searchable": refresh_index()}


def progress_of(load_id: UUID) -> tuple[int, int]:
    """How much of a file is read, and how much there is; (0, 0) while nothing is known."""
    told: tuple[int, int] = cache.get(_key(load_id), (0, 0))
    return told


def _load(row: Job) -> CodeSetLoad:
    return CodeSetLoad.objects.select_for_update().get(pk=UUID(row.payload["load_id"]))


def _teller(load_id: UUID) -> Progress:
    told = {"percent": -1}

    def tell(at: int, total: int) -> None:
        percent = at * 100 // max(total, 1)
        if percent != told["percent"]:
            told["percent"] = percent
            cache.set(_key(load_id), (at, total), KEPT_SECONDS)

    return tell


def _key(load_id: UUID) -> str:
    return f"codeset-load:{load_id}"
