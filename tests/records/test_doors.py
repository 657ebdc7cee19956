"""Every route of the records app: who gets in, and what a stranger learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.urls import urlpatterns
from tests.clients import signed_in
from tests.records.doors import GET_ONLY, POST_ONLY, READS, SECRETS, WRITES, everything, routes, url_of
from tests.trail import told

pytestmark = pytest.mark.django_db


def test_every_route_that_writes_is_in_the_tables() -> None:
    covered = {route for route, _, _ in WRITES} | set(POST_ONLY) | set(GET_ONLY) | {"register"}
    assert covered == set(routes())


REFUSED_TO = [
    (who, *entry)
    for who in ("coder", "outsider", "elsewhere", "scheduler", "nobody")
    for entry in WRITES
    if who != "scheduler" or entry[0] not in ("correct", "coverage")  # a scheduler may register and correct patients
]


@pytest.mark.parametrize(("who", "route", "about", "data"), REFUSED_TO)
def test_write_without_the_right_or_out_of_reach_changes_nothing(
    who: str, route: str, about: str, data: dict[str, str], ids: dict[str, Any], coder: User, outsider: User,
    person: Callable[..., User], facility: Facility, other_facility: Facility,
) -> None:  # fmt: skip
    user = {
        "coder": lambda: coder,
        "outsider": lambda: outsider,
        "elsewhere": lambda: person("otto", Role.RECORDS_SPECIALIST, other_facility),
        "scheduler": lambda: person("irene", Role.SCHEDULER, facility),
        "nobody": lambda: person("norole"),
    }[who]()
    before = everything()
    answer = signed_in(user).post(
        url_of(route, about, ids), {**data, "payer": ids["payer"], "facility": ids["facility"]}
    )
    assert answer.status_code == (404 if who == "elsewhere" else 403)
    assert everything() == before
    assert [secret for secret in SECRETS if secret in answer.content.decode()] == []
    assert told(user)[-1][1] == "refused"


@pytest.mark.parametrize(("route", "about", "data"), WRITES)
def test_write_without_sign_in_leads_to_the_sign_in_page(
    route: str, about: str, data: dict[str, str], ids: dict[str, Any]
) -> None:
    before = everything()
    answer = Client().post(url_of(route, about, ids), data)
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert everything() == before


@pytest.mark.parametrize(("route", "about", "data"), WRITES)
def test_write_without_csrf_token_is_refused(
    route: str, about: str, data: dict[str, str], ids: dict[str, Any], specialist: User
) -> None:
    before = everything()
    answer = signed_in(specialist, enforce_csrf_checks=True).post(url_of(route, about, ids), data)
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize(("route", "about"), READS)
def test_page_out_of_reach_is_a_404_that_tells_nothing(
    route: str, about: str, ids: dict[str, Any], person: Callable[..., User], other_facility: Facility
) -> None:
    elsewhere = person("otto", Role.RECORDS_SPECIALIST, other_facility)
    for known in (ids, {about: uuid7()}):
        answer = signed_in(elsewhere).get(url_of(route, about, known))
        assert answer.status_code == 404
        assert [secret for secret in SECRETS if secret in answer.content.decode()] == []


@pytest.mark.parametrize(("route", "about"), READS)
def test_page_in_reach_opens_with_the_banner(route: str, about: str, ids: dict[str, Any], specialist: User) -> None:
    answer = signed_in(specialist).get(url_of(route, about, ids))
    if route == "document_file":
        assert answer.status_code == 404  # this document came as text
        return
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Okafor" in page
    assert "LGH-1000001" in page
    assert "03/09/1958" in page
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("route", POST_ONLY)
def test_get_on_a_route_that_acts_is_refused(route: str, ids: dict[str, Any], specialist: User) -> None:
    assert signed_in(specialist).get(url_of(route, routes()[route], ids)).status_code == 405


@pytest.mark.parametrize("route", GET_ONLY)
def test_post_on_a_route_that_shows_is_refused(route: str, ids: dict[str, Any], specialist: User) -> None:
    assert signed_in(specialist).post(url_of(route, routes()[route], ids)).status_code == 405


@pytest.mark.parametrize("route", [entry.name for entry in urlpatterns if entry.pattern.converters])
@pytest.mark.parametrize("bad", ["x", "0", "%00", "..%2f..%2f", "00000000-0000-0000-0000-00000000000g", "\u0661" * 8])
def test_malformed_id_is_a_404(route: str, bad: str, specialist: User) -> None:
    marker = str(uuid7())
    path = reverse(f"records:{route}", kwargs={routes()[route]: marker}).replace(marker, bad)
    assert signed_in(specialist).get(path).status_code == 404
    assert signed_in(specialist).post(path).status_code == 404
