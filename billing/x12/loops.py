"""Loops that both 837 guides share: submitter, receiver, billing provider, subscriber, patient, payer.

A transaction set is built here from claims in their order: claims that follow each other with the same
billing provider share a 2000A loop, and with the same coverage (up to 100 claims, the guides' limit) a
2000B or 2000C loop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import TypeVar

from billing.x12.claim import Claim, ProfessionalClaim
from billing.x12.parties import (
    Address,
    BillingProvider,
    Coverage,
    Payer,
    Person,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
)
from billing.x12.segments import Segment, d8, seg

CLAIMS_PER_LOOP = 100

C = TypeVar("C", bound=Claim)
ClaimWriter = Callable[[C], list[Segment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionSet:
    """The segments between ST and SE. control_number: ST02, four to nine digits when written."""

    guide: str
    control_number: int
    body: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Who sends to whom, and the reference (BHT03) under which; created_at: facility-local, to the minute."""

    submitter: Submitter
    receiver: Receiver
    reference: str
    created_at: dt.datetime


def transaction_body(claims: Sequence[C], submission: Submission, write: ClaimWriter[C]) -> tuple[Segment, ...]:
    """BHT to the last service line of the claims, in their order. Raises ValueError when there are none."""
    if not claims:
        raise ValueError("a transaction set needs at least one claim")
    return (*_header(submission), *_hierarchy(claims, write))


def _header(submission: Submission) -> Iterator[Segment]:
    sender, at = submission.submitter, submission.created_at
    yield seg("BHT", "0019", "00", submission.reference, d8(at.date()), f"{at.hour:02d}{at.minute:02d}", "CH")
    yield seg("NM1", "41", "2", sender.name, "", "", "", "", "46", sender.identifier)
    yield _contact(sender.contact_name, sender.phone, sender.email)
    yield seg("NM1", "40", "2", submission.receiver.name, "", "", "", "", "46", submission.receiver.identifier)


def _contact(name: str, phone: str, email: str = "") -> Segment:
    numbers = [("TE", phone), ("EM", email)]
    return seg("PER", "IC", name, *(part for kind, value in numbers if value for part in (kind, value)))


def _hierarchy(claims: Sequence[C], write: ClaimWriter[C]) -> Iterator[Segment]:
    levels = count(1)
    for billing, of_billing in groupby(claims, key=lambda claim: claim.billing):
        top = next(levels)
        yield seg("HL", str(top), "", "20", "1")
        yield from _billing(billing)
        for group in _coverages(of_billing):
            level = next(levels)
            yield from _coverage(group[0], level, top, levels)
            for claim in group:
                yield from write(claim)


def _coverages(claims: Iterator[C]) -> Iterator[list[C]]:
    """Runs of claims for one coverage, at most 100 long."""
    for _, run in groupby(claims, key=lambda claim: (claim.coverage, _death(claim))):
        members = list(run)
        for start in range(0, len(members), CLAIMS_PER_LOOP):
            yield members[start : start + CLAIMS_PER_LOOP]


def _death(claim: Claim) -> dt.date | None:
    return claim.patient_died_on if isinstance(claim, ProfessionalClaim) else None


def _billing(provider: BillingProvider) -> Iterator[Segment]:
    if provider.taxonomy:
        yield seg("PRV", "BI", "PXC", provider.taxonomy)
    kind = "1" if provider.first_name else "2"
    yield seg("NM1", "85", kind, provider.name, provider.first_name, "", "", "", "XX", provider.npi)
    yield from address_segments(provider.address)
    yield seg("REF", provider.tax_id_kind, provider.tax_id)
    if provider.phone:
        yield _contact(provider.contact_name, provider.phone)
    if provider.pay_to:
        yield seg("NM1", "87", kind)
        yield from address_segments(provider.pay_to)


def _coverage(claim: Claim, level: int, parent: int, levels: count[int]) -> Iterator[Segment]:
    coverage, died = claim.coverage, _death(claim)
    dependent = coverage.dependent
    yield seg("HL", str(level), str(parent), "22", "1" if dependent else "0")
    yield _sbr(coverage)
    if died and not dependent:
        yield seg("PAT", "", "", "", "", "D8", d8(died))
    yield from _subscriber(coverage)
    yield from _payer(coverage.payer)
    if dependent:
        yield seg("HL", str(next(levels)), str(level), "23", "0")
        yield seg("PAT", coverage.relationship, "", "", "", "D8" if died else "", d8(died))
        yield _person("QC", dependent)
        yield from _demographics(dependent)


def _sbr(coverage: Coverage) -> Segment:
    group = coverage.subscriber.group_number
    name = "" if group else coverage.subscriber.group_name
    relationship = "" if coverage.dependent else "18"
    filing = coverage.payer.filing_code
    return seg("SBR", coverage.responsibility, relationship, group, name, "", "", "", "", filing)


def _subscriber(coverage: Coverage) -> Iterator[Segment]:
    person = coverage.subscriber.person
    yield _person("IL", person, coverage.subscriber.member_id)
    if not coverage.dependent:
        yield from _demographics(person)


def _person(entity: str, person: Person, member_id: str = "") -> Segment:
    names = (person.last_name, person.first_name, person.middle_name, "", person.suffix)
    return seg("NM1", entity, "1", *names, "MI" if member_id else "", member_id)


def _demographics(person: Person) -> Iterator[Segment]:
    if person.address:
        yield from address_segments(person.address)
    yield seg("DMG", "D8", d8(person.born_on), person.sex)


def _payer(payer: Payer) -> Iterator[Segment]:
    yield seg("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.identifier)
    if payer.address:
        yield from address_segments(payer.address)


def address_segments(address: Address) -> Iterator[Segment]:
    """N3 and N4; the country only when it is not the United States."""
    country = "" if address.country == "US" else address.country
    yield seg("N3", address.line1, address.line2)
    yield seg("N4", address.city, address.state, address.zip_code, country)


def provider_segments(entity: str, provider: Provider | None, specialty: str = "") -> Iterator[Segment]:
    """NM1 of a provider, and PRV with `specialty` (AT attending, PE performing) when a taxonomy is known."""
    if provider is None:
        return
    names = (provider.last_name, provider.first_name, provider.middle_name, "", provider.suffix)
    kind = "1" if provider.first_name else "2"
    yield seg("NM1", entity, kind, *names, "XX" if provider.npi else "", provider.npi)
    if specialty and provider.taxonomy:
        yield seg("PRV", specialty, "PXC", provider.taxonomy)


def facility_segments(facility: ServiceFacility | None) -> Iterator[Segment]:
    """The service facility location (NM1*77) with its address."""
    if facility is None:
        return
    npi = ("XX", facility.npi) if facility.npi else ("", "")
    yield seg("NM1", "77", "2", facility.name, "", "", "", "", *npi)
    yield from address_segments(facility.address)


def reference_segments(claim: Claim) -> Iterator[Segment]:
    """The claim's REF segments that both guides have, then its note."""
    references = (
        ("9F", claim.referral_number),
        ("G1", claim.prior_authorization),
        ("F8", claim.original_claim_number),
        ("EA", claim.medical_record_number),
    )
    yield from (seg("REF", kind, value) for kind, value in references if value)
    if claim.note:
        yield seg("NTE", "ADD", claim.note)
