"""Numbers that pages show only in part: which ones, and how. Pure.

Minimum necessary: 45 CFR 164.502(b), 164.514(d). Forms: Social Security Administration, nine digits; CMS, Medicare Beneficiary
Identifier, eleven characters. The last four characters are what people compare over the telephone.
"""

from __future__ import annotations

import re

SHOWN, HIDDEN_AT_LEAST = 4, 5
SSN, MBI, MEMBER, BANK, LICENCE, PASSPORT, TAX = "ssn", "mbi", "member", "bank", "licence", "passport", "tax"
TITLES = {
    SSN: "Social security number",
    MBI: "Medicare number",
    MEMBER: "Member number",
    BANK: "Bank account",
    LICENCE: "Driver's licence",
    PASSPORT: "Passport",
    TAX: "Taxpayer number",
}
# Identifier systems whose numbers a state gave: their kind. Sources: FHIR R4 and US Core identifier systems, HL7 OID registry.
_SYSTEMS = (
    (re.compile(r"us-ssn\Z|\Aurn:oid:2\.16\.840\.1\.113883\.4\.1\Z|\ASSN?\Z", re.IGNORECASE), SSN),
    (re.compile(r"us-mbi\Z|us-medicare\Z|\Aurn:oid:2\.16\.840\.1\.113883\.4\.(572|927)\Z", re.IGNORECASE), MBI),
    (re.compile(r"passport", re.IGNORECASE), PASSPORT),
    (re.compile(r"\Aurn:oid:2\.16\.840\.1\.113883\.4\.3\.|driver", re.IGNORECASE), LICENCE),
    (re.compile(r"us-itin\Z|\Aurn:oid:2\.16\.840\.1\.113883\.4\.2\Z", re.IGNORECASE), TAX),
)
_SSN = re.compile(r"(?!000|666|9\d\d)\d{3}([- ]?)(?!00)\d\d\1(?!0000)\d{4}\Z")


def masked(kind: str, value: str) -> str:
    """The value as pages show it: its last characters, never more than four, and never with fewer than five hidden.

    A kind that is not known is hidden whole.
    """
    if not value:
        return ""
    if kind == SSN:
        digits = re.sub(r"\D", "", value)
        return f"***-**-{digits[-SHOWN:]}" if len(digits) == 9 else "***-**-****"
    shown = max(0, min(SHOWN, len(value) - HIDDEN_AT_LEAST)) if kind in TITLES else 0
    return "*" * max(HIDDEN_AT_LEAST, len(value) - shown) + (value[-shown:] if shown else "")


def national_kind(system: str) -> str:
    """The kind of number a state gave, by its identifier system; "" for numbers of hospitals and others."""
    return next((kind for form, kind in _SYSTEMS if form.search(system)), "")


def normal(kind: str, value: str) -> str:
    """The form in which two numbers of a kind are compared: without hyphens and blanks, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", value.upper()) if kind else value


def looks_like_ssn(text: str) -> bool:
    """Nine digits as a social security number has them, with hyphens, blanks or neither.

    Source: Social Security Administration, numbers never given: areas 000, 666 and 900 to 999, group 00, serial 0000.
    """
    return bool(_SSN.match(text.strip()))
