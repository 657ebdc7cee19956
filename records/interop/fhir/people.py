"""Practitioner, PractitionerRole, Organization, Coverage -> clinicians, payers, coverages. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from records.interop.fhir.drafts import CoverageDraft, PayerDraft, ProviderDraft, ProviderRoleDraft
from records.interop.fhir.item import Item
from records.interop.fhir.keys import Reference, contained, identifiers, reference, split_key
from records.interop.fhir.values import Json, Malformed, Setting, code_in, day, first, line, lines, obj, objs

NPI_SYSTEM = "us-npi"
TAXONOMY_SYSTEM = "provider-taxonomy"
TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof"})
LONGEST_PROVIDER_KEY = 160
KINDS = (("medicare", "MB"), ("medicaid", "MC"), ("blue cross", "BL"), ("hmo", "HM"), ("self", "09"))
RELATIONSHIPS = {"self": "18", "spouse": "01", "child": "19", "common": "01"}
_NPI = re.compile(r"\d{10}\Z", re.ASCII)
_NOT_CODE = re.compile(r"[^A-Z0-9]+")


def provider_draft(item: Item, setting: Setting) -> ProviderDraft:
    """A clinician. The national provider identifier is kept when it has ten digits. Raises Malformed."""
    name = first(item.resource.get("name"))
    family, given = line(name.get("family"), 60), " ".join(lines(name.get("given")))[:60].rstrip()
    family = family or line(name.get("text"), 60)
    if not (family or given):
        raise Malformed("name: missing")
    numbers = {system: value for system, value, _ in reversed(identifiers(item.resource))}
    npi = next((value for system, value in numbers.items() if NPI_SYSTEM in system), "")
    columns = {
        "family_name": family or given,
        "given_names": given if family else "",
        "credentials": _credentials(item.resource, name),
        "npi": npi if _NPI.match(npi) else "",
    }
    return ProviderDraft(key=provider_key(item.source_key), columns=columns)


def provider_named_by(reference: Reference) -> ProviderDraft | None:
    """A clinician known only by a reference that gives a number and a name, such as "Dr. Ana Ruiz"; None without a name."""
    words = [word for word in reference.display.split() if word.rstrip(".").casefold() not in TITLES]
    if not (words and reference.by_number and reference.keys):
        return None
    system, value = split_key(reference.keys[0])
    columns = {
        "family_name": words[-1][:60],
        "given_names": " ".join(words[:-1])[:60].rstrip(),
        "npi": value if NPI_SYSTEM in system and _NPI.match(value) else "",
    }
    return ProviderDraft(provider_key(reference.keys[0]), columns)


def provider_key(source_key: str) -> str:
    """The key in 160 characters. Raises Malformed without one."""
    if not source_key:
        raise Malformed("the resource has neither an identifier nor an id")
    if len(source_key) <= LONGEST_PROVIDER_KEY:
        return source_key
    return f"sha256|{hashlib.sha256(source_key.encode()).hexdigest()}"


def _credentials(resource: Json, name: Json) -> str:
    suffix = " ".join(lines(name.get("suffix")))
    degrees = [line(obj(each.get("code")).get("text")) for each in objs(resource.get("qualification"))]
    text = suffix or next((degree for degree in degrees if 0 < len(degree) <= 20), "")
    return text[:20].rstrip()


def provider_role_draft(item: Item, setting: Setting) -> ProviderRoleDraft:
    """What a PractitionerRole says of its practitioner. Raises Malformed when it names none."""
    practitioner = reference(item.resource.get("practitioner"), "Practitioner", base=item.base)
    if practitioner is None:
        raise Malformed("practitioner: missing")
    concepts = [*objs(item.resource.get("specialty")), *objs(item.resource.get("code"))]
    taxonomy = next((code for each in concepts if (code := code_in(each, TAXONOMY_SYSTEM))), "")
    words = [line(each.get("text")) or line(first(each.get("coding")).get("display")) for each in concepts]
    specialty = next((text for text in words if text), "")
    columns = {"specialty": specialty[:80].rstrip(), "taxonomy_code": taxonomy if len(taxonomy) == 10 else ""}
    return ProviderRoleDraft(practitioner, {name: value for name, value in columns.items() if value})


def payer_draft(item: Item, setting: Setting) -> PayerDraft:
    """An Organization that pays. Raises Malformed without a name."""
    resource = item.resource
    name = line(resource.get("name"), 60)
    if not name:
        raise Malformed("name: missing")
    address = first(resource.get("address"))
    state = line(address.get("state"))
    columns = {
        **payer_columns(name),
        "address_line": ", ".join(lines(address.get("line")))[:55].rstrip(),
        "city": line(address.get("city"), 30),
        "state": state if len(state) == 2 else "",
        "postal_code": line(address.get("postalCode")).replace("-", "")[:9],
    }
    return PayerDraft(code=payer_code(name), columns=columns)


def payer_columns(name: str) -> dict[str, str]:
    """What is known of a payer by its name alone. kind: claim filing indicator, X12 SBR09."""
    folded = name.casefold()
    kind = next((kind for words, kind in KINDS if words in folded), "CI")
    return {"name": name[:60].rstrip(), "kind": kind, "electronic_id": payer_code(name)}


def payer_code(name: str) -> str:
    """A code of at most 20 characters made of the name: the same name is the same payer."""
    code = _NOT_CODE.sub("-", name.upper()).strip("-")
    if 0 < len(code) <= 20:
        return code
    return f"{code[:11]}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:8].upper()}".lstrip("-")


def coverage_draft(item: Item, setting: Setting) -> CoverageDraft:
    """Who pays for a patient. Raises Malformed without patient, payer or member number."""
    resource = item.resource
    patient = reference(resource.get("beneficiary"), "Patient", base=item.base)
    if patient is None:
        raise Malformed("beneficiary: missing")
    member = line(resource.get("subscriberId")) or next((value for _, value, _ in identifiers(resource)), "")
    if not 0 < len(member) <= 40:
        raise Malformed("no member number (subscriberId or identifier) of at most 40 characters")
    payor = first(resource.get("payor"))
    inner = contained(resource, payor)
    name = line(inner.get("name"), 60) or line(payor.get("display"), 60)
    payer = reference(payor, "Organization", base=item.base)
    if payer is None and not name:
        raise Malformed("payor: names no organization")
    relationship = code_in(resource.get("relationship"), "subscriber-relationship") or "self"
    columns: dict[str, Any] = {
        "member_id": member,
        "group_number": _group(resource),
        "relationship": RELATIONSHIPS.get(relationship, "G8"),
        **_term(resource),
    }
    order = resource.get("order")
    rank = order if isinstance(order, int) and 0 < order < 100 else 0
    return CoverageDraft(patient=patient, payer=payer, payer_name=name, rank=rank, columns=columns)


def _group(resource: Json) -> str:
    for each in objs(resource.get("class")):
        if line(first(obj(each.get("type")).get("coding")).get("code")) == "group":
            return line(each.get("value"), 40)
    return ""


def _term(resource: Json) -> dict[str, Any]:
    term = obj(resource.get("period"))
    starts_on, _ = day(term.get("start"), "period.start")
    ends_on, _ = day(term.get("end"), "period.end")
    if starts_on and ends_on and ends_on < starts_on:
        raise Malformed("period: the end lies before the start")
    return {"starts_on": starts_on, "ends_on": ends_on}
