"""Security labels of a resource -> sensitivity labels of a row, and back. Pure.

Sources: FHIR R4 meta.security and DocumentReference.securityLabel; HL7 v3 ActCode, InformationSensitivityPolicy and 42CFRPart2;
HL7 v3 Confidentiality (R restricted, V very restricted). Where HL7 has one code for two of our kinds, or none for one, the choice
is: SEX (sexuality and reproductive health), STD and SDV (sexual assault, abuse, domestic violence) are reproductive; SICKLE is
genetic; ADOL is minor. R or V alone name no kind: the row is kept as behavioural, which R most often stands for, and the import
counts it for a person to look at. A code of this policy that we do not know is treated like R.
"""

from __future__ import annotations

from collections.abc import Iterable

from hims.lib.labels import Label
from records.interop.fhir.values import Json, line, obj, objs

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LABELS = {
    "ETH": Label.PART2, "ETHUD": Label.PART2, "OPIOIDUD": Label.PART2, "SUD": Label.PART2, "42CFRPART2": Label.PART2,
    "PSY": Label.BEHAVIOURAL, "MH": Label.BEHAVIOURAL, "BH": Label.BEHAVIOURAL, "EMOTDIS": Label.BEHAVIOURAL,
    "PSYTHPN": Label.PSYCHOTHERAPY, "HIV": Label.HIV,
    "GDIS": Label.GENETIC, "SICKLE": Label.GENETIC, "SCA": Label.GENETIC,
    "SEX": Label.REPRODUCTIVE, "SDV": Label.REPRODUCTIVE, "DV": Label.REPRODUCTIVE, "STD": Label.REPRODUCTIVE,
    "ADOL": Label.MINOR,
}  # fmt: skip
CODES = {
    Label.PART2: "ETH", Label.PSYCHOTHERAPY: "PSYTHPN", Label.HIV: "HIV", Label.GENETIC: "GDIS", Label.REPRODUCTIVE: "SEX",
    Label.BEHAVIOURAL: "PSY", Label.MINOR: "ADOL",
}  # fmt: skip
# Of the same code system, but about who asks or what is to be done with the copy, not about what it says.
NOT_A_KIND = frozenset(
    {"EMP", "LOCIS", "PDS", "PRS", "DEMO", "TBOO", "CEL", "VIP", "DIA", "NOAUTH", "DELAU", "NODSCLCDS"}
)
CLOSED = frozenset({"R", "V"})
UNNAMED = "restricted_without_kind"


def labels_of(resource: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels in alphabetical order, and notes for the tally of the import."""
    found: set[str] = set()
    unnamed = closed = False
    for coding in _codings(resource):
        system, code = line(coding.get("system")).lower(), line(coding.get("code")).upper()
        if "confidentiality" in system:
            closed = closed or code in CLOSED
        elif "actcode" in system and code not in NOT_A_KIND:
            if code in LABELS:
                found.add(LABELS[code].value)
            unnamed = unnamed or code not in LABELS
    if unnamed or (closed and not found):
        found.add(Label.BEHAVIOURAL.value)
        return tuple(sorted(found)), (UNNAMED,)
    return tuple(sorted(found)), ()


def security_of(labels: Iterable[str]) -> list[Json]:
    """meta.security of a row with these labels; read again it gives the same labels."""
    words = sorted({Label(word) for word in labels})
    codings: list[Json] = [{"system": ACT_CODE, "code": CODES[word]} for word in words]
    return [{"system": CONFIDENTIALITY, "code": "R"}, *codings] if codings else []


def _codings(resource: Json) -> list[Json]:
    """meta.security holds codings, securityLabel concepts of codings."""
    held = objs(obj(resource.get("meta")).get("security"))
    for concept in objs(resource.get("securityLabel")):
        held += objs(concept.get("coding"))
    return held
