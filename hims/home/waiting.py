"""What is waiting for a person, by what they may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from audit.access.selectors import emergencies_to_review
from audit.authority import authority_of
from audit.cases.selectors import case_counts
from audit.monitoring.selectors import open_alerts
from audit.trail.enums import Result
from audit.trail.selectors import refusals_since
from billing.claims.enums import ClaimState
from hims.home.health import health
from hims.home.selectors import COUNTED_AT_MOST, billing_waiting, coding_waiting, jobs_given_up
from hims.lib.access import Permission
from hims.staff.models import User
from records.documents.selectors import unsigned_documents
from records.encounters.selectors import census
from records.presenters import day

A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Waiting:
    """One tile of the home page; count: as it is shown, "1,000+" where counting stopped. tone: "", "warn" or "stop"."""

    title: str
    count: str
    sentence: str
    url: str
    tone: str = ""


def waiting_for(*, by: User) -> list[Waiting]:
    """Tiles in the order of the person's work; empty when nothing waits. What is zero has no tile."""
    authority = authority_of(by)
    return [tile for permission, tiles in QUEUES if authority.may(permission) for tile in tiles(by)]


def _coding(by: User) -> Iterator[Waiting]:
    found = coding_waiting(by=by)
    url = reverse("coding:worklist")
    if found.not_started:
        oldest = f"The oldest was discharged on {day(found.oldest_on)}"
        yield Waiting("Discharged and not coded", _shown(found.not_started), oldest, url)
    if found.in_progress:
        yield Waiting("Coding begun", _shown(found.in_progress), "Not finalized yet", url)


def _in_house(by: User) -> Iterator[Waiting]:
    found = census(by=by)
    if found.count:
        longest = f"The longest stay began on {day(found.since_on)}"
        yield Waiting("Patients in house", _shown(found.count), longest, reverse("records:in_house"))


def _unsigned(by: User) -> Iterator[Waiting]:
    found = unsigned_documents(by=by)
    if found.count and found.oldest_at:
        oldest = f"The oldest was written on {day(found.oldest_at.date())}"
        yield Waiting("Documents without signature", _shown(found.count), oldest, reverse("records:unsigned"), "warn")


def _billing(by: User) -> Iterator[Waiting]:
    found = billing_waiting(by=by)
    claims = reverse("billing:claims")
    if found.claims_ready:
        url = f"{claims}?state={ClaimState.READY}"
        yield Waiting("Claims ready", _shown(found.claims_ready), "Checked, to be exported", url)
    if found.claims_held:
        url = f"{claims}?state={ClaimState.HELD}"
        yield Waiting("Claims held", _shown(found.claims_held), "Each says what is wrong with it", url, "warn")
    if found.accounts_held:
        url = reverse("billing:accounts")
        yield Waiting("Accounts held", _shown(found.accounts_held), "Waiting for a person to decide", url, "warn")


def _alerts(by: User) -> Iterator[Waiting]:
    found = open_alerts(by=by)
    if found.count:
        yield Waiting(
            "Privacy alerts", _shown(found.count), f"The gravest: {found.gravest}", reverse("privacy:alerts"), "warn"
        )


def _cases(by: User) -> Iterator[Waiting]:
    found = case_counts(by=by, today=timezone.localdate())
    if found.open:
        late = f"{_shown(found.overdue)} past the deadline" if found.overdue else "None past its deadline"
        yield Waiting("Open cases", _shown(found.open), late, reverse("cases:cases"), "stop" if found.overdue else "")


def _refusals(by: User) -> Iterator[Waiting]:
    since = timezone.now() - A_DAY
    count = refusals_since(by=by, since=since, limit=COUNTED_AT_MOST).count
    if count:
        query = urlencode({"result": Result.REFUSED.value, "from_day": since.date().isoformat()})
        url = f"{reverse('audit:events')}?{query}"
        yield Waiting("Refused attempts", _shown(count), "In the last 24 hours", url, "warn")


def _emergencies(by: User) -> Iterator[Waiting]:
    found = emergencies_to_review(by=by)
    if found.oldest_at:
        late = f"; {_shown(found.overdue)} overdue" if found.overdue else ""
        sentence = f"The oldest is of {day(found.oldest_at.date())}{late}"
        url = reverse("emergencies:queue")
        tone = "stop" if found.overdue else "warn"
        yield Waiting("Emergency accesses to review", _shown(found.count), sentence, url, tone)


def _system(by: User) -> Iterator[Waiting]:
    dead = jobs_given_up(by=by)
    if dead:
        yield Waiting("Jobs given up", _shown(dead), "Failed five times; see the log", reverse("healthz"), "stop")
    report = health()
    if report.broken:
        yield Waiting(
            "Parts not working", str(len(report.broken)), ", ".join(report.broken), reverse("healthz"), "stop"
        )


def _shown(count: int) -> str:
    return f"{count:,}" if count < COUNTED_AT_MOST else f"{count:,}+"


QUEUES: tuple[tuple[Permission, Callable[[User], Iterator[Waiting]]], ...] = (
    (Permission.CODING_EDIT, _coding),
    (Permission.ENCOUNTER_MANAGE, _in_house),
    (Permission.DOCUMENT_WRITE, _unsigned),
    (Permission.CLAIM_VIEW, _billing),
    (Permission.PRIVACY_REVIEW, _emergencies),
    (Permission.PRIVACY_REVIEW, _alerts),
    (Permission.PRIVACY_REVIEW, _cases),
    (Permission.AUDIT_EXPORT, _refusals),
    (Permission.JOBS_VIEW, _system),
)
