"""Watching, every minute and every night."""

from __future__ import annotations

import logging

from celery import shared_task

from audit.monitoring.watching import look_again, watch_all

log = logging.getLogger("audit.monitoring")


@shared_task(name="audit.watch")
def watch_trail() -> None:
    """The newest events, and what has come to rest."""
    done = watch_all()
    if done.alerts:
        log.info("privacy monitoring: %s events, %s new alerts", done.events, done.alerts)


@shared_task(name="audit.look_again")
def look_again_at_night() -> None:
    """What stayed unexplained is explained anew; everything that rests is judged first."""
    watch_all()
    closed = look_again()
    log.info("privacy monitoring: %s alerts explained later", closed)
