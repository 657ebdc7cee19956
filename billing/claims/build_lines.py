"""Charge rows as the netting rules take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billing.charges.models import Charge
from billing.claims.rules import ChargeFact


def facts(charges: Iterable[Charge]) -> Iterator[ChargeFact]:
    """One fact a row."""
    for charge in charges:
        yield ChargeFact(
            revenue_code=charge.revenue_code, hcpcs_code=charge.hcpcs_code, modifiers=tuple(charge.modifiers),
            pointers=tuple(charge.pointers), service_on=charge.service_on, units=charge.units, amount=charge.amount,
            rendering=str(charge.rendering_id or ""),
        )  # fmt: skip
