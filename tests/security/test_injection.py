"""Hostile text in every parameter of every list: no broken page, no other rows, nothing of the database's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hims.lib.access import Role
from hims.proof.policy import Route, policy
from hims.staff.models import Facility, Membership, User
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = Path(__file__).resolve().parent.parent.parent
LISTS = [route for route in policy().values() if "GET" in route.methods and not route.about and "<" not in route.path]
NAMES = (
    "after", "order", "sort", "sortby", "ordering", "_sort", "order_by", "filter", "fields", "state", "status", "band", "facility",
    "form", "system", "on", "limit", "page_size", "size", "q", "text", "category", "event", "result", "person", "patient",
    "from_day", "to_day", "request_id", "encounter_class", "version", "encounters_after", "documents_after", "format", "view",
)  # fmt: skip
PAYLOADS = [
    "'", "\"", "1' OR '1'='1", "1; DROP TABLE records_patient", "name; SELECT pg_sleep(5)--", "(SELECT version())",
    "1 UNION SELECT usename FROM pg_user--", "id,(CASE WHEN 1=1 THEN 1 ELSE 2 END)", "-id", "patient__family_name",
    "actor__password", "__class__", "pk__in", "?", "%", "%s%s%n", "\\", "$1", "{}", "{{7*7}}", "${7*7}", "\x00", "\ud7ff", "﻿",
    "WyJhIiwxXQ", "e30", "bnVsbA", "W251bGwsbnVsbF0", "1e309", "-1", "9" * 40, "NaN", "0x10", "null", "[]",
    "a" * 5000, "../../etc/passwd",
    "1::int", "id--", "id/**/desc", "RANDOM()", "1;select 1", "' || pg_sleep(5) || '", "*", "(", ")", ".*",
    "(a+)+$", "\r\nX-Evil: 1",
]  # fmt: skip
ANSWERS = {200, 302, 400, 401, 403, 404, 405, 409, 422}
DATABASE_WORDS = re.compile(
    r"psycopg|syntax error|pg_catalog|ProgrammingError|DataError|operator does not exist|Traceback|relation \"", re.I
)


@pytest.fixture
def all_rounder(person: object, facility: Facility, him_manager: User, biller: User, privacy_officer: User) -> User:
    """Somebody who may open every list."""
    from django.contrib.auth.models import Group

    for role in (Role.BILLER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.CODING_REVIEWER):
        Membership.objects.get_or_create(user=him_manager, facility=facility, role=Group.objects.get(name=role.value))
    return him_manager


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_hostile_parameters_break_nothing_and_tell_nothing(
    route: Route, all_rounder: User, other_facility: Facility
) -> None:
    elsewhere = make.patient(other_facility, family_name="Zzhidden")
    client = signed_in(all_rounder, raise_request_exception=False)
    for payload in PAYLOADS:
        answer = client.get(route.path, dict.fromkeys(NAMES, payload))
        assert answer.status_code in ANSWERS | route.answers, (payload, answer.status_code)
        body = answer.content.decode(errors="replace")
        assert "Zzhidden" not in body
        assert not DATABASE_WORDS.search(body.replace(payload, "")), payload
        assert "X-Evil" not in answer.headers
    elsewhere.refresh_from_db()


@pytest.mark.parametrize("name", ["order", "sort", "after", "ordering", "_sort"])
def test_sorting_by_what_is_not_offered_changes_no_order_and_opens_no_column(name: str, privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    client.get("/audit/")
    for column in ("canonical", "actor__password", "-leaf", "detail__text", "pk desc nulls first", "(select 1)"):
        answer = client.get("/audit/", {name: column})
        assert answer.status_code in (200, 409, 422)
        assert answer.status_code != 200 or name not in {"order", "after"} or "cannot" not in answer.content.decode()


PRODUCT = ("hims", "audit", "records", "coding", "billing", "scheduling")
FORBIDDEN = {
    "values of a request as keyword arguments": re.compile(r"\*\*\s*(dict\()?\s*request\.(GET|POST|data|query_params)"),
    "order by what was sent": re.compile(r"order_by\([^)]*request\."),
    "SQL put together from values": re.compile(r"\.execute\(\s*f[\"'][^\"']*\{(?!table|name)[^}]*request"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_product_never_uses(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in PRODUCT
        for path in (ROOT / package).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []
