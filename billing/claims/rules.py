"""What the field decides about claims: which form, which bill, which lines, which numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.claims.enums import ClaimForm
from billing.x12.claim import DRG_BILL
from records.encounters.enums import EncounterClass

ORIGINAL, REPLACEMENT = "1", "7"
OUTPATIENT_BILL = "013"
LONGEST_CONTROL_NUMBER = 20
OFFICE, HOSPITAL_OUTPATIENT = "11", "22"
HOSPITAL_TAXONOMY = "28"
ACCOMMODATION = ("010", "011", "012", "013", "014", "015", "016", "017", "018", "019", "020", "021")
LARGEST_CONTROL = 999_999_999


@dataclass(frozen=True, kw_only=True)
class ChargeFact:
    """A posted charge as the netting sees it; units and amount negative on a reversal. rendering: id of a clinician or ""."""

    revenue_code: str
    service_on: date
    units: Decimal
    amount: Decimal
    hcpcs_code: str = ""
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    rendering: str = ""


@dataclass(frozen=True, kw_only=True)
class NetLine:
    """One service line: charges of one kind together, reversals subtracted. service_on None: the line carries no date."""

    revenue_code: str
    hcpcs_code: str
    modifiers: tuple[str, ...]
    pointers: tuple[int, ...]
    service_on: date | None
    rendering: str
    units: Decimal
    amount: Decimal


def form_of(encounter_class: str) -> ClaimForm:
    """Office visits are billed as professional claims, every other class as institutional."""
    return ClaimForm.PROFESSIONAL if encounter_class == EncounterClass.OFFICE else ClaimForm.INSTITUTIONAL


def type_of_bill(encounter_class: str, frequency: str) -> str:
    """UB-04 FL 4: 011x hospital inpatient, 013x hospital outpatient (emergency, observation and surgery too)."""
    return (DRG_BILL if encounter_class == EncounterClass.INPATIENT else OUTPATIENT_BILL) + frequency


def place_of_service(taxonomy_code: str) -> str:
    """11 office, or 22 when the billing provider is a hospital, whose clinic is an outpatient department.

    taxonomy_code: of the facility; hospitals begin with 28 (NUCC). Source: CMS place of service code set.
    """
    return HOSPITAL_OUTPATIENT if taxonomy_code.startswith(HOSPITAL_TAXONOMY) else OFFICE


def filing_indicator(payer_kind: str, form: ClaimForm) -> str:
    """SBR09: Medicare is Part A on an institutional claim and Part B on a professional one; others as registered."""
    if payer_kind in {"MA", "MB"}:
        return "MB" if form == ClaimForm.PROFESSIONAL else "MA"
    return payer_kind


def control_number(account_number: str, summary_number: int) -> str:
    """The patient control number (CLM01, at most 20 characters): account and summary number, "A500001-1".

    Of an account number that is too long the last characters are kept, since those tell accounts apart.
    """
    tail = f"-{summary_number}"
    return account_number[-(LONGEST_CONTROL_NUMBER - len(tail)) :] + tail


def file_name(form: str, facility_code: str, number: int) -> str:
    """The name of an interchange, e.g. "837I_LGH_000000012.x12"; unique since numbers are one sequence a sender."""
    return f"{form}_{facility_code}_{number:09d}.x12"


def split_given(given_names: str) -> tuple[str, str]:
    """First name and the rest, as NM104 and NM105 want them."""
    first, _, rest = given_names.partition(" ")
    return first, rest.strip()


def digits(text: str) -> str:
    """The digits of a phone number or postal code; a leading 1 of an eleven-digit phone number is dropped."""
    found = "".join(ch for ch in text if ch.isdigit())
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def line_unit(revenue_code: str, form_is_inpatient: bool) -> str:
    """DA days for rooms (revenue codes 010x to 021x) of inpatients, else UN units (837I SV204)."""
    return "DA" if form_is_inpatient and revenue_code.startswith(ACCOMMODATION) else "UN"


def net_lines(charges: Iterable[ChargeFact], *, form: ClaimForm, inpatient: bool) -> list[NetLine]:
    """Charges summed to service lines in a fixed order; what nets out to nothing is left out.

    Inpatient: by revenue code, HCPCS and modifiers, without dates. Outpatient: by those and the day. Professional: by HCPCS,
    modifiers, day, pointers and rendering clinician. Source: UB-04 FL 42-47; 005010X223A2 and 005010X222A1, loop 2400.
    """
    sums: dict[tuple[object, ...], list[Decimal]] = {}
    shapes: dict[tuple[object, ...], ChargeFact] = {}
    professional = form == ClaimForm.PROFESSIONAL
    for charge in charges:
        key = _key(charge, professional=professional, inpatient=inpatient)
        shapes.setdefault(key, charge)
        total = sums.setdefault(key, [Decimal(0), Decimal(0)])
        total[0] += charge.units
        total[1] += charge.amount
    return [
        _line(shapes[key], units, amount, professional=professional, dated=not inpatient)
        for key, (units, amount) in sorted(sums.items(), key=lambda item: str(item[0]))
        if units or amount
    ]


def _key(charge: ChargeFact, *, professional: bool, inpatient: bool) -> tuple[object, ...]:
    if professional:
        day = charge.service_on.isoformat()
        return (day, charge.hcpcs_code, charge.modifiers, charge.pointers, charge.rendering)
    day = "" if inpatient else charge.service_on.isoformat()
    return (charge.revenue_code, charge.hcpcs_code, charge.modifiers, day)


def _line(shape: ChargeFact, units: Decimal, amount: Decimal, *, professional: bool, dated: bool) -> NetLine:
    return NetLine(
        revenue_code=shape.revenue_code, hcpcs_code=shape.hcpcs_code, modifiers=shape.modifiers,
        pointers=shape.pointers if professional else (), service_on=shape.service_on if dated else None,
        rendering=shape.rendering if professional else "", units=units, amount=amount,
    )  # fmt: skip


def pointers_or_only(pointers: Sequence[int], diagnoses: int) -> tuple[int, ...]:
    """The line's pointers; a claim with a single diagnosis needs none entered, since there is one choice."""
    return tuple(pointers) or ((1,) if diagnoses == 1 else ())
