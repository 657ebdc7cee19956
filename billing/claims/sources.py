"""The rows a claim is made of, loaded for many accounts at once with the same few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from audit.access.models import LabelConsent
from billing.charges.models import Account, Charge
from billing.claims.enums import ClaimState
from billing.claims.models import Claim
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodingRecord, CodingSummary
from hims.lib.labels import Label
from records.encounters.enums import ProviderRole
from records.encounters.models import Encounter, EncounterProvider, Provider
from records.registry.enums import AddressUse
from records.registry.models import Address, Coverage, MedicalRecordNumber
from records.sensitivity.rules import claim_is_held

ADDRESS_ORDER = (AddressUse.HOME, AddressUse.BILLING, AddressUse.TEMPORARY, AddressUse.WORK)
STATED = ("attending", "operating", "other_operating")
ACCOUNT_RELATED = ("encounter__facility", "encounter__attending", "encounter__patient")


@dataclass
class ClaimSource:
    """Everything known about one account; coverages by rank, charges by day; consented: labels of consents in force.

    attending: whom the coder's abstract names, else registration's; so are the operating clinicians.
    """

    account: Account
    summary: CodingSummary | None = None
    reopened: bool = False
    coverages: list[Coverage] = field(default_factory=list)
    address: Address | None = None
    medical_record_number: str = ""
    charges: list[Charge] = field(default_factory=list)
    attending: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    claims: list[Claim] = field(default_factory=list)
    consented: frozenset[str] = frozenset()

    @property
    def part2(self) -> bool:
        """The visit was treatment of a substance use disorder: the payer gets the notice with the claim."""
        return Label.PART2 in self.encounter.labels

    @property
    def consent_missing(self) -> bool:
        """The claim may not leave without a consent of the patient, and there is none."""
        return claim_is_held(self.encounter.labels, self.consented)

    @property
    def encounter(self) -> Encounter:
        """The visit."""
        return self.account.encounter

    def coded(self, name: str) -> str:
        """An item of the stay as the summary has it; what a summary does not tell is registration's."""
        content = self.summary.content if self.summary else {}
        known: str = content.get("encounter", {}).get(name) or getattr(self.encounter, name)
        return known

    @property
    def stated(self) -> Mapping[str, Any]:
        """The coder's own items in the summary's abstract."""
        content: Mapping[str, Any] = self.summary.content if self.summary else {}
        return content.get("abstract") or {}

    @property
    def current(self) -> Claim | None:
        """The claim of the newest summary."""
        return next((claim for claim in self.claims if self.summary and claim.summary_id == self.summary.pk), None)

    @property
    def original(self) -> Claim | None:
        """The newest claim for an earlier summary that has left: what a new one replaces."""
        left = [
            claim
            for claim in self.claims
            if claim.state == ClaimState.EXPORTED and self.summary and claim.summary_id != self.summary.pk
        ]
        return max(left, key=lambda claim: claim.created_at, default=None)


def load_sources(accounts: Sequence[Account]) -> list[ClaimSource]:
    """A source for each account, in order; the accounts carry ACCOUNT_RELATED. Ten queries at most for any number of accounts."""
    sources = {account.encounter_id: ClaimSource(account) for account in accounts}
    _coding(sources)
    _patients(sources)
    by_account = {source.account.pk: source for source in sources.values()}
    for charge in (
        Charge.objects.filter(account__in=by_account).select_related("rendering").order_by("service_on", "id")
    ):
        by_account[charge.account_id].charges.append(charge)
    for claim in Claim.objects.filter(account__in=by_account).order_by("created_at", "id"):
        by_account[claim.account_id].claims.append(claim)
    _clinicians(sources)
    _consents(sources.values())
    return [sources[account.encounter_id] for account in accounts]


def _coding(sources: dict[UUID, ClaimSource]) -> None:
    newest = CodingSummary.objects.filter(encounter__in=sources).order_by("encounter_id", "-number")
    for summary in newest.distinct("encounter_id"):
        sources[summary.encounter_id].summary = summary
    open_again = CodingRecord.objects.filter(encounter__in=sources).exclude(status=CodingStatus.FINALIZED)
    for encounter_id in open_again.values_list("encounter_id", flat=True):
        sources[encounter_id].reopened = True


def _patients(sources: dict[UUID, ClaimSource]) -> None:
    ids = {source.account.patient_id for source in sources.values()}
    coverages = _by_patient(Coverage.objects.filter(patient__in=ids).select_related("payer").order_by("rank", "id"))
    addresses = _by_patient(Address.objects.filter(patient__in=ids).exclude(use=AddressUse.OLD).order_by("id"))
    numbers = _by_patient(MedicalRecordNumber.objects.filter(patient__in=ids).order_by("id"))
    for source in sources.values():
        patient_id = source.account.patient_id
        source.coverages = coverages[patient_id]
        source.address = min(addresses[patient_id], key=_place, default=None)
        own = [row.value for row in numbers[patient_id] if row.facility_id == source.account.facility_id]
        source.medical_record_number = own[0] if own else ""


def _consents(sources: Iterable[ClaimSource]) -> None:
    """Asked for labelled visits only, which are few."""
    labelled = [source for source in sources if source.encounter.labels]
    if not labelled:
        return
    held: dict[UUID, set[str]] = defaultdict(set)
    asked = {source.account.patient_id for source in labelled}
    rows = LabelConsent.objects.in_force().filter(patient_id__in=asked)
    for patient_id, label in rows.values_list("patient_id", "label"):
        held[patient_id].add(label)
    for source in labelled:
        source.consented = frozenset(held[source.account.patient_id])


def _by_patient(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


def _place(address: Address) -> int:
    return ADDRESS_ORDER.index(AddressUse(address.use))


def _clinicians(sources: dict[UUID, ClaimSource]) -> None:
    """Whom the abstract names; else registration's attending, and as operating one whom the summary names for the principal
    procedure, or who took part in that role."""
    steps = {key: _procedure_provider(source.summary) for key, source in sources.items()}
    stated = [_stated(source, name) for source in sources.values() for name in STATED]
    wanted = [name for name in (*steps.values(), *stated) if name]
    found = {
        name: provider
        for provider in Provider.objects.filter(Q(key__in=wanted) | Q(pk__in=filter(None, map(_uuid, wanted))))
        for name in (provider.key, str(provider.pk))
    }
    roles = EncounterProvider.objects.filter(encounter__in=sources, role=ProviderRole.OPERATING).select_related(
        "provider"
    )
    taking_part = {row.encounter_id: row.provider for row in roles.order_by("-pk")}
    for key, source in sources.items():
        source.attending = found.get(_stated(source, "attending")) or source.encounter.attending
        if source.summary and source.summary.content.get("procedures"):
            named = found.get(_stated(source, "operating")) or found.get(steps[key])
            source.operating = named or taking_part.get(key)
            source.other_operating = found.get(_stated(source, "other_operating"))


def _stated(source: ClaimSource, name: str) -> str:
    return str((source.stated.get(name) or {}).get("id", ""))


def _procedure_provider(summary: CodingSummary | None) -> str:
    procedures = sorted(summary.content.get("procedures", []), key=lambda row: row["sequence"]) if summary else []
    named = procedures[0].get("provider") if procedures else None
    return str((named.get("id") if isinstance(named, dict) else named) or "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
