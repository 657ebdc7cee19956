"""What keeps a claim from being sent, each fault a sentence that a biller can act on.

A claim with faults is held, the others go. The rules are those of the guides 005010X222A1 and 005010X223A2
that a receiver checks (SNIP levels 1 to 4) and a few of the hospital's own; whether codes exist, or pay, is
decided elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from billing.x12.checklist import Checklist, Fault
from billing.x12.claim import Claim, InstitutionalClaim
from billing.x12.faults_institutional import check_institutional
from billing.x12.faults_professional import check_professional
from billing.x12.formats import is_phone
from billing.x12.loops import Submission

__all__ = ["Fault", "Sifted", "faults", "sift", "submission_faults"]

C = TypeVar("C", bound=Claim)
CONSENT_MISSING = (
    "The payer may learn of this treatment only with the patient's written consent (42 CFR part 2), and none is in force. "
    "Ask the privacy officer to record it, or bill the patient."
)


@dataclass(frozen=True, slots=True)
class Sifted(Generic[C]):
    """Claims that may go, and those held back with their faults, both in the order given."""

    ready: tuple[C, ...]
    held: tuple[tuple[C, tuple[Fault, ...]], ...]


def faults(claim: Claim, *, as_of: dt.date | None = None, consent_missing: bool = False) -> list[Fault]:
    """Everything missing or impossible on a claim; [] when it may go.

    as_of: today at the facility; services after it are a fault. None leaves the future alone. consent_missing: the claim tells of
    treatment that a payer may learn of with the patient's consent only (42 CFR 2.33), and there is none.
    """
    check = Checklist()
    check.must(not consent_missing, "CONSENT_MISSING", "consent", CONSENT_MISSING)
    if isinstance(claim, InstitutionalClaim):
        check_institutional(check, claim, as_of)
    else:
        check_professional(check, claim, as_of)
    return check.found


def sift(claims: Iterable[C], *, as_of: dt.date | None = None) -> Sifted[C]:
    """Parts claims that may go from those that are held.

    A patient control number that an earlier claim of the same bundle carries holds the later one.
    """
    ready: list[C] = []
    held: list[tuple[C, tuple[Fault, ...]]] = []
    seen: set[str] = set()
    for claim in claims:
        found = faults(claim, as_of=as_of)
        number = claim.patient_control_number.upper()
        if number and number in seen:
            found.append(_twice(number))
        seen.add(number)
        if found:
            held.append((claim, tuple(found)))
        else:
            ready.append(claim)
    return Sifted(tuple(ready), tuple(held))


def _twice(number: str) -> Fault:
    sentence = f"Patient control number {number} is already on another claim of this file."
    return Fault("CONTROL_NUMBER_TWICE", "patient_control_number", sentence)


def submission_faults(submission: Submission) -> list[Fault]:
    """What is missing or impossible about submitter, receiver and reference (loops 1000A and 1000B)."""
    check = Checklist()
    sender, receiver = submission.submitter, submission.receiver
    check.text(sender.name, "SUBMITTER_NAME", "submitter.name", "submitter's name", longest=60)
    field = "submitter.identifier"
    check.identifier(sender.identifier, "SUBMITTER_ID", field, "submitter's number", longest=80, shortest=2)
    field = "submitter.contact_name"
    check.text(sender.contact_name, "SUBMITTER_CONTACT", field, "submitter's contact", longest=60)
    sentence = "Enter the phone number, ten digits, or the email address of the submitter's contact."
    reachable = is_phone(sender.phone) if sender.phone else "@" in sender.email
    check.must(reachable, "SUBMITTER_PHONE_MISSING", "submitter.phone", sentence)
    check.text(sender.email, "SUBMITTER_EMAIL", "submitter.email", "email address", longest=256, required=False)
    check.text(receiver.name, "RECEIVER_NAME", "receiver.name", "receiver's name", longest=60)
    field = "receiver.identifier"
    check.identifier(receiver.identifier, "RECEIVER_ID", field, "receiver's number", longest=80, shortest=2)
    check.identifier(submission.reference, "REFERENCE", "reference", "reference of the batch", longest=30)
    return check.found
