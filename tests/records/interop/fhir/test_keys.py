from __future__ import annotations

from typing import Any

import pytest

from records.interop.fhir.keys import key, reference, resource_keys, split_key

UUID = "c79b748f-a792-4aea-bca5-c7c9c5b188cd"


@pytest.mark.parametrize(
    ("resource", "full_url", "expected"),
    [
        ({"resourceType": "Patient", "id": UUID}, f"urn:uuid:{UUID}", (f"urn:uuid|{UUID}",)),
        ({"resourceType": "Patient", "id": "7"}, "", ("fhir|Patient/7",)),
        ({"resourceType": "Patient", "id": "7"}, "http://h/fhir/Patient/7", ("http://h/fhir|Patient/7",)),
        (
            {"resourceType": "Patient", "id": "7", "identifier": [{"value": "no system"}, {"system": "s", "value": "v"}]},
            "", ("s|v", "fhir|Patient/7"),
        ),
    ],
)  # fmt: skip
def test_resource_keys_are_identifiers_before_addresses(
    resource: dict[str, Any], full_url: str, expected: tuple[str, ...]
) -> None:
    assert resource_keys(resource, full_url) == expected


def test_resource_without_identifier_or_id_is_known_by_its_content() -> None:
    one = resource_keys({"resourceType": "Immunization", "status": "completed"}, "")
    same = resource_keys({"status": "completed", "resourceType": "Immunization"}, "")
    assert one == same
    assert one[0].startswith("content|")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"urn:uuid:{UUID.upper()}", (f"urn:uuid|{UUID}",)),
        (f"Patient/{UUID}", (f"urn:uuid|{UUID}",)),
        ("Patient/7", ("http://h|Patient/7",)),
        ("http://h/Patient/7/_history/3", ("http://h|Patient/7",)),
        ("Patient?identifier=urn:lab%7C42", ("urn:lab|42",)),
        ("nonsense", ()),
    ],
)
def test_reference_asks_for_the_key_its_target_has(text: str, expected: tuple[str, ...]) -> None:
    found = reference({"reference": text}, "Patient", base="http://h")
    assert found is not None
    assert found.keys == expected


def test_reference_to_another_type_is_none() -> None:
    assert reference({"reference": "Group/1"}, "Patient") is None


def test_reference_by_identifier_alone_is_by_number() -> None:
    found = reference({"identifier": {"system": "urn:lab", "value": "42"}}, "Patient")
    assert found is not None
    assert (found.keys, found.by_number) == (("urn:lab|42",), True)


def test_key_too_long_for_its_column_becomes_a_digest() -> None:
    assert len(key("s" * 150, "v" * 150)) <= 200
    assert split_key(key("a|b", "c")) == ("a|b", "c")
