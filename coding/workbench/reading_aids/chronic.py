"""What earlier stays lead to: readmissions, and chronic conditions that ought to be looked for again. Pure.

Chronic systemic conditions are reported whenever they are treated or affect the care (ICD-10-CM Official Guidelines, sections III
and IV.I); which documentation supports it is judged for each stay anew, never taken over from an earlier one. The guidelines
name no list. The categories below are our own choice: conditions that as a rule do not go away. Nothing is coded from them; a
coder is told to look.
"""

from __future__ import annotations

from datetime import date

READMISSION_DAYS = (30, 45, 90)
CHRONIC = (
    "B18", "B20", "D57", "D66", "D67", "D68", "D69.3", "E03", "E10", "E11", "E13", "E66", "E78", "E84", "F01", "F02", "F03", "F20",
    "F25", "F31", "F33", "F84", "G20", "G30", "G31", "G35", "G40", "G47.3", "G70", "G80", "G81", "G82", "I10", "I11", "I12", "I13",
    "I25", "I27", "I42", "I48", "I50", "I69", "I70", "J41", "J42", "J43", "J44", "J45", "J47", "J84", "J96.1", "K50", "K51",
    "K70.3", "K74", "L40", "M05", "M06", "M32", "M34", "M35", "M80", "M81", "N18", "Q90", "Z79.4", "Z89", "Z90", "Z93", "Z94",
    "Z95", "Z99",
)  # fmt: skip
_BEGINNINGS = tuple(code.replace(".", "") for code in CHRONIC)


def is_chronic(code: str) -> bool:
    """Does the undotted ICD-10-CM code name a condition of the list?"""
    return code.startswith(_BEGINNINGS)


def readmission_within(discharged_on: date | None, admitted_on: date) -> int | None:
    """The smallest of 30, 45 and 90 days within which a stay follows an earlier one; None when it follows later or overlaps.

    The day of discharge counts as day 0. Source for 30 days: CMS Hospital Readmissions Reduction Program, 42 CFR 412.152; 45 and
    90 days are the windows that payers' contracts use besides.
    """
    if discharged_on is None or admitted_on < discharged_on:
        return None
    days = (admitted_on - discharged_on).days
    return next((limit for limit in READMISSION_DAYS if days <= limit), None)
