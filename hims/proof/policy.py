"""The policy of doors: read from policy.toml, in which every route stands with its rights and the events it leaves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hims.lib.access import Permission, Role

FOLDER = Path(__file__).resolve().parent
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
KINDS = {"look", "list", "may", "when", "act", "each", "again", "note", "try", "see", "own", "narrow", "miss"}
KEYS = {"path", "about", "open", "asks", "besides", "blind", "unnamed", "sends", "answers", *METHODS}
OWN = {"note", "try"}
"""Steps that ask for no right: they concern the person's own account."""
UNSEEDED = frozenset({"case", "emergency", "review", "item", "exception", "audit", "alert", "note"})
"""Kinds of which the seeded hospital holds none: their doors are tried with what does not exist."""


@dataclass(frozen=True)
class Step:
    """One step behind a door: what kind, which event it leaves, which right it asks for (None for the person's own account)."""

    kind: str
    event: str
    right: Permission | None


Line = tuple[Step, ...]


@dataclass(frozen=True)
class Route:
    """One door.

    ways: by method, the lines to choose from; about: what the address names, "" for nothing; asks: what it must have.

    besides: events that may stand among the others, as when an account that is closed had sessions to end.
    unnamed: a refusal records the thing, whose patient the trail does not look up.
    blind: what is out of reach and what does not exist get the same answer, with success.
    """

    name: str
    path: str
    about: str
    public: bool
    ways: Mapping[str, tuple[Line, ...]]
    sends: Mapping[str, str] = field(default_factory=dict)
    answers: frozenset[int] = frozenset()
    asks: str = ""
    blind: bool = False
    besides: frozenset[str] = frozenset()
    unnamed: bool = False

    @property
    def methods(self) -> frozenset[str]:
        """Methods the door answers."""
        return frozenset(self.ways)

    @property
    def api(self) -> bool:
        """For programs: it answers in JSON, and never with a redirect to the sign-in page."""
        return self.path.startswith("/api/")


@cache
def policy() -> dict[str, Route]:
    """Every route by its name. Raises ValueError for words the policy does not know."""
    tables: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("policy*.toml")):
        more = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := set(more) & set(tables):
            raise ValueError(f"declared twice: {sorted(twice)}")
        tables |= more
    return {name: _route(name, table) for name, table in tables.items()}


@cache
def leading() -> frozenset[tuple[str, str]]:
    """Route and method of the first door of each kind that begins with the same steps: the others stand behind the same
    reading."""
    first: dict[tuple[Any, ...], tuple[str, str]] = {}
    for route in policy().values():
        for method, lines in route.ways.items():
            first.setdefault((route.about, method, tuple(line[:1] for line in lines)), (route.name, method))
    return frozenset(first.values())


@cache
def rights() -> dict[str, frozenset[Permission]]:
    """What each role may do, declared apart from the roles that the product installs."""
    table = tomllib.loads((FOLDER / "rights.toml").read_text(encoding="utf-8"))
    return {Role(name).value: frozenset(Permission(word) for word in words) for name, words in table.items()}


def _route(name: str, table: dict[str, Any]) -> Route:
    unknown = set(table) - KEYS
    if unknown:
        raise ValueError(f"{name}: unknown words {sorted(unknown)}")
    return Route(
        name=name,
        path=table["path"],
        about=table.get("about", ""),
        public=table.get("open") == "anyone",
        ways={method: _lines(name, table[method]) for method in METHODS if method in table},
        sends=table.get("sends", {}),
        answers=frozenset(table.get("answers", ())),
        asks=table.get("asks", ""),
        blind=bool(table.get("blind")),
        besides=frozenset(table.get("besides", ())),
        unnamed=bool(table.get("unnamed")),
    )


def _lines(name: str, told: list[Any]) -> tuple[Line, ...]:
    lines = told if told and isinstance(told[0], list) else [told]
    return tuple(tuple(_step(name, words) for words in line) for line in lines)


def _step(name: str, words: str) -> Step:
    kind, event, *right = words.split()
    if kind not in KINDS or len(right) != (kind not in OWN):
        raise ValueError(f"{name}: cannot read {words!r}")
    return Step(kind, event, Permission(right[0]) if right else None)
