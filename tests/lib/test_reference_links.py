"""Links to licensed references as a site sets them."""

from __future__ import annotations

import pytest

from hims.lib.env import SettingError
from hims.lib.reference_links import links_for, reference_links


def test_nothing_set_means_no_links() -> None:
    assert reference_links("") == ()


def test_code_stands_escaped_in_the_address() -> None:
    links = reference_links("Coding Clinic=https://books.example/cc?code={code}|Assistant=https://a.example/{code}/x")
    assert links_for(links, "E11.22/?") == [
        {"label": "Coding Clinic", "url": "https://books.example/cc?code=E11.22%2F%3F"},
        {"label": "Assistant", "url": "https://a.example/E11.22%2F%3F/x"},
    ]


@pytest.mark.parametrize(
    "text", ["Clinic", "Clinic=http://a.example/{code}", "Clinic=https://a.example/", "=https://a.example/{code}",
             "Clinic=javascript:alert({code})", "Clinic=https://a.example/{code} x"],
)  # fmt: skip
def test_anything_else_fails_aloud(text: str) -> None:
    with pytest.raises(SettingError, match="HIMS_REFERENCE_LINKS"):
        reference_links(text)
