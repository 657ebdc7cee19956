"""Formats of the numbers and codes on a claim, each a question with a yes or no."""

from __future__ import annotations

import re

NPI_PREFIX = "80840"
"""Stands before an NPI when its check digit is computed (45 CFR 162.406, ISO/IEC 7812)."""

_NPI = re.compile(r"[12]\d{9}", re.ASCII)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_TAX_ID = re.compile(r"\d{9}", re.ASCII)
_ZIP = re.compile(r"\d{5}(\d{4})?", re.ASCII)
_PHONE = re.compile(r"[2-9]\d{9}", re.ASCII)
_HCPCS = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_REVENUE = re.compile(r"\d{4}", re.ASCII)
_ICD10CM = re.compile(r"[A-Z]\d[0-9A-Z]([0-9A-Z]{0,4})", re.ASCII)
_ICD10PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}", re.ASCII)
_DRG = re.compile(r"\d{3}", re.ASCII)
_BILL = re.compile(r"0[1-9][0-9A-Z]{2}", re.ASCII)
_NDC = re.compile(r"\d{11}", re.ASCII)
_MBI_LETTER = "[AC-HJKMNP-RT-Y]"
_MBI = re.compile(
    rf"[1-9]{_MBI_LETTER}({_MBI_LETTER}|\d)\d{_MBI_LETTER}({_MBI_LETTER}|\d)\d{_MBI_LETTER}{{2}}\d{{2}}",
    re.ASCII,
)
_STATES = (
    "AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO "
    "MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY"
)
STATES = frozenset(_STATES.split())
"""Two-letter postal codes of states, territories, freely associated states and military mail."""
PLACES = frozenset(
    f"{n:02d}" for n in (*range(1, 28), *range(31, 35), 41, 42, *range(49, 59), 60, 61, 62, 65, 66, 71, 72, 81, 99)
)
"""Place of service codes assigned by CMS."""


def npi_check_digit(first_nine: str) -> str:
    """The tenth digit of an NPI: Luhn over 80840 and the first nine digits."""
    total = 0
    for place, digit in enumerate(reversed(NPI_PREFIX + first_nine)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def is_npi(text: str) -> bool:
    """Ten digits that start with 1 or 2 and end in the right check digit."""
    return bool(_NPI.fullmatch(text)) and npi_check_digit(text[:9]) == text[9]


def is_mbi(text: str) -> bool:
    """A Medicare beneficiary identifier: eleven characters, its letters none of S, L, O, I, B, Z."""
    return bool(_MBI.fullmatch(text))


def is_taxonomy(text: str) -> bool:
    """A provider taxonomy code: ten characters, the last X."""
    return bool(_TAXONOMY.fullmatch(text))


def is_tax_id(text: str) -> bool:
    """Nine digits without hyphen."""
    return bool(_TAX_ID.fullmatch(text))


def is_zip(text: str) -> bool:
    """Five or nine digits without hyphen."""
    return bool(_ZIP.fullmatch(text))


def is_phone(text: str) -> bool:
    """Ten digits, area code first."""
    return bool(_PHONE.fullmatch(text))


def is_hcpcs(text: str) -> bool:
    """Five characters of either HCPCS level; whether the code exists is another question."""
    return bool(_HCPCS.fullmatch(text))


def is_modifier(text: str) -> bool:
    """Two letters or digits."""
    return bool(_MODIFIER.fullmatch(text))


def is_revenue_code(text: str) -> bool:
    """Four digits. 0001, the total line of the paper form, is not sent in an 837."""
    return bool(_REVENUE.fullmatch(text)) and text != "0001"


def is_diagnosis(text: str) -> bool:
    """The shape of an ICD-10-CM code without dot."""
    return bool(_ICD10CM.fullmatch(text))


def is_procedure(text: str) -> bool:
    """The shape of an ICD-10-PCS code: seven characters without I and O."""
    return bool(_ICD10PCS.fullmatch(text))


def is_drg(text: str) -> bool:
    """Three digits."""
    return bool(_DRG.fullmatch(text))


def is_type_of_bill(text: str) -> bool:
    """Four characters with the leading zero."""
    return bool(_BILL.fullmatch(text))


def is_ndc(text: str) -> bool:
    """Eleven digits in the 5-4-2 form without hyphens."""
    return bool(_NDC.fullmatch(text))
