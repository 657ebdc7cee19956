"""Accounts refreshed, claims built and completed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from audit import gate
from audit.trail.enums import Category
from billing.charges.models import Account
from billing.claims.enums import ClaimState
from billing.claims.models import Claim
from billing.claims.refresh import Refreshed, refresh_encounters
from billing.x12.segments import clean
from coding.workbench.models import CodingSummary
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.encounters.models import Encounter


@gate.command(Permission.CLAIM_EXPORT, subject="facility", event="claim.accounts_refreshed")
def refresh_accounts(*, by: User, facility: Facility, encounter_ids: Sequence[UUID]) -> Refreshed:
    """Accounts of the facility's encounters brought up to date, with the claims of what has been coded; idempotent."""
    rows = Encounter.objects.visible_to(by, Permission.CLAIM_EXPORT).filter(
        facility=facility, pk__in=list(encounter_ids)
    )
    return refresh_encounters(rows.values_list("pk", flat=True))


@gate.command(Permission.CLAIM_EXPORT, subject="account", event="claim.built", category=Category.CREATE)
def build_claim(*, by: User, account: Account) -> Claim:
    """The claim for the newest final summary, held or ready. Raises DomainError when the account is not coded, or billed."""
    return _built(account)


@gate.command(Permission.CLAIM_EXPORT, subject="claim", event="claim.rebuilt")
def rebuild_claim(*, by: User, claim: Claim) -> Claim:
    """The claim from what is on file now. Raises DomainError when it has left, or a later coding superseded it."""
    if claim.state == ClaimState.SUPERSEDED:
        raise DomainError("The account was coded again; open its newest claim.")
    return _built(claim.account)


@gate.command(Permission.CLAIM_EXPORT, subject="claim", event="claim.payer_number_recorded")
def record_payer_number(*, by: User, claim: Claim, payer_control_number: str) -> Claim:
    """The number under which the payer keeps a claim that has left; a replacement that waits for it is rebuilt.

    Raises DomainError naming the field.
    """
    number = squeeze(payer_control_number)
    if claim.state != ClaimState.EXPORTED:
        raise DomainError("Only a claim that has left has a payer's number.", field="payer_control_number")
    if not number or clean(number) != number.upper():
        sentence = "Enter the payer's control number as printed on the remittance, without * : ^ ~."
        raise DomainError(sentence, field="payer_control_number")
    claim.payer_control_number = number
    claim.save(update_fields=["payer_control_number"])
    refresh_encounters([claim.encounter_id])
    return claim


def _built(account: Account) -> Claim:
    newest = CodingSummary.objects.filter(encounter=account.encounter_id).order_by("-number").first()
    if newest is None:
        raise DomainError("The account is not coded yet; the claim is built when coding is finalized.")
    if Claim.objects.filter(summary=newest, state=ClaimState.EXPORTED).exists():
        raise DomainError("The claim has left. A correction needs another final coding, which replaces it.")
    refresh_encounters([account.encounter_id])
    return Claim.objects.get(summary=newest)
