"""The Dockerfile, read line by line: hashed packages, no root at run time, nothing private copied in."""

from __future__ import annotations

import json
import re

import pytest

from hims.platform.libraries import PANGO_PACKAGES
from hims.platform.settings import PROJECT

INSTRUCTIONS = {"FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "EXPOSE", "CMD"}


@pytest.fixture(scope="module")
def lines() -> list[tuple[str, str]]:
    """(instruction, rest) in order, continued lines joined, comments dropped."""
    text = "\n".join(line for line in (PROJECT / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in joined.splitlines() if line.strip()]


def values(lines: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for instruction, rest in lines if instruction == name]


def test_every_line_is_an_instruction(lines: list[tuple[str, str]]) -> None:
    assert {instruction for instruction, _ in lines} == INSTRUCTIONS
    assert lines[0][0] == "FROM"


def test_base_is_the_python_that_the_lock_was_made_for(lines: list[tuple[str, str]]) -> None:
    assert {rest.split()[0] for rest in values(lines, "FROM")} == {"python:3.11-slim-bookworm"}


def test_packages_are_installed_by_hash_only(lines: list[tuple[str, str]]) -> None:
    commands = [part for rest in values(lines, "RUN") for part in rest.split("&&") if "pip install" in part]
    assert len(commands) == 2
    assert all("--require-hashes" in command for command in commands)


def test_system_libraries_are_those_that_run_asks_for(lines: list[tuple[str, str]]) -> None:
    installed = " ".join(values(lines, "RUN"))
    assert all(package in installed for package in PANGO_PACKAGES)


def test_last_user_is_not_root_and_command_is_a_list(lines: list[tuple[str, str]]) -> None:
    assert values(lines, "USER") == ["hims"]
    assert [instruction for instruction, _ in lines][-3:] == ["USER", "EXPOSE", "CMD"]
    assert json.loads(values(lines, "CMD")[0])[:2] == ["gunicorn", "hims.wsgi"]


def test_no_secret_is_in_the_image_environment(lines: list[tuple[str, str]]) -> None:
    settings = " ".join(values(lines, "ENV"))
    assert "SECRET" not in settings
    assert "DATABASE_URL" not in settings


def test_ignored_files_keep_data_and_secrets_out() -> None:
    ignored = set((PROJECT / ".dockerignore").read_text().split())
    assert {"var", ".venv", ".git", "deploy/secrets"} <= ignored
