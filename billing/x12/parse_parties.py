"""Loops 1000 to 2010 read back into parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from billing.x12.parse_values import day, find, value
from billing.x12.parties import (
    SELF,
    Address,
    BillingProvider,
    Coverage,
    Payer,
    Person,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from billing.x12.reader import RawSegment

Loops = list[list[RawSegment]]


def name_loops(segments: Sequence[RawSegment]) -> Loops:
    """The segments cut into NM1 loops; what stands before the first NM1 is left out."""
    loops: Loops = []
    for segment in segments:
        if segment.name == "NM1":
            loops.append([])
        if loops:
            loops[-1].append(segment)
    return loops


def loop_of(loops: Loops, entity: str) -> list[RawSegment]:
    """The first loop of that entity (NM101); [] when there is none."""
    return next((loop for loop in loops if loop[0].get(1) == entity), [])


def submission_parties(body: Sequence[RawSegment]) -> tuple[Submitter, Receiver]:
    """Loops 1000A and 1000B."""
    loops = name_loops(body)
    sender, receiver = loop_of(loops, "41"), loop_of(loops, "40")
    contact = _named(sender, "PER")
    submitter = Submitter(
        name=sender[0].get(3) if sender else "",
        identifier=sender[0].get(9) if sender else "",
        contact_name=contact.get(2) if contact else "",
        phone=_number(contact, "TE"),
        email=_number(contact, "EM"),
    )
    if not receiver:
        return submitter, Receiver()
    return submitter, Receiver(name=receiver[0].get(3), identifier=receiver[0].get(9))


def billing_provider(head: Sequence[RawSegment]) -> BillingProvider:
    """Loop 2000A with 2010AA and the pay-to address."""
    loops = name_loops(head)
    loop, pay_to = loop_of(loops, "85"), loop_of(loops, "87")
    if not loop:
        return BillingProvider()
    name, contact = loop[0], _named(loop, "PER")
    tax = find(loop, "REF", "EI") or find(loop, "REF", "SY")
    return BillingProvider(
        name=name.get(3),
        first_name=name.get(4),
        npi=name.get(9),
        tax_id=tax.get(2) if tax else "",
        tax_id_kind=tax.get(1) if tax else "EI",
        taxonomy=value(head, "PRV", "BI", 3),
        address=address(loop) or Address(),
        contact_name=contact.get(2) if contact else "",
        phone=_number(contact, "TE"),
        pay_to=address(pay_to),
    )


def coverage(head: Sequence[RawSegment]) -> Coverage:
    """Loop 2000B: subscriber and payer, the patient not yet known to be another."""
    loops = name_loops(head)
    sbr, holder, payer = _named(head, "SBR"), loop_of(loops, "IL"), loop_of(loops, "PR")
    subscriber = Subscriber(
        person=person(holder),
        member_id=holder[0].get(9) if holder else "",
        group_number=sbr.get(3) if sbr else "",
        group_name=sbr.get(4) if sbr else "",
    )
    return Coverage(
        payer=Payer(
            name=payer[0].get(3) if payer else "",
            identifier=payer[0].get(9) if payer else "",
            filing_code=sbr.get(9) if sbr else "",
            address=address(payer),
        ),
        subscriber=subscriber,
        responsibility=sbr.get(1) if sbr else "",
        relationship=(sbr.get(2) if sbr else "") or SELF,
    )


def dependent(head: Sequence[RawSegment], cover: Coverage) -> Coverage:
    """Loop 2000C: the coverage with its patient."""
    patient = _named(head, "PAT")
    who = person(loop_of(name_loops(head), "QC"))
    return replace(cover, relationship=patient.get(1) if patient else "", dependent=who)


def death(head: Sequence[RawSegment]) -> dt.date | None:
    """Date of death in PAT06 (837P). Raises X12Error."""
    patient = _named(head, "PAT")
    return day(patient.get(6), patient) if patient else None


def person(loop: Sequence[RawSegment]) -> Person:
    """A subscriber or patient with address and demographics. Raises X12Error for a bad birth date."""
    if not loop:
        return Person()
    name, demographics = loop[0], _named(loop, "DMG")
    return Person(
        last_name=name.get(3),
        first_name=name.get(4),
        middle_name=name.get(5),
        suffix=name.get(7),
        born_on=day(demographics.get(2), demographics) if demographics else None,
        sex=demographics.get(3) if demographics else "",
        address=address(loop),
    )


def provider(loop: Sequence[RawSegment]) -> Provider | None:
    """A provider loop; None when it is empty."""
    if not loop:
        return None
    name, specialty = loop[0], _named(loop, "PRV")
    return Provider(
        last_name=name.get(3),
        first_name=name.get(4),
        middle_name=name.get(5),
        suffix=name.get(7),
        npi=name.get(9),
        taxonomy=specialty.get(3) if specialty else "",
    )


def service_facility(loop: Sequence[RawSegment]) -> ServiceFacility | None:
    """A service facility loop; None when it is empty."""
    if not loop:
        return None
    return ServiceFacility(name=loop[0].get(3), npi=loop[0].get(9), address=address(loop) or Address())


def address(loop: Sequence[RawSegment]) -> Address | None:
    """N3 and N4 of a loop; None when it has neither."""
    street, city = _named(loop, "N3"), _named(loop, "N4")
    if street is None and city is None:
        return None
    return Address(
        line1=street.get(1) if street else "",
        line2=street.get(2) if street else "",
        city=city.get(1) if city else "",
        state=city.get(2) if city else "",
        zip_code=city.get(3) if city else "",
        country=(city.get(4) if city else "") or "US",
    )


def _named(segments: Sequence[RawSegment], name: str) -> RawSegment | None:
    return next((segment for segment in segments if segment.name == name), None)


def _number(contact: RawSegment | None, kind: str) -> str:
    """A communication number of a PER segment: qualifiers stand in elements 3, 5 and 7."""
    if contact is None:
        return ""
    return next((contact.get(at + 1) for at in (3, 5, 7) if contact.get(at) == kind), "")
