"""What the documentation points to exists: files, anchors, commands, people, routes, modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from hims.lib.access import Role
from hims.staff.personas import PERSONAS
from tests.docs.pages import ROOT, anchors, links, name_of, pages, spans

README = ROOT / "README.md"
PLACES = "hims|audit|records|coding|scheduling|billing|templates|static|tests|docs|bench|deploy"
MADE_LATER = "deploy/secrets/"
SYSTEM_FOLDERS = "backup|data|etc|home|opt|run|srv|tmp|usr|var"
COMMAND = re.compile(r"(?:^ +|`|\| )\./run manage (?:--data \S+ )?([a-z_]+)", re.MULTILINE)
SAMPLE_ID = "01980000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = [target for target in links(page) if not _leads_somewhere(page, target)]
    assert broken == []


def _leads_somewhere(page: Path, target: str) -> bool:
    file, _, anchor = target.partition("#")
    place = (page.parent / file).resolve() if file else page
    if not place.exists():
        return False
    return not anchor or place.suffix != ".md" or anchor in anchors(place)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_command_named_on_a_page_exists(page: Path) -> None:
    named = set(COMMAND.findall(page.read_text(encoding="utf-8")))
    assert named - get_commands().keys() == set()


def test_commands_of_the_product_are_in_the_readme() -> None:
    own = ("audit", "billing", "coding", "hims.", "records")
    ours = {name for name, app in get_commands().items() if isinstance(app, str) and app.startswith(own)}
    assert ours - set(COMMAND.findall(README.read_text(encoding="utf-8"))) == set()


def test_benchmark_named_on_a_page_exists() -> None:
    named = {
        name for page in pages() for name in re.findall(r"\./run bench ([a-z_]+)", page.read_text(encoding="utf-8"))
    }
    assert named - {path.stem for path in (ROOT / "bench").glob("*.py")} == set()


def test_people_of_the_readme_are_the_personas() -> None:
    rows = re.findall(
        r"^\| `([a-z]+\.[a-z]+)` \| ([^|]+) \| ([^|]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [(username, name.strip(), role.strip()) for username, name, role in rows] == [
        (persona.username, persona.name, persona.role.value) for persona in PERSONAS
    ]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_username_on_a_page_is_a_persona(page: Path) -> None:
    known = {persona.username for persona in PERSONAS}
    named = {
        span for span in spans(page) if re.fullmatch(r"[a-z]+\.[a-z]+", span) and span.split(".")[0] in _first_names()
    }
    assert named - known == set()


def _first_names() -> set[str]:
    return {persona.username.split(".")[0] for persona in PERSONAS}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_route_named_on_a_page_exists(page: Path) -> None:
    named = {span for span in spans(page) if re.fullmatch(r"/[\w./<>:?=&+-]*", span) and not _is_file(span)}
    assert [route for route in sorted(named) if not _resolves(route)] == []


def _is_file(span: str) -> bool:
    return re.match(rf"/({SYSTEM_FOLDERS})\b", span) is not None or "." in span.rsplit("/", 1)[-1]


def _resolves(route: str) -> bool:
    path = re.sub(r"<[^>]*>", SAMPLE_ID, route.partition("?")[0])
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_file_named_on_a_page_exists(page: Path) -> None:
    named = {span for span in spans(page) if re.fullmatch(rf"({PLACES})/[\w./*-]+", span)}
    named -= {name for name in named if name.startswith(MADE_LATER)}
    assert [name for name in sorted(named) if not any(ROOT.glob(name.rstrip("/")))] == []


def test_every_role_has_its_guide() -> None:
    guides = {path.stem for path in (ROOT / "docs/guides").glob("*.md")}
    assert guides == {role.value.lower().replace(" ", "-") for role in Role if role is not Role.SYSTEM}
