"""Upkeep of the trail."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import connection
from django.utils import timezone

from audit.seals.anchor import AnchorError
from audit.seals.installation import is_sealing, own_anchors, own_key, sealer_address
from audit.seals.sealer import seal_trail
from audit.seals.state import seal_state
from audit.seals.told import verify_and_tell
from audit.shelves import ask_for_checks, check_files_job

__all__ = ["add_months", "check_files", "check_files_job", "seal", "verify_recent"]
MONTHS_AHEAD = 12
BATCHES_A_RUN = 2000
log = logging.getLogger("hims.audit")


@shared_task(name="audit.add_months")
def add_months() -> None:
    """The partitions of the present month and the twelve after it; those that exist are left alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_event_add_month((now() + make_interval(months => n))::date) FROM generate_series(0, %s) AS n",
            [MONTHS_AHEAD],
        )


@shared_task(name="audit.seal")
def seal() -> None:
    """Seal what is ready, and raise the alarm when events wait too long or an anchor disagrees."""
    if not is_sealing():
        log.error("the trail is not sealed: HIMS_SEALER_DATABASE_URL is not set for the worker")
        return
    try:
        seal_trail(sealer_address(), key=own_key(), anchors=own_anchors(), most=BATCHES_A_RUN)
    except AnchorError as error:
        log.critical("the trail is not sealed: %s", error)
    for problem in seal_state().problems:
        log.error("seals: %s", problem)


@shared_task(name="audit.check_files")
def check_files() -> None:
    """Once a day, however often it rings: every file against its digest."""
    ask_for_checks(timezone.now().date())


@shared_task(name="audit.verify_recent")
def verify_recent() -> None:
    """Check the newest part of the trail, its protections and its anchors; the outcome is an event of the trail."""
    if is_sealing():
        report = verify_and_tell()
        for problem in report.problems:
            log.critical("trail: %s, seal %s", problem.kind, problem.seal)
