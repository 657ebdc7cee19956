"""Upkeep of the trail."""

from __future__ import annotations

from celery import shared_task
from django.db import connection

MONTHS_AHEAD = 12


@shared_task(name="audit.add_months")
def add_months() -> None:
    """The partitions of the present month and the twelve after it; those that exist are left alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_event_add_month((now() + make_interval(months => n))::date) FROM generate_series(0, %s) AS n",
            [MONTHS_AHEAD],
        )
