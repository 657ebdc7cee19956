"""Rows of a charge file as charges: the columns, and what is wrong with a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from billing.charges.models import ChargeItem
from billing.charges.rules import ChargeLine
from hims.lib.forms import DAY_FORMATS

COLUMNS = (
    "facility", "account_number", "service_on", "item_code", "revenue_code", "description", "units", "amount", "hcpcs_code",
    "modifiers", "pointers", "source_key",
)  # fmt: skip
NEEDED = ("facility", "account_number", "service_on", "source_key")
EXAMPLES: Sequence[Sequence[str]] = (
    (
        "LGH",
        "A500001",
        "2026-03-09",
        "",
        "0450",
        "Emergency department visit",
        "1",
        "540.00",
        "G0382",
        "25",
        "",
        "ED-88213",
    ),
    ("LGH", "A500001", "2026-03-09", "LB300", "", "", "3", "", "", "", "", "LAB-10077"),
)


@dataclass(frozen=True)
class Known:
    """What rows of one facility refer to: encounters by account number, items of the charge master by code."""

    encounters: Mapping[str, UUID]
    items: Mapping[str, ChargeItem]


def missing_columns(header: Sequence[str] | None) -> list[str]:
    """Columns that a file must have and this one has not."""
    return [name for name in COLUMNS if name not in (header or ())]


def charge_line(row: Mapping[str, str], known: Known) -> ChargeLine:
    """The charge of a row; what the row leaves blank comes from its item of the charge master.

    Raises ValueError with a sentence. What `charge_faults` checks is left to it.
    """
    cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
    absent = [name for name in NEEDED if not cell[name]]
    if absent:
        raise ValueError(f"Fill {', '.join(absent)}.")
    encounter_id = known.encounters.get(cell["account_number"])
    if encounter_id is None:
        raise ValueError("There is no account with this number at the facility.")
    item = _item(cell["item_code"], known)
    units = _number(cell["units"] or "1", "units")
    amount = cell["amount"] or (str(round(item.price_amount * units, 2)) if item else "")
    return ChargeLine(
        encounter_id=encounter_id, item_code=item.code if item else "", service_on=_day(cell["service_on"]), units=units,
        revenue_code=cell["revenue_code"] or (item.revenue_code if item else ""),
        description=cell["description"] or (item.description if item else ""), amount=_number(amount, "amount"),
        hcpcs_code=cell["hcpcs_code"].upper() or (item.hcpcs_code if item else ""),
        modifiers=tuple(cell["modifiers"].upper().split()), pointers=_places(cell["pointers"]),
        source_key=f"{cell['facility']}|{cell['source_key']}",
    )  # fmt: skip


def _item(code: str, known: Known) -> ChargeItem | None:
    if not code:
        return None
    item = known.items.get(code)
    if item is None:
        raise ValueError("The charge master has no such item in use.")
    return item


def _number(text: str, name: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"The {name} is not a number." if text else f"Fill {name}, or name an item.") from None


def _day(text: str) -> date:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError("Write the service date as 2026-03-09 or 03/09/2026.")


def _places(text: str) -> tuple[int, ...]:
    words = text.split()
    if not all(word.isascii() and word.isdigit() for word in words):
        raise ValueError("Write pointers as numbers with blanks between them, such as 1 2.")
    return tuple(map(int, words))
