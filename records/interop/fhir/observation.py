"""The value of an Observation, in whichever of FHIR's shapes it comes. Pure."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from records.interop.fhir.values import Json, coded, first, line, moment, number, obj, objs, plain_number, status_code

LONGEST_TEXT = 300
PLAIN_VALUES = ("valueString", "valueDateTime", "valueTime", "valueInteger")


def observation_columns(resource: Json, zone: ZoneInfo) -> dict[str, Any]:
    """Columns of the value: number with unit, or text, and the components as parts."""
    quantity = obj(resource.get("valueQuantity"))
    comparator = line(quantity.get("comparator"))
    amount = number(quantity.get("value"))
    return {
        "value_number": None if comparator else amount,
        "unit": _unit(quantity),
        "value_text": value_text(resource, zone) if amount is None or comparator else "",
        "reference_range": _range_words(first(resource.get("referenceRange")))[:60].rstrip(),
        "interpretation": status_code(first(resource.get("interpretation")))[:20],
        "parts": [_part(each, zone) for each in objs(resource.get("component"))],
    }


def _part(component: Json, zone: ZoneInfo) -> dict[str, str]:
    what = coded(component.get("code"))
    quantity = obj(component.get("valueQuantity"))
    amount = "" if quantity.get("comparator") else plain_number(quantity.get("value"))
    unit = _unit(quantity) if amount else ""
    return {**what.columns, "value": amount or value_text(component, zone), "unit": unit}


def value_text(holder: Json, zone: ZoneInfo) -> str:
    """Any value as words, 300 characters; "" when there is none."""
    for name in PLAIN_VALUES:
        value = holder.get(name)
        if value is not None:
            return line(value if isinstance(value, str) else plain_number(value), LONGEST_TEXT)
    if isinstance(holder.get("valueBoolean"), bool):
        return "Yes" if holder["valueBoolean"] else "No"
    return _composed(holder, zone)[:LONGEST_TEXT].rstrip()


def _composed(holder: Json, zone: ZoneInfo) -> str:
    if "valueQuantity" in holder:
        return _quantity_words(obj(holder["valueQuantity"]))
    if "valueCodeableConcept" in holder:
        return coded(holder["valueCodeableConcept"]).display
    if "valueRange" in holder:
        return _range_words(obj(holder["valueRange"]))
    if "valueRatio" in holder:
        ratio = obj(holder["valueRatio"])
        sides = (_quantity_words(obj(ratio.get(side))) for side in ("numerator", "denominator"))
        return " : ".join(side for side in sides if side)
    if "valuePeriod" in holder:
        span = obj(holder["valuePeriod"])
        ends = (moment(span.get(end), f"valuePeriod.{end}", zone) for end in ("start", "end"))
        return " to ".join(f"{end:%Y-%m-%d %H:%M}" for end in ends if end)
    if "valueSampledData" in holder:
        return "Sampled data"
    return coded(holder.get("dataAbsentReason")).display


def _quantity_words(quantity: Json) -> str:
    parts = (line(quantity.get("comparator")), plain_number(quantity.get("value")), _unit(quantity))
    return " ".join(part for part in parts if part)


def _unit(quantity: Json) -> str:
    return line(quantity.get("unit") or quantity.get("code"), 40)


def _range_words(found: Json) -> str:
    """A range as the source wrote it, else "low to high unit"."""
    if line(found.get("text")):
        return line(found.get("text"))
    low, high = obj(found.get("low")), obj(found.get("high"))
    ends = [plain_number(end.get("value")) for end in (low, high)]
    words = " to ".join(ends) if all(ends) else f"from {ends[0]}" if ends[0] else f"up to {ends[1]}" if ends[1] else ""
    return f"{words} {_unit(high) or _unit(low)}".strip() if words else ""
