"""The charge master and the charges of the demo hospital; prices are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from billing.charges.actions import post_charges
from billing.charges.models import ChargeItem
from billing.charges.rules import ChargeLine
from hims.demo.plan import PlannedStay
from hims.staff.models import Facility, User
from records.encounters.models import Encounter

# code, description, revenue code, HCPCS Level II where one applies, price in USD
ITEMS = (
    ("RB120", "Room and board, semi-private, a day", "0120", "", "1450.00"),
    ("RB200", "Intensive care, a day", "0200", "", "3900.00"),
    ("NB170", "Nursery, a day", "0170", "", "980.00"),
    ("PH250", "Pharmacy", "0250", "", "210.00"),
    ("LB300", "Laboratory", "0300", "", "165.00"),
    ("RX320", "Radiology, diagnostic", "0320", "", "310.00"),
    ("OR360", "Operating room services", "0360", "", "7800.00"),
    ("AN370", "Anesthesia", "0370", "", "1250.00"),
    ("ED450", "Emergency department visit, level 3", "0450", "G0382", "540.00"),
    ("CL510", "Clinic visit", "0510", "G0463", "168.00"),
    ("OB762", "Observation, an hour", "0762", "G0378", "95.00"),
    ("DR636", "Ketorolac injection, 15 mg", "0636", "J1885", "18.00"),
    ("DR637", "Ceftriaxone injection, 250 mg", "0636", "J0696", "22.00"),
)


def build_charge_master(facilities: Mapping[str, Facility]) -> None:
    """The same items at each facility; safe to run again."""
    for facility in facilities.values():
        for code, description, revenue_code, hcpcs_code, price in ITEMS:
            ChargeItem.objects.update_or_create(
                facility=facility, code=code,
                defaults={"description": description, "revenue_code": revenue_code, "hcpcs_code": hcpcs_code,
                          "price_amount": Decimal(price)},
            )  # fmt: skip


def post_planned_charges(
    *, by: User, facility: Facility, stays: Sequence[PlannedStay], encounters: Mapping[str, Encounter]
) -> None:
    """The charges of all planned stays of a facility; source keys make it safe to repeat."""
    lines = [
        ChargeLine(
            encounter_id=encounters[stay.key].pk, revenue_code=charge.revenue_code, description=charge.description,
            units=Decimal(charge.units), amount=charge.amount, service_on=charge.service_on,
            hcpcs_code=charge.hcpcs_code, modifiers=charge.modifiers, pointers=charge.pointers,
            source_key=f"demo|{stay.key}|charge|{place}",
        )
        for stay in stays
        for place, charge in enumerate(stay.charges)
    ]  # fmt: skip
    posted = post_charges(by=by, facility=facility, lines=lines)
    if posted.rejected:
        place, sentence = posted.rejected[0]
        raise ValueError(f"{len(posted.rejected)} demo charges refused, first {lines[place].source_key}: {sentence}")
