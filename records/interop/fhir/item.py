"""One resource as it was read, with its place in the input."""

from __future__ import annotations

from dataclasses import dataclass

from records.interop.fhir.keys import base_of, resource_keys
from records.interop.fhir.values import Json


@dataclass(frozen=True)
class Item:
    """where: "file:line", or "file entry[12]" of a bundle. keys: all by which it is known."""

    where: str
    kind: str
    resource: Json
    keys: tuple[str, ...]
    base: str = ""

    @property
    def source_key(self) -> str:
        return self.keys[0] if self.keys else ""


def item_of(where: str, resource: Json, full_url: str) -> Item:
    """The resource with its keys."""
    return Item(
        where=where, kind=resource["resourceType"], resource=resource,
        keys=resource_keys(resource, full_url), base=base_of(full_url),
    )  # fmt: skip
