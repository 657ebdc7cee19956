"""Account rows for encounters: the part that every action of billing shares."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from billing.charges.models import Account
from billing.charges.rules import account_state
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter


def open_accounts(encounters: Iterable[Encounter]) -> dict[UUID, Account]:
    """An account for each encounter by encounter id; those that are there are kept. Two or three queries."""
    rows = list(encounters)
    ids = [row.pk for row in rows]
    found = {account.encounter_id: account for account in Account.objects.filter(encounter_id__in=ids)}
    new = [_new(row) for row in rows if row.pk not in found]
    if not new:
        return found
    Account.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    return {account.encounter_id: account for account in Account.objects.filter(encounter_id__in=ids)}


def _new(encounter: Encounter) -> Account:
    state = account_state(
        cancelled=encounter.status == EncounterStatus.CANCELLED,
        discharged=encounter.status == EncounterStatus.DISCHARGED,
        coded=False,
        claim=None,
    )
    return Account(
        encounter=encounter, patient_id=encounter.patient_id, facility_id=encounter.facility_id, state=state,
        discharged_on=encounter.discharged_on,
    )  # fmt: skip
