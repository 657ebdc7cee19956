"""Loading in one line, and the whole content of the tables to compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from coding.codesets.official.actions import Official, Outcome, load_file
from coding.codesets.official.editions import EDITION_MODELS
from coding.codesets.official.journal import JOURNALED
from coding.codesets.official.models import CodeSetLoad
from hims.staff.models import Facility
from hims.staff.selectors import system_user

Load = Callable[..., CodeSetLoad]


def official(kind: str, content: bytes, day: date, **more: Any) -> Official:
    return Official(kind, more.pop("name", "file.txt"), content, day, **more)


def load_of(kind: str, content: bytes, day: date, **more: Any) -> Outcome:
    return load_file(by=system_user(), official=official(kind, content, day, **more), note="test")


@pytest.fixture
def load(facility: Facility) -> Load:
    """Loads a file and returns its load."""

    def act(kind: str, content: bytes, day: date, **more: Any) -> CodeSetLoad:
        done = load_of(kind, content, day, **more).load
        assert done is not None
        return done

    return act


def contents() -> dict[str, list[Any]]:
    """Every row of every table a load may touch, as the database writes it."""
    found = {}
    with connection.cursor() as cursor:
        for model in (*JOURNALED, *EDITION_MODELS):
            table = model._meta.db_table
            cursor.execute(f'select to_jsonb(t) from "{table}" t order by id')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found
