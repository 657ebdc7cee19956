"""Patient -> the registry. Pure.

Source: FHIR R4 Patient; US Core 6.1 Patient (race and ethnicity extensions).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from records.interop.fhir.drafts import PatientDraft
from records.interop.fhir.item import Item
from records.interop.fhir.keys import identifiers, key, split_key, type_code
from records.interop.fhir.values import Json, Malformed, Setting, code_in, day, first, line, lines, obj, objs

SEXES = {"male": "M", "female": "F"}
OLDEST_YEARS = 125
LONGEST_SYSTEM, LONGEST_VALUE, LONGEST_MRN = 160, 120, 20
SHARED_KINDS = frozenset({"SS", "SB", "DL", "PPN", "NI", "TAX"})
"""Identifiers that are typed wrong often enough not to decide who somebody is."""
NAME_USES = {"maiden": "maiden", "old": "old", "nickname": "preferred"}
ADDRESS_USES = {"home": "home", "work": "work", "temp": "temp", "billing": "billing", "old": "old"}
PHONE_USES = {"home": "home", "mobile": "mobile", "work": "work"}
US_CORE = "us-core-"
CLOSED = frozenset({"R", "V"})


def patient_draft(item: Item, setting: Setting) -> PatientDraft:
    """The registry's values of a Patient. Raises Malformed."""
    resource = item.resource
    birth_date, partial = _birth_date(resource, setting)
    official, others = _names(resource)
    found, strong, mrn = _numbers(item, setting)
    if not strong:
        raise Malformed("the patient has neither an identifier nor an id")
    deceased_on = _deceased_on(resource, birth_date, setting)
    died_undated = deceased_on is None and resource.get("deceasedBoolean") is True
    notes = ("partial_dates",) * partial + ("deceased_without_date",) * died_undated
    columns: dict[str, Any] = {
        **official,
        "birth_date": birth_date,
        "sex": SEXES.get(line(resource.get("gender")).lower(), "U"),
        "deceased_on": deceased_on,
        "language": _language(resource),
        "marital_status": _words(resource.get("maritalStatus"), 20),
        "race": _extension_words(resource, "race"),
        "ethnicity": _extension_words(resource, "ethnicity"),
        "confidential": bool(_security(resource) & CLOSED),
    }
    return PatientDraft(
        columns=columns, match_keys=strong, identifiers=found, mrn=mrn, names=others,
        addresses=_addresses(resource), phones=_phones(resource), notes=notes,
    )  # fmt: skip


def _birth_date(resource: Json, setting: Setting) -> tuple[date, bool]:
    birth_date, partial = day(resource.get("birthDate"), "birthDate")
    if birth_date is None:
        raise Malformed("birthDate: missing")
    if birth_date > setting.today:
        raise Malformed("birthDate: lies in the future")
    return birth_date, partial


def _deceased_on(resource: Json, birth_date: date, setting: Setting) -> date | None:
    """The day of death as written, in its own offset."""
    deceased_on, _ = day(resource.get("deceasedDateTime"), "deceasedDateTime")
    if deceased_on is None:
        if setting.today.year - birth_date.year > OLDEST_YEARS and resource.get("deceasedBoolean") is not True:
            raise Malformed(f"birthDate: more than {OLDEST_YEARS} years back, and no death is recorded")
        return None
    if deceased_on < birth_date:
        raise Malformed("deceasedDateTime: lies before birthDate")
    if deceased_on > setting.today or deceased_on.year - birth_date.year > OLDEST_YEARS:
        raise Malformed("deceasedDateTime: lies in the future, or too long after birthDate")
    return deceased_on


def _names(resource: Json) -> tuple[dict[str, str], tuple[tuple[str, str, str], ...]]:
    """Columns of the name to register (official, else usual, else the first), and the other names."""
    names = [each for each in objs(resource.get("name")) if _family(each) or lines(each.get("given"))]
    if not names:
        raise Malformed("name: missing")
    order = {"official": 0, "usual": 1}
    chosen = min(names, key=lambda each: order.get(line(each.get("use")), 2))
    family, given = _family(chosen), _given(chosen)
    columns = {
        "family_name": (family or given)[:60],
        "given_names": given if family else "",
        "suffix": " ".join(lines(chosen.get("suffix")))[:10].rstrip(),
    }
    others = [
        (NAME_USES.get(line(each.get("use")), "alias"), _family(each) or columns["family_name"], _given(each))
        for each in names
        if each is not chosen
    ]
    same = ("", columns["family_name"], columns["given_names"])
    return columns, tuple(dict.fromkeys(each for each in others if each[1:] != same[1:]))


