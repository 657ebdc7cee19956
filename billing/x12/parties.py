"""Who stands on a claim: submitter, receiver, providers, people, payer and coverage.

Every text is plain; blank means "not known". `billing.x12.faults` says what is missing or impossible,
so these classes check nothing themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

SELF = "18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. zip_code: 5 or 9 digits without hyphen; country: ISO 3166 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Loop 1000A: who sends the file. identifier: the number agreed with the receiver (ETIN)."""

    name: str = ""
    identifier: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Loop 1000B: who receives the file, a payer or a clearinghouse."""

    name: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingProvider:
    """Loops 2000A, 2010AA and 2010AB.

    name: organization, or the last name when `first_name` is filled (professional claims only).
    tax_id: nine digits; tax_id_kind: "EI" employer number or "SY" social security number.
    pay_to: where payment goes when it differs from `address`.
    """

    name: str = ""
    first_name: str = ""
    npi: str = ""
    tax_id: str = ""
    tax_id_kind: str = "EI"
    taxonomy: str = ""
    address: Address = field(default_factory=Address)
    contact_name: str = ""
    phone: str = ""
    pay_to: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An attending, operating, rendering or referring provider; blank first_name: an organization."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    npi: str = ""
    taxonomy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacility:
    """Where the service took place, when that is not the billing provider's address."""

    name: str = ""
    npi: str = ""
    address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A subscriber or patient. sex: "F", "M" or "U" (unknown)."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    born_on: dt.date | None = None
    sex: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Loop 2010BA: who holds the coverage. group_name is sent only when there is no group_number."""

    person: Person = field(default_factory=Person)
    member_id: str = ""
    group_number: str = ""
    group_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Loop 2010BB. filing_code: claim filing indicator, "MA" Medicare A, "MC" Medicaid, "CI" commercial."""

    name: str = ""
    identifier: str = ""
    filing_code: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whose plan pays for whom.

    relationship: the patient's relationship to the subscriber; "18" when they are one person, else "01"
    spouse, "19" child, "20" employee, "21" unknown, "39", "40", "53", "G8".
    dependent: the patient, when the patient is not the subscriber; then the subscriber's address, birth
    date and sex are not sent.
    """

    payer: Payer = field(default_factory=Payer)
    subscriber: Subscriber = field(default_factory=Subscriber)
    responsibility: str = "P"
    relationship: str = SELF
    dependent: Person | None = None

    @property
    def patient(self) -> Person:
        """The person who was treated."""
        return self.dependent or self.subscriber.person
