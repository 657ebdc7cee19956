"""Reads of accounts and charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, CharField, Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from audit import gate
from billing.charges.enums import AccountState
from billing.charges.models import Account, Charge
from billing.charges.rules import AGE_BANDS, BILL_HOLD_DAYS, DNFB, AgeBand, band_discharges
from billing.claims.models import Claim
from hims.lib.access import Permission
from hims.lib.paging import keyset_page

WAITING_ORDER = ("discharged_on", "id")
NEWEST_ORDER = ("-discharged_on", "-id")
UNDATED_ORDER = ("id",)
_UNDATED = {AccountState.IN_HOUSE, AccountState.CANCELLED}
_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class AccountFilter:
    """What the worklist shows. state: "" for all that wait to be billed (DNFB); band: key of an age band or ""."""

    state: str = ""
    band: str = ""
    facility_id: int | None = None


@dataclass(frozen=True)
class AccountRow:
    """One line of the worklist; total_amount: the account's charges in USD, reversals subtracted."""

    account: Account
    total_amount: Decimal

    @property
    def patient_id(self) -> UUID:
        """For the trail."""
        return self.account.patient_id

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.account.facility_id


@dataclass(frozen=True)
class AccountPage:
    """One page of the worklist."""

    rows: list[AccountRow]
    next_cursor: str


@dataclass(frozen=True)
class AgeingPart:
    """Waiting accounts of one state in one band of age."""

    state: str
    band: str
    accounts: int
    amount: Decimal


@dataclass(frozen=True)
class AccountDetails:
    """An account with its charges by day and its claims, newest first."""

    account: Account
    charges: Sequence[Charge]
    claims: Sequence[Claim]

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.account.patient_id]

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.account.facility_id]


@gate.query(Permission.CLAIM_VIEW, Account, event="claim.accounts_listed")
def accounts_worklist(
    accounts: QuerySet[Account], *, wanted: AccountFilter, today: date, after: str = "", size: int = 50
) -> AccountPage:
    """One page: those that wait with the longest wait first, billed ones newest first."""
    rows = _wanted(accounts, wanted, today).select_related("patient", "facility", "encounter")
    total = Charge.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(total=Sum("amount"))
    rows = rows.annotate(total_amount=Coalesce(Subquery(total.values("total")), Value(Decimal(0)), output_field=_MONEY))
    page = keyset_page(rows, order=_order(wanted.state), after=after, size=size)
    return AccountPage([AccountRow(row, row.__dict__["total_amount"]) for row in page.rows], page.next_cursor)


@gate.query(Permission.CLAIM_VIEW, Account, event="claim.ageing_viewed")
def dnfb_ageing(accounts: QuerySet[Account], *, today: date, facility_id: int | None = None) -> list[AgeingPart]:
    """Count and charges of waiting accounts by state and age; no patient is shown."""
    rows = _wanted(accounts, AccountFilter(facility_id=facility_id), today)
    bands = Case(*(When(_in_band(band, today), then=Value(band.key)) for band in AGE_BANDS), output_field=CharField())
    amount = Coalesce(Sum("charges__amount"), Value(Decimal(0)), output_field=_MONEY)
    groups = rows.order_by().values("state", band=bands)
    parts = groups.annotate(accounts=Count("pk", distinct=True), amount=amount)
    return [AgeingPart(part["state"], part["band"], part["accounts"], part["amount"]) for part in parts]


@gate.query(Permission.CLAIM_VIEW, Account, event="claim.account_viewed")
def account_details(accounts: QuerySet[Account], *, account_id: UUID) -> AccountDetails:
    """One account with everything its page shows."""
    account = accounts.select_related(
        "patient", "facility", "encounter__facility", "encounter__attending", "encounter__patient"
    ).prefetch_related("patient__mrns").get(pk=account_id)  # fmt: skip
    charges = account.charges.select_related("rendering", "reversed_by").order_by("service_on", "id")
    claims = Claim.objects.filter(account=account).select_related("account", "payer", "file", "summary")
    claims = claims.defer("file__content")
    return AccountDetails(account, list(charges), list(claims.order_by("-created_at", "-id")))


@gate.query(Permission.CHARGE_EDIT, Account, event="charge.account_opened")
def account_to_charge(accounts: QuerySet[Account], *, account_id: UUID) -> Account:
    """One account, to post a charge on it."""
    return accounts.select_related("patient", "facility", "encounter__facility").get(pk=account_id)


@gate.query(Permission.CHARGE_EDIT, Charge, event="charge.opened")
def charge_to_reverse(charges: QuerySet[Charge], *, charge_id: UUID) -> Charge:
    """One charge, to reverse it."""
    return charges.select_related("account").get(pk=charge_id)


def _wanted(accounts: QuerySet[Account], wanted: AccountFilter, today: date) -> QuerySet[Account]:
    states = [wanted.state] if wanted.state in AccountState.values else list(DNFB)
    rows = accounts.filter(state__in=states)
    if wanted.facility_id is not None:
        rows = rows.filter(facility=wanted.facility_id)
    for band in AGE_BANDS:
        if band.key == wanted.band:
            rows = rows.filter(_in_band(band, today))
    return rows


def _in_band(band: AgeBand, today: date) -> Q:
    first, last = band_discharges(band, today, BILL_HOLD_DAYS)
    limits = {"discharged_on__gte": first, "discharged_on__lte": last}
    return Q(**{name: day for name, day in limits.items() if day is not None})


def _order(state: str) -> tuple[str, ...]:
    if state in _UNDATED:
        return UNDATED_ORDER
    return NEWEST_ORDER if state == AccountState.BILLED else WAITING_ORDER
