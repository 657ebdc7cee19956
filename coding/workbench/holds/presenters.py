"""What pages say of a hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from coding.workbench.enums import CodingStatus
from coding.workbench.holds.keeping import hold_of, words_for
from coding.workbench.holds.rules import ago, is_old, seconds_until_old
from coding.workbench.models import CodingRecord
from hims.staff.models import User

LOOK_AGAIN_SECONDS = 300
FREE = "Nobody else is working on this account now."


def hold_notice(
    record: CodingRecord, by: User, now: datetime, *, may_code: bool, waits: bool = False
) -> dict[str, Any]:
    """The banner over the codes; {} when there is nothing to say.

    record: with facility, hold, its holder and lost_to. may_code: the person could work here. waits: the page was opened while
    somebody else worked, so that it is told when the account is free.
    """
    if record.status == CodingStatus.FINALIZED:
        return {}
    hold = hold_of(record)
    words = words_for(hold, by, now, record.facility.time_zone)
    if not words:
        return {"text": FREE, "free": True, "tone": "done"} if waits and may_code else {}
    notice: dict[str, Any] = {"text": words, "tone": "warn" if may_code else "inform", "waits": may_code}
    if hold is None or hold.holder_id is None or hold.seen_at is None:
        return {**notice, "free": True, "waits": False}
    minutes = settings.CODING_HOLD_MINUTES
    left = seconds_until_old(hold.seen_at, now, minutes)
    return {
        **notice, "holder": str(hold.holder), "holder_id": hold.holder_id, "minutes": minutes,
        "old": may_code and is_old(hold.seen_at, now, minutes), "again_in": min(LOOK_AGAIN_SECONDS, left + 1),
    }  # fmt: skip


def held_by(record: CodingRecord, now: datetime) -> dict[str, str]:
    """For the worklist: who works on the account, and when they were last heard of; {} when nobody does."""
    hold = hold_of(record)
    if hold is None or hold.holder is None or hold.seen_at is None:
        return {}
    old = is_old(hold.seen_at, now, settings.CODING_HOLD_MINUTES)
    return {
        "name": str(hold.holder),
        "active": f"last active {ago(hold.seen_at, now)}",
        "tone": "neutral" if old else "inform",
    }
