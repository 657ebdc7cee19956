"""Who stands on a claim: facility, clinicians, patient, coverage, sender and receiver."""

from __future__ import annotations

from datetime import datetime

from billing.claims.enums import ClaimForm
from billing.claims.rules import digits, filing_indicator, split_given
from billing.claims.sources import ClaimSource
from billing.x12 import parties
from billing.x12.loops import Submission
from hims.staff.models import Facility
from records.encounters.models import Provider
from records.registry.enums import Relationship
from records.registry.models import Address, Coverage, Patient, Payer

OFFICE = "Billing office"


def sender_id(facility: Facility) -> str:
    """The number under which the facility sends (ISA06, GS02, NM1*41): its code."""
    return facility.code.upper()


def submission_of(facility: Facility, payer: Payer, *, reference: str, created_at: datetime) -> Submission:
    """Sender, receiver and reference of a file. created_at: facility-local, naive."""
    submitter = parties.Submitter(
        name=facility.name, identifier=sender_id(facility), contact_name=OFFICE, phone=digits(facility.phone)
    )
    receiver = parties.Receiver(name=payer.name, identifier=payer.electronic_id)
    return Submission(submitter=submitter, receiver=receiver, reference=reference, created_at=created_at)


def billing_provider(facility: Facility) -> parties.BillingProvider:
    """The facility as billing provider."""
    return parties.BillingProvider(
        name=facility.name, npi=facility.npi, tax_id=digits(facility.tax_id), taxonomy=facility.taxonomy_code,
        address=parties.Address(
            line1=facility.address_line, city=facility.city, state=facility.state, zip_code=digits(facility.postal_code)
        ),
        contact_name=OFFICE, phone=digits(facility.phone),
    )  # fmt: skip


def provider(row: Provider | None) -> parties.Provider | None:
    """A clinician; None when there is none."""
    if row is None:
        return None
    first, middle = split_given(row.given_names)
    return parties.Provider(
        last_name=row.family_name, first_name=first, middle_name=middle, npi=row.npi, taxonomy=row.taxonomy_code
    )


def coverage(source: ClaimSource, row: Coverage | None, form: ClaimForm) -> parties.Coverage:
    """Whose plan pays for the patient; without a coverage only the patient is filled."""
    patient = _patient(source.encounter.patient, source.address)
    if row is None:
        return parties.Coverage(subscriber=parties.Subscriber(person=patient))
    own = row.relationship == Relationship.SELF
    subscriber = parties.Subscriber(
        person=patient if own else _subscriber(row), member_id=row.member_id, group_number=row.group_number
    )
    return parties.Coverage(
        payer=_payer(row.payer, form), subscriber=subscriber, relationship=row.relationship,
        dependent=None if own else patient,
    )  # fmt: skip


def _patient(row: Patient, address: Address | None) -> parties.Person:
    first, middle = split_given(row.given_names)
    return parties.Person(
        last_name=row.family_name, first_name=first, middle_name=middle, suffix=row.suffix, born_on=row.birth_date,
        sex=row.sex, address=_address(address) if address else None,
    )  # fmt: skip


def _subscriber(row: Coverage) -> parties.Person:
    first, middle = split_given(row.subscriber_given_names)
    return parties.Person(
        last_name=row.subscriber_family_name, first_name=first, middle_name=middle, born_on=row.subscriber_birth_date,
        sex=row.subscriber_sex,
    )  # fmt: skip


def _address(row: Address) -> parties.Address:
    country = "US" if row.country in {"", "US", "USA"} else row.country
    code = digits(row.postal_code) if country == "US" else row.postal_code
    return parties.Address(line1=row.line, city=row.city, state=row.state, zip_code=code, country=country)


def _payer(row: Payer, form: ClaimForm) -> parties.Payer:
    address = None
    if row.address_line:
        address = parties.Address(
            line1=row.address_line, city=row.city, state=row.state, zip_code=digits(row.postal_code)
        )
    return parties.Payer(
        name=row.name, identifier=row.electronic_id, filing_code=filing_indicator(row.kind, form), address=address
    )
