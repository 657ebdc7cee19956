"""Separation of duties: which rights one person should not hold together, and what one person may not do to the own work.

Sources: COSO Internal Control (segregation of duties); 45 CFR 164.308(a)(3)-(4) (workforce security, access management);
45 CFR 164.312(b) with 164.308(a)(1)(ii)(D) (review of activity by others than those reviewed); AHIMA, Standards of Ethical Coding
and guidance on coding audits (an independent reviewer); OIG General Compliance Program Guidance (billing and coding checks).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from hims.lib.access import Permission
from hims.lib.errors import DomainError

P = Permission
OF_PATIENTS = frozenset(
    {
        P.PATIENT_SEARCH, P.PATIENT_VIEW, P.PATIENT_REGISTER, P.CONFIDENTIAL_VIEW, P.FACILITY_CHARTS, P.EMERGENCY_ACCESS,
        P.RESTRICTION_MANAGE, P.IDENTIFIER_UNMASK, P.LABEL_PART2, P.LABEL_HIV, P.LABEL_GENETIC, P.LABEL_REPRODUCTIVE,
        P.LABEL_BEHAVIOURAL, P.LABEL_MINOR, P.PSYCHOTHERAPY_WRITE, P.PATIENT_MERGE_REQUEST, P.PATIENT_MERGE_APPROVE,
        P.ENCOUNTER_MANAGE, P.CHART_VIEW, P.DOCUMENT_WRITE, P.CODING_VIEW, P.CODING_EDIT, P.CODING_FINALIZE,
        P.CODING_REVIEW, P.CHARGE_VIEW, P.CHARGE_EDIT, P.CLAIM_VIEW, P.CLAIM_EXPORT, P.REFUND_REQUEST, P.REFUND_APPROVE,
        P.SCHEDULE_VIEW, P.SCHEDULE_EDIT, P.DATA_IMPORT,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Duty:
    """A pair of duties that belong to two people: any right of `first` beside any of `second`."""

    key: str
    title: str
    first: frozenset[Permission]
    second: frozenset[Permission]
    reason: str
    source: str


@dataclass(frozen=True)
class Conflict:
    """A pair of duties in one hand; first, second: the rights held on either side."""

    duty: Duty
    first: tuple[Permission, ...]
    second: tuple[Permission, ...]

    @property
    def key(self) -> str:
        """Name of the pair, as exceptions keep it."""
        return self.duty.key

    @property
    def permissions(self) -> frozenset[Permission]:
        """Every right that takes part."""
        return frozenset(self.first) | frozenset(self.second)


DUTIES = (
    Duty(
        "coding_and_review", "Coding and reviewing the coding",
        frozenset({P.CODING_EDIT, P.CODING_FINALIZE}), frozenset({P.CODING_REVIEW}),
        "Who codes a case must not judge whether it was coded correctly.",
        "AHIMA, coding audits: an independent reviewer",
    ),
    Duty(
        "coding_and_claims", "Changing codes and sending claims",
        frozenset({P.CODING_EDIT, P.CODING_FINALIZE}), frozenset({P.CLAIM_EXPORT}),
        "Who sends a claim must not be able to change the codes that decide what it pays.",
        "OIG General Compliance Program Guidance, billing and coding",
    ),
    Duty(
        "merge", "Asking for a merge and approving it",
        frozenset({P.PATIENT_MERGE_REQUEST}), frozenset({P.PATIENT_MERGE_APPROVE}),
        "Two charts made one by mistake harm both patients, so a second person looks before it happens.",
        "COSO, segregation of duties: authorisation apart from execution",
    ),
    Duty(
        "refund", "Asking for a refund and approving it",
        frozenset({P.REFUND_REQUEST}), frozenset({P.REFUND_APPROVE}),
        "Money leaves the hospital only when a second person agrees.",
        "COSO, segregation of duties: authorisation apart from custody",
    ),
    Duty(
        "charges_and_refunds", "Entering charges and approving refunds",
        frozenset({P.CHARGE_EDIT}), frozenset({P.REFUND_APPROVE}),
        "Who can enter a charge must not be the one who pays it back.",
        "COSO, segregation of duties: recording apart from authorisation",
    ),
    Duty(
        "accounts_and_patients", "Managing accounts and opening patient data",
        frozenset({P.STAFF_MANAGE}), OF_PATIENTS,
        "Who gives out access must not use it: otherwise nobody stands between an administrator and the charts.",
        "45 CFR 164.308(a)(3)-(4)",
    ),
    Duty(
        "accounts_and_certification", "Managing accounts and certifying access",
        frozenset({P.STAFF_MANAGE}), frozenset({P.ACCESS_CERTIFY, P.PRIVACY_REVIEW}),
        "Who gives out access must not be the one who confirms that it is right.",
        "45 CFR 164.308(a)(4)(ii)(C), access establishment and modification",
    ),
    Duty(
        "privacy_and_records", "Reviewing who looked and working in the charts",
        frozenset({P.PRIVACY_REVIEW}),
        frozenset(
            {
                P.CODING_EDIT, P.CODING_FINALIZE, P.CODING_REVIEW, P.DOCUMENT_WRITE, P.ENCOUNTER_MANAGE, P.CHARGE_EDIT,
                P.CLAIM_EXPORT, P.EMERGENCY_ACCESS, P.DATA_IMPORT,
            }
        ),
        "Who judges whether a look was right must not be among those whose looks are judged.",
        "45 CFR 164.308(a)(1)(ii)(D), information system activity review",
    ),
    Duty(
        "trail_and_records", "Exporting the trail and working in the charts",
        frozenset({P.AUDIT_EXPORT}),
        frozenset({P.CODING_EDIT, P.CODING_FINALIZE, P.DOCUMENT_WRITE, P.ENCOUNTER_MANAGE, P.CHARGE_EDIT, P.CLAIM_EXPORT}),
        "Evidence about the work is gathered by somebody who does not do the work.",
        "45 CFR 164.312(b), audit controls",
    ),
)  # fmt: skip
BY_KEY = {duty.key: duty for duty in DUTIES}


def conflicts(permissions: Iterable[Permission]) -> list[Conflict]:
    """The pairs of duties that these rights bring together, in the order of DUTIES."""
    held = frozenset(permissions)
    found = []
    for duty in DUTIES:
        first, second = held & duty.first, held & duty.second
        if first and second:
            found.append(Conflict(duty, tuple(sorted(first)), tuple(sorted(second))))
    return found


def conflicts_of_adding(held: Iterable[Permission], added: Iterable[Permission]) -> list[Conflict]:
    """Conflicts that would stand after `added` and in which something of `added` takes part; others are no news."""
    new = frozenset(added)
    return [conflict for conflict in conflicts(frozenset(held) | new) if conflict.permissions & new]


class Person(Protocol):
    """Whoever acts."""

    @property
    def pk(self) -> UUID: ...


def require_another(by: Person, other_id: UUID | None, what: str) -> None:
    """Raises DomainError when `by` is the person with `other_id`.

    what: what is to be done, as the end of a sentence: "to review this coding".
    """
    if other_id is not None and by.pk == other_id:
        raise DomainError(f"Another person is needed {what}: nobody decides about themselves or their own work.")


def may_approve_refund(amount: Decimal, limit: Decimal, requested_by: UUID, approved_by: UUID) -> bool:
    """Whether this person may approve this refund: another one asked for it, and it is within the approver's limit.

    amount, limit: USD, amount above 0, limit 0 or more. Raises ValueError outside these ranges.
    """
    if not amount.is_finite() or not limit.is_finite() or amount <= 0 or limit < 0:
        raise ValueError("the amount is not above 0, or the limit is negative")
    return requested_by != approved_by and amount <= limit
