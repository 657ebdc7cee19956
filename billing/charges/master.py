"""The charge master: the hospital's own price list, no patient data."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from audit.gate import facilities_for, refuse
from billing.charges.models import ChargeItem
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.staff.models import Facility, User


def charge_items(*, by: User, text: str, after: str) -> Page[ChargeItem]:
    """One page of the items of the facilities at which `by` may see charges; text: part of a code or a description."""
    facilities = facilities_for(by, Permission.CHARGE_VIEW)
    if not facilities:
        refuse(by, Permission.CHARGE_VIEW, event="charge.master_viewed")
    rows = ChargeItem.objects.filter(facility__in=facilities).select_related("facility")
    if text:
        words = Q(description__icontains=text) | Q(code__istartswith=text) | Q(revenue_code__startswith=text)
        rows = rows.filter(words | Q(hcpcs_code__istartswith=text))
    return keyset_page(rows, order=("facility_id", "code", "id"), after=after, size=100)


def items_to_charge(facility: Facility) -> QuerySet[ChargeItem]:
    """The items that can be charged at a facility, by code."""
    return ChargeItem.objects.filter(facility=facility, active=True).order_by("code")
