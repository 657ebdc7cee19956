"""By which keys a resource is known, and which keys a reference asks for. Pure.

A key is "system|value": of an identifier, or of the resource's address. UUID addresses have the system "urn:uuid" in whatever form
they come ("urn:uuid:X", "Patient/X"), other addresses that of their server, or "fhir" when the file names no server.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from records.interop.fhir.values import Json, line, obj, objs

LONGEST_KEY = 200
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_ADDRESS = re.compile(r"(?:(?P<base>https?://.+)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/?#|]+)(?:/_history/[^/]+)?\Z")
_CONDITIONAL = re.compile(r"(?:https?://.+/)?(?P<type>[A-Z][A-Za-z]+)\?identifier=(?P<key>.+)\Z")


@dataclass(frozen=True)
class Reference:
    """What a reference asks for.

    types: the resource types it may point to. keys: any of them finds the target; none when it points nowhere.
    display: the words the source wrote beside it. by_number: it asks by an identifier, not by an address.
    """

    types: tuple[str, ...]
    keys: tuple[str, ...]
    display: str = ""
    by_number: bool = False


def key(system: str, value: str) -> str:
    """ "system|value", shortened to a digest when it would not fit into 200 characters."""
    whole = f"{system}|{value}"
    return whole if len(whole) <= LONGEST_KEY else f"sha256|{hashlib.sha256(whole.encode()).hexdigest()}"


def split_key(text: str) -> tuple[str, str]:
    """System and value of a key."""
    system, _, value = text.rpartition("|")
    return system, value


def resource_keys(resource: Json, full_url: str) -> tuple[str, ...]:
    """All keys of a resource: its identifiers in their order, then its addresses. The first is its source key.

    A resource without any is known by its content.
    """
    found = [key(system, value) for system, value, _ in identifiers(resource)]
    found += address_keys(full_url, "")
    type_, id_ = line(resource.get("resourceType")), line(resource.get("id"))
    if id_:
        found += address_keys(f"{type_}/{id_}", base_of(full_url))
    return tuple(dict.fromkeys(found or content_keys(resource)))


def content_keys(resource: Json) -> list[str]:
    """A digest of the resource as a key; none when it is nested too deeply to be written down."""
    try:
        content = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return []
    return [f"content|{hashlib.sha256(content).hexdigest()}"]


def identifiers(resource: Json) -> list[tuple[str, str, str]]:
    """(system, value, type code) of the identifiers that have system and value."""
    found = []
    for each in [*objs(resource.get("masterIdentifier")), *objs(resource.get("identifier"))]:
        system, value = line(each.get("system")), line(each.get("value"))
        if system and value:
            found.append((system, value, type_code(each)))
    return found


def type_code(identifier: Json) -> str:
    """The kind of an identifier after HL7 table 0203: MR, SS, DL; "" when it does not say."""
    codings = objs(obj(identifier.get("type")).get("coding"))
    return next((line(coding.get("code")) for coding in codings if coding.get("code")), "")


def base_of(full_url: str) -> str:
    """The server's address in a full URL, "" when it names none."""
    found = _ADDRESS.match(full_url)
    return (found["base"] or "") if found else ""


def address_keys(address: str, base: str) -> list[str]:
    """The keys of an address: a URN, "Type/id" (of the server `base` when given) or a full URL; none for anything else."""
    if address.startswith(("urn:uuid:", "urn:oid:")):
        scheme, name, value = address.split(":", 2)
        return [key(f"{scheme}:{name}", value.lower())] if value else []
    found = _ADDRESS.match(address)
    if not found:
        return []
    if _UUID.match(found["id"].lower()):
        return [key("urn:uuid", found["id"].lower())]
    return [key(found["base"] or base or "fhir", f"{found['type']}/{found['id']}")]


def reference(value: Any, *types: str, base: str = "") -> Reference | None:
    """A reference to one of `types`: literal, conditional (`Type?identifier=system|value`) or by identifier alone.

    None when there is none, or when it names a type outside `types`.
    """
    found = obj(value)
    text, display = line(found.get("reference")), line(found.get("display"), 120)
    if not text:
        identifier = obj(found.get("identifier"))
        system, number = line(identifier.get("system")), line(identifier.get("value"))
        return Reference(types, (key(system, number),), display, by_number=True) if system and number else None
    conditional = _CONDITIONAL.match(text)
    address = conditional or _ADDRESS.match(text)
    named = address["type"] if address else ""
    if named and named not in types:
        return None
    wanted = (named,) if named else types
    if conditional:
        system, _, number = unquote(conditional["key"]).partition("|")
        return Reference(wanted, (key(system, number),) if number else (), display, by_number=True)
    return Reference(wanted, tuple(address_keys(text, base)), display)


def contained(resource: Json, value: Any) -> Json:
    """The contained resource a "#id" reference points to, or an empty object."""
    text = line(obj(value).get("reference"))
    if not text.startswith("#"):
        return {}
    return next((each for each in objs(resource.get("contained")) if each.get("id") == text[1:]), {})
