"""What the demo hospital is built from: planned stays, before anything is in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class PlannedPatient:
    """A synthetic person; key tells two planned patients apart."""

    key: str
    family_name: str
    given_names: str
    birth_date: date
    sex: str
    phone: str
    line: str
    city: str
    state: str
    postal_code: str
    payer: str


@dataclass(frozen=True)
class PlannedDocument:
    """at: facility-local, naive."""

    document_type: str
    title: str
    author: str
    at: datetime
    text: str
    signed: bool = True


@dataclass(frozen=True)
class PlannedCharge:
    revenue_code: str
    description: str
    units: int
    amount: Decimal
    service_on: date
    hcpcs_code: str = ""
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()


@dataclass(frozen=True)
class PlannedCode:
    """role: principal, secondary, admitting, reason_for_visit, external_cause or procedure; day from admission for procedures."""

    role: str
    code: str
    poa: str = ""
    day: int = 0
    provider: str = ""


@dataclass(frozen=True)
class PlannedStay:
    """One encounter with everything that hangs on it; times facility-local and naive; discharged_at None while in house."""

    key: str
    patient: PlannedPatient
    facility: str
    encounter_class: str
    service: str
    reason: str
    attending: str
    admitted_at: datetime
    discharged_at: datetime | None
    admission_type: str
    point_of_origin: str
    disposition: str
    documents: tuple[PlannedDocument, ...] = ()
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    charges: tuple[PlannedCharge, ...] = ()
    codes: tuple[PlannedCode, ...] = ()
    finalized: bool = False
    unit: str = ""