def _family(name: Json) -> str:
    """The family name; a name given as text only is read as "given family"."""
    family = line(name.get("family"), 60)
    if family or name.get("given"):
        return family
    return line(name.get("text")).rpartition(" ")[2][:60]


def _given(name: Json) -> str:
    given = " ".join(lines(name.get("given")))
    if not given and not name.get("family"):
        given = line(name.get("text")).rpartition(" ")[0]
    return given[:60].rstrip()


def _numbers(item: Item, setting: Setting) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], str]:
    """All numbers, the keys that decide who it is, and the facility's own record number."""
    found: dict[tuple[str, str], None] = {}
    strong: dict[str, None] = {}
    mrn = ""
    weak = {key(system, value) for system, value, kind in identifiers(item.resource) if kind in SHARED_KINDS}
    for each in objs(item.resource.get("identifier")):
        value = line(each.get("value"))
        if type_code(each) == "MR" and 0 < len(value) <= LONGEST_MRN and _is_ours(each, setting):
            mrn = mrn or value
    for text in item.keys:
        system, value = split_key(text)
        if len(system) <= LONGEST_SYSTEM and len(value) <= LONGEST_VALUE:
            found[system, value] = None
            if text not in weak:
                strong[text] = None
    return tuple(found), tuple(strong), mrn


def _is_ours(identifier: Json, setting: Setting) -> bool:
    """Was the number given by this facility? By its assigner, or the last part of its system."""
    assigner = line(obj(identifier.get("assigner")).get("display")).casefold()
    last = line(identifier.get("system")).replace(":", "/").rpartition("/")[2].casefold()
    return bool({assigner, last} & setting.facility_marks)


def _addresses(resource: Json) -> tuple[dict[str, str], ...]:
    found = []
    for each in objs(resource.get("address")):
        address = {
            "use": ADDRESS_USES.get(line(each.get("use")), "home"),
            "line": ", ".join(lines(each.get("line")))[:120].rstrip(),
            "city": line(each.get("city"), 60),
            "state": line(each.get("state"), 20),
            "postal_code": line(each.get("postalCode"), 10),
            "country": _country(line(each.get("country"))),
        }
        if any(address[name] for name in ("line", "city", "state", "postal_code")) and address not in found:
            found.append(address)
    return tuple(found)


def _country(text: str) -> str:
    if not text or text.casefold() in {"us", "usa", "united states", "united states of america"}:
        return "US"
    return text.upper() if len(text) <= 3 else ""


def _phones(resource: Json) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for each in objs(resource.get("telecom")):
        value, system = line(each.get("value"), 80), line(each.get("system"))
        if value and system in {"phone", "sms", "email", ""}:
            use = "email" if system == "email" else PHONE_USES.get(line(each.get("use")), "home")
            found[use, value] = None
    return tuple(found)


def _language(resource: Json) -> str:
    spoken = objs(resource.get("communication"))
    preferred = next((each for each in spoken if each.get("preferred") is True), spoken[0] if spoken else {})
    return _words(preferred.get("language"), 20)


def _words(concept: Any, limit: int) -> str:
    coding = first(obj(concept).get("coding"))
    text = line(obj(concept).get("text")) or line(coding.get("display"))
    return (text if 0 < len(text) <= limit else line(coding.get("code")) or text)[:limit].rstrip()


def _extension_words(resource: Json, name: str) -> str:
    """The text of a US Core extension (race, ethnicity), else the words of its category; 60 characters."""
    for extension in objs(resource.get("extension")):
        if line(extension.get("url")).endswith(f"{US_CORE}{name}"):
            parts = {line(part.get("url")): part for part in reversed(objs(extension.get("extension")))}
            category = obj(obj(parts.get("ombCategory")).get("valueCoding")).get("display")
            own = first(obj(extension.get("valueCodeableConcept")).get("coding")).get("display")
            text = line(obj(parts.get("text")).get("valueString")) or line(category) or line(own)
            return text[:60].rstrip()
    return ""


def _security(resource: Json) -> set[str]:
    labels = objs(obj(resource.get("meta")).get("security"))
    return {code for label in labels if (code := code_in({"coding": [label]}, "confidentiality"))}
