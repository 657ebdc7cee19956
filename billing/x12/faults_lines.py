"""Faults of service lines and of what both kinds of claim carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from billing.x12.checklist import Checklist
from billing.x12.claim import Claim, Drug, InstitutionalLine, ProfessionalLine
from billing.x12.formats import is_hcpcs, is_modifier, is_ndc
from billing.x12.segments import number

MOST_MODIFIERS = 4
DRUG_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})
LARGEST_UNITS = Decimal("9999999.999")

Line = InstitutionalLine | ProfessionalLine


def check_claim_level(check: Checklist, claim: Claim) -> None:
    """Control number, references, note and agreements."""
    control = (
        claim.patient_control_number,
        "CONTROL_NUMBER",
        "patient_control_number",
        "patient control number",
    )
    check.identifier(*control, longest=20)
    for field in ("original_claim_number", "prior_authorization", "referral_number", "medical_record_number"):
        label = field.replace("_", " ")
        check.identifier(getattr(claim, field), field.upper(), field, label, longest=50, required=False)
    check.text(claim.note, "NOTE", "note", "claim note", longest=80, required=False)
    sentence = "Choose assignment A (accepted), B (laboratory only) or C (not accepted)."
    check.must(claim.assignment_code in {"A", "B", "C"}, "ASSIGNMENT_INVALID", "assignment_code", sentence)
    sentence = "Say whether benefits are assigned: Y, N, or W when it does not apply."
    check.must(claim.benefits_assigned in {"Y", "N", "W"}, "BENEFITS_INVALID", "benefits_assigned", sentence)
    sentence = "Say how information may be released: Y signed statement, I informed consent by law."
    check.must(claim.release_of_information in {"Y", "I"}, "RELEASE_INVALID", "release_of_information", sentence)
    if claim.patient_amount is not None:
        check.amount(claim.patient_amount, "PATIENT_AMOUNT", "patient_amount", "patient amount")


def check_frequency(check: Checklist, frequency: str, original: str, field: str) -> None:
    """Replacement (7) and void (8) name the payer's number of the claim they replace."""
    sentence = "Enter the payer's control number of the original claim; a replacement or void needs it."
    check.must(original or frequency not in {"7", "8"}, "ORIGINAL_CLAIM_MISSING", field, sentence)


def check_total(check: Checklist, total: Decimal, lines: Sequence[Line], most: int) -> None:
    """There are lines, not too many, and they add up to the total."""
    check.must(lines, "LINES_MISSING", "lines", "The claim has no charges; add a service line.")
    sentence = f"The claim has {len(lines)} service lines; send at most {most} on one claim."
    check.must(len(lines) <= most, "LINES_TOO_MANY", "lines", sentence)
    if check.amount(total, "TOTAL", "total_charge", "total charge"):
        added = sum((line.charge_amount for line in lines), Decimal(0))
        sentence = f"The total charge is {number(total)}, but the lines add up to {number(added)}."
        check.must(total == added or not lines, "TOTAL_DIFFERS", "total_charge", sentence)
    used = [line.control_number for line in lines if line.control_number]
    sentence = "Two lines share a line control number; each needs its own."
    check.must(len(set(used)) == len(used), "LINE_CONTROL_TWICE", "lines", sentence)


def check_line(check: Checklist, line: Line, field: str, units: frozenset[str]) -> None:
    """Code, modifiers, charge, units, dates in order, control number and drug of one line."""
    _check_code(check, line, field)
    check.amount(line.charge_amount, "LINE_CHARGE", f"{field}.charge_amount", "line charge")
    sentence = "Enter how many units were given: more than 0, at most three decimals."
    counted = line.units.is_finite() and 0 < line.units <= LARGEST_UNITS and line.units == round(line.units, 3)
    check.must(counted, "LINE_UNITS_INVALID", f"{field}.units", sentence)
    sentence = f"Choose the unit of the line: {' or '.join(sorted(units))}."
    check.must(line.unit in units, "LINE_UNIT_INVALID", f"{field}.unit", sentence)
    sentence = "The line ends before it starts; correct its dates."
    in_order = not line.service_through or (line.service_on and line.service_on <= line.service_through)
    check.must(in_order, "LINE_DATES", f"{field}.service_through", sentence)
    label = "line control number"
    number_field = f"{field}.control_number"
    check.identifier(line.control_number, "LINE_CONTROL", number_field, label, longest=30, required=False)
    if line.drug:
        _check_drug(check, line.drug, f"{field}.drug")


def _check_code(check: Checklist, line: Line, field: str) -> None:
    sentence = f"{line.hcpcs[:12]} is not a HCPCS code: five characters without blanks."
    check.must(not line.hcpcs or is_hcpcs(line.hcpcs), "HCPCS_INVALID", f"{field}.hcpcs", sentence)
    sentence = f"A line takes at most {MOST_MODIFIERS} modifiers."
    check.must(len(line.modifiers) <= MOST_MODIFIERS, "MODIFIERS_TOO_MANY", f"{field}.modifiers", sentence)
    fine = all(is_modifier(each) for each in line.modifiers) and len(set(line.modifiers)) == len(line.modifiers)
    sentence = "Each modifier has two letters or digits and stands once."
    check.must(fine, "MODIFIER_INVALID", f"{field}.modifiers", sentence)
    sentence = "A modifier needs a HCPCS code on the same line."
    check.must(line.hcpcs or not line.modifiers, "MODIFIER_WITHOUT_CODE", f"{field}.modifiers", sentence)


def _check_drug(check: Checklist, drug: Drug, field: str) -> None:
    sentence = "The NDC needs eleven digits without hyphens."
    check.must(is_ndc(drug.ndc), "NDC_INVALID", f"{field}.ndc", sentence)
    sentence = "Enter the drug quantity: more than 0, at most three decimals."
    counted = drug.quantity.is_finite() and 0 < drug.quantity <= LARGEST_UNITS
    counted = counted and drug.quantity == round(drug.quantity, 3)
    check.must(counted, "NDC_QUANTITY_INVALID", f"{field}.quantity", sentence)
    sentence = "Choose the drug unit: F2, GR, ME, ML or UN."
    check.must(drug.unit in DRUG_UNITS, "NDC_UNIT_INVALID", f"{field}.unit", sentence)


def check_period(check: Checklist, claim: Claim, first: dt.date | None, last: dt.date | None) -> None:
    """The patient was alive and born: birth date not after the last day of service."""
    born = claim.coverage.patient.born_on
    sentence = "The patient's birth date is after the services; correct one of them."
    check.must(not (born and last and born > last), "BIRTH_AFTER_SERVICE", "coverage", sentence)
    sentence = "The patient's birth date is more than 150 years ago; correct it."
    check.must(not born or not first or first.year - born.year <= 150, "BIRTH_TOO_EARLY", "coverage", sentence)


def check_not_future(check: Checklist, last: dt.date | None, as_of: dt.date | None, field: str) -> None:
    """Services lie behind us."""
    sentence = "The services end in the future; bill them after they are given."
    check.must(not (last and as_of and last > as_of), "SERVICE_IN_FUTURE", field, sentence)
