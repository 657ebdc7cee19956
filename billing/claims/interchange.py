"""Claims of one facility, form and payer as one interchange, and the referee's verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from billing.claims.build import transaction_set
from billing.claims.build_parties import sender_id, submission_of
from billing.x12.claim import Claim
from billing.x12.envelope import Envelope, document
from billing.x12.faults import Fault
from billing.x12.referee import Finding, validate
from hims.staff.models import Facility
from records.registry.models import Payer


@dataclass(frozen=True)
class Addressee:
    """One file's ends. moment: aware, when the file is written."""

    facility: Facility
    payer: Payer
    moment: datetime

    @property
    def usage(self) -> str:
        """ISA15: a demo hospital writes test files, which no payer adjudicates."""
        return "T" if settings.DEMO else "P"


@dataclass(frozen=True)
class Refereed:
    """The bytes of the claims that passed (places in the input), b"" when none did, and the others with their faults."""

    content: bytes
    passed: tuple[int, ...]
    refused: tuple[tuple[int, Fault], ...]


def addressee(facility: Facility, payer: Payer) -> Addressee:
    """The ends of a file that is written now."""
    return Addressee(facility, payer, timezone.now())


def interchange_bytes(claims: Sequence[Claim], to: Addressee, number: int) -> bytes:
    """The file: one functional group with one transaction set; group number and reference repeat the interchange number."""
    at = to.moment.astimezone(ZoneInfo(to.facility.time_zone)).replace(tzinfo=None)
    submission = submission_of(to.facility, to.payer, reference=f"{number:09d}", created_at=at)
    envelope = Envelope(
        sender_id=sender_id(to.facility), receiver_id=to.payer.electronic_id.upper(), interchange_number=number,
        group_number=number, created_at=at, usage=to.usage,
    )  # fmt: skip
    return document([transaction_set(list(claims), submission, 1)], envelope)


def refereed(claims: Sequence[Claim], to: Addressee, number: int) -> Refereed:
    """The file without the claims that the referee refuses.

    Only when the file as a whole is refused is each claim judged in a file of its own, to find which ones. What remains is
    judged again; when it is still refused, all are held with that finding.
    """
    content = interchange_bytes(claims, to, number)
    if not validate(content):
        return Refereed(content, tuple(range(len(claims))), ())
    verdicts = [validate(interchange_bytes([claim], to, number)) for claim in claims]
    passed = tuple(place for place, findings in enumerate(verdicts) if not findings)
    refused = [(place, _fault(findings[0])) for place, findings in enumerate(verdicts) if findings]
    content = interchange_bytes([claims[place] for place in passed], to, number) if passed else b""
    still = validate(content) if passed else []
    if still:
        return Refereed(b"", (), (*refused, *((place, _fault(still[0])) for place in passed)))
    return Refereed(content, passed, tuple(refused))


def _fault(finding: Finding) -> Fault:
    where = finding.element or finding.segment or "the file"
    return Fault("REFEREE", where, f"The format check refuses {where}: {finding.message}"[:300])
