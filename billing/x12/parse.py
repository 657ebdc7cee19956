"""837 claims read back: parse(generate(claim)) gives the claim for every field the guides carry.

Tolerant of missing and unknown segments; what cannot be read as a date or number raises `X12Error` naming
the segment. Loops of other payers (2320 and below) are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from billing.x12.claim import InstitutionalClaim, ProfessionalClaim
from billing.x12.parse_claims import ClaimContext, institutional_claim, professional_claim
from billing.x12.parse_parties import billing_provider, coverage, dependent, submission_parties
from billing.x12.parties import BillingProvider, Coverage, Receiver, Submitter
from billing.x12.reader import RawSegment, Transaction, X12Error, transactions

C = TypeVar("C", InstitutionalClaim, ProfessionalClaim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Submitter and receiver of a transaction set."""

    submitter: Submitter
    receiver: Receiver


def parse_institutional(data: bytes) -> list[InstitutionalClaim]:
    """Every claim of the 837I transaction sets (guide 005010X223...) of a file. Raises X12Error."""
    return _claims(data, "X223", institutional_claim)


def parse_professional(data: bytes) -> list[ProfessionalClaim]:
    """Every claim of the 837P transaction sets (guide 005010X222...) of a file. Raises X12Error."""
    return _claims(data, "X222", professional_claim)


def parse_parties(data: bytes) -> list[Parties]:
    """Submitter and receiver of each 837 transaction set of a file. Raises X12Error."""
    found = []
    for each in transactions(data):
        if each.kind == "837":
            submitter, receiver = submission_parties(each.body)
            found.append(Parties(submitter=submitter, receiver=receiver))
    return found


def _claims(data: bytes, guide: str, build: Callable[[list[RawSegment], ClaimContext], C]) -> list[C]:
    sets = [each for each in transactions(data) if each.kind == "837" and guide in each.guide]
    return [claim for each in sets for claim in _of_transaction(each, build)]


def _of_transaction(each: Transaction, build: Callable[[list[RawSegment], ClaimContext], C]) -> Iterator[C]:
    billing: BillingProvider | None = None
    cover: Coverage | None = None
    for level in split_before(each.body, "HL")[1:]:
        head, *claims = split_before(level, "CLM")
        kind = level[0].get(3)
        if kind == "20":
            billing, cover = billing_provider(head), None
        elif kind == "22":
            cover = coverage(head)
        elif kind == "23":
            cover = dependent(head, cover) if cover else None
        for claim in claims:
            if billing is None or cover is None:
                raise X12Error("A claim stands before its subscriber", segment="CLM", position=claim[0].position)
            yield build(claim, ClaimContext(billing=billing, coverage=cover, head=head))


def split_before(found: tuple[RawSegment, ...] | list[RawSegment], name: str) -> list[list[RawSegment]]:
    """The segments cut before each one called `name`; the first part is what stands before."""
    parts: list[list[RawSegment]] = [[]]
    for segment in found:
        if segment.name == name:
            parts.append([])
        parts[-1].append(segment)
    return parts
