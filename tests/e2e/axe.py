"""Accessibility checks in the browser: axe over a Playwright page, in one theme or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

CHOOSE = "theme => { document.documentElement.dataset.theme = theme; }"
SETTLE = """() => document.getAnimations()
  .filter((item) => item.effect.getComputedTiming().iterations !== Infinity)
  .forEach((item) => item.finish())"""


@dataclass(frozen=True)
class Violation:
    """One broken rule; nodes: the markup of each element that breaks it."""

    rule: str
    impact: str
    help: str
    nodes: tuple[str, ...]


def violations(page: Page) -> list[Violation]:
    """What axe finds on the page as it stands, by WCAG 2.2 A and AA and axe's best practice. The page must be loaded."""
    settle(page)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [_violation(item) for item in found]


def violations_in_both_themes(page: Page) -> dict[str, list[Violation]]:
    """The same for the light and the dark theme; leaves the page in the dark one."""
    found = {}
    for theme in THEMES:
        use_theme(page, theme)
        found[theme] = violations(page)
    return found


def use_theme(page: Page, theme: str) -> None:
    """Choose `light` or `dark` as the theme switch does."""
    page.evaluate(CHOOSE, theme)
    settle(page)


def settle(page: Page) -> None:
    """Bring every fade and slide to its end; what turns for ever goes on turning."""
    page.evaluate(SETTLE)


def _violation(item: dict[str, Any]) -> Violation:
    nodes = tuple(f"{node['html']} | {node.get('failureSummary', '')}" for node in item["nodes"])
    return Violation(item["id"], item["impact"] or "", item["help"], nodes)
