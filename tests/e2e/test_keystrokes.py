"""A long inpatient stay coded without a mouse and without waiting: what it costs in keys, and that nothing goes astray."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from coding.codesets.rules import dotted
from hims.demo.case_file import CASES, load_case
from tests.e2e.hospital import uncoded_case

pytestmark = pytest.mark.e2e
CASE = load_case(CASES / "inpatient" / "12-colectomy-late-pathology")
# What the same stay could carry besides, so that it becomes a long one: code and POA, "" where the code is exempt.
MORE = (
    ("I4891", "Y"), ("I2510", "Y"), ("N390", "N"), ("K219", "Y"), ("G4733", "Y"), ("J449", "Y"), ("N1831", "Y"),
    ("E785", "Y"), ("Z7901", ""), ("M170", "Y"), ("F329", "Y"), ("E039", "Y"), ("R339", "N"),
)  # fmt: skip
MORE_PROCEDURES = ("02HV33Z", "3E043XZ", "30233N1", "0DJD8ZZ", "5A09357", "0T9B70Z")
DIAGNOSES, PROCEDURES = 15, 5
KEYS_BESIDE_THE_CODE = 4
"""s, Enter, Escape and the POA key."""


@dataclass
class Keyboard:
    """Keys as a person presses them, counted."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.press(*text)


def wanted() -> tuple[list[tuple[str, str]], list[str]]:
    """15 diagnoses with their POA, and 5 procedures: those of the case first."""
    gold = CASE.gold
    diagnoses = [(each.code, each.poa) for each in (gold.principal, *gold.secondaries)]
    known = {code for code, _ in diagnoses}
    diagnoses += [(code, poa) for code, poa in MORE if code not in known]
    procedures = [each.code for each in gold.procedures]
    procedures += [code for code in MORE_PROCEDURES if code not in procedures]
    return diagnoses[:DIAGNOSES], procedures[:PROCEDURES]


def lines_of(page: Page) -> list[tuple[str, str]]:
    """Code as printed and POA of every line, in the order of the page."""
    found: list[list[str]] = page.locator("[data-line]").evaluate_all(
        """lines => lines.map((line) => [
          line.querySelector(".codes__code").textContent.trim(), line.querySelector("[data-poa]")?.value ?? "",
        ])"""
    )
    return [(code, poa) for code, poa in found]


def test_long_stay_is_coded_by_keyboard_alone(
    sign_in: Callable[[str], Page], hospital: str, record_property: Callable[[str, object], None]
) -> None:
    # Given an inpatient stay that nobody has coded yet
    page = sign_in("Dana Whitfield")
    page.goto(f"{hospital}/coding/{uncoded_case(f'demo|case|{CASE.slug}')}/")
    expect(page.locator("[data-text]")).to_be_visible()
    assert lines_of(page) == []
    page.evaluate("window.sinceTheBeginning = true")
    navigations: list[str] = []
    page.on("framenavigated", lambda frame: navigations.append(frame.url))
    diagnoses, procedures = wanted()
    assert (len(diagnoses), len(procedures)) == (DIAGNOSES, PROCEDURES)
    keys = Keyboard(page)
    costs: dict[str, int] = {}
    # When every code is typed straight on, no answer waited for
    for code, poa in diagnoses:
        before = keys.pressed
        keys.press("s")
        keys.type(code.lower())
        keys.press("Enter", "Escape")
        if poa:
            keys.press(poa.lower())
        costs[code] = keys.pressed - before
    before = keys.pressed
    keys.press("p")
    for code in procedures:
        keys.type(code.lower())
        keys.press("Enter")
        costs[code] = keys.pressed - before
        before = keys.pressed
    # Then the list is what was typed, in its order
    expect(page.locator("[data-line]")).to_have_count(DIAGNOSES + PROCEDURES, timeout=60_000)
    expect(page.locator("#coding-said")).to_contain_text(f"{procedures[-1]} added.")
    expected = [(dotted(code), poa) for code, poa in diagnoses] + [(code, "") for code in procedures]
    assert lines_of(page) == expected
    assert page.locator("#code-text").input_value() == ""
    # And the page was never loaded anew
    assert page.evaluate("window.sinceTheBeginning") is True
    assert navigations == []
    # And no code cost more than its characters and four keys
    assert {code: cost for code, cost in costs.items() if cost > len(code) + KEYS_BESIDE_THE_CODE} == {}
    of_diagnoses = sum(costs[code] for code, _ in diagnoses) / DIAGNOSES
    of_procedures = sum(costs[code] for code in procedures) / PROCEDURES
    characters = sum(len(code) for code in costs) / len(costs)
    figures = {
        "keys": keys.pressed, "keys_per_code": round(keys.pressed / len(costs), 2),
        "keys_per_diagnosis_with_poa": round(of_diagnoses, 2), "keys_per_procedure": round(of_procedures, 2),
        "characters_per_code": round(characters, 2),
    }  # fmt: skip
    for name, figure in figures.items():
        record_property(name, figure)
    print(figures)  # noqa: T201 (the figures that docs/guides/coder.md quotes)
