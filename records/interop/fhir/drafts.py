"""What a resource becomes: values for our tables, without a database. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from records.interop.fhir.keys import Reference


@dataclass(frozen=True)
class PatientDraft:
    """columns: of Patient. match_keys: any of them finds the patient again. identifiers: all numbers, as (system, value).

    mrn: the facility's own medical record number, "" when the source has none. names: (use, family, given).
    """

    columns: Mapping[str, Any]
    match_keys: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]
    mrn: str = ""
    names: tuple[tuple[str, str, str], ...] = ()
    addresses: tuple[Mapping[str, str], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProviderDraft:
    """columns: of Provider, without its key."""

    key: str
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class ProviderRoleDraft:
    """What a role adds to its practitioner: specialty and taxonomy code."""

    practitioner: Reference
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class PayerDraft:
    """columns: of Payer, without its code."""

    code: str
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class CoverageDraft:
    """columns: of Coverage, without patient, payer and rank. rank 0: the next free one."""

    patient: Reference
    payer: Reference | None
    payer_name: str
    rank: int
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class EncounterDraft:
    """columns: of Encounter. participants: (role, clinician). account_number: the source's, "" when it has none."""

    source_key: str
    patient: Reference
    columns: Mapping[str, Any]
    participants: tuple[tuple[str, Reference], ...] = ()
    account_number: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntryDraft:
    """One row of a list of the chart. kind: name of its model. columns: all but patient, encounter and facility.

    medication: the resource that names the drug, when the entry itself does not.
    """

    kind: str
    source_key: str
    patient: Reference
    encounter: Reference | None
    columns: Mapping[str, Any]
    medication: Reference | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentFileDraft:
    """The file of a document as it came."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class DocumentDraft:
    """columns: of Document. signed_at: None for a draft. signed_by: the source's words; the author's name goes before it."""

    source_key: str
    patient: Reference
    encounter: Reference | None
    author: Reference | None
    columns: Mapping[str, Any]
    text: str = field(repr=False)
    signed_at: datetime | None
    signed_by: str
    file: DocumentFileDraft | None = None
    notes: tuple[str, ...] = ()


Draft = (
    PatientDraft
    | ProviderDraft
    | ProviderRoleDraft
    | PayerDraft
    | CoverageDraft
    | EncounterDraft
    | EntryDraft
    | DocumentDraft
)
