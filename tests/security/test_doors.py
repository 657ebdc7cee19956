"""Every route stands in the policy, and whoever is not signed in learns nothing at any of them."""

from __future__ import annotations

import pytest
from django.test import Client

from hims.lib.access import ROLE_PERMISSIONS, Role
from hims.proof.doors import address
from hims.proof.expect import NOT_SIGNED_IN
from hims.proof.policy import METHODS, OWN, Route, policy, rights
from hims.proof.routes import routes

pytestmark = pytest.mark.django_db
OPEN_AT_MOST = 10


def test_every_route_stands_in_the_policy_and_the_reverse() -> None:
    assert sorted(set(routes()) - set(policy())) == []
    assert sorted(set(policy()) - set(routes())) == []


def test_every_route_is_declared_with_its_path_and_methods() -> None:
    declared = {name: (route.path, sorted(route.methods)) for name, route in policy().items()}
    found = {name: (route.path, sorted(route.methods)) for name, route in routes().items()}
    assert declared == found


def test_every_step_that_reads_or_changes_names_a_right() -> None:
    bare = [
        f"{route.name} {step.event}"
        for route in policy().values()
        for lines in route.ways.values()
        for line in lines
        for step in line
        if step.kind not in OWN and step.right is None
    ]
    assert bare == []


def test_every_route_about_a_thing_looks_at_it_first() -> None:
    unlooked = [
        f"{method} {route.name}"
        for route in policy().values()
        for method, lines in route.ways.items()
        if route.about
        and not route.blind
        and not all(any(step.kind in {"look", "act", "own"} for step in line) for line in lines)
    ]
    assert unlooked == []


def test_rights_of_roles_are_declared_twice_and_alike() -> None:
    installed = {role.value: ROLE_PERMISSIONS[role] for role in Role if role is not Role.SYSTEM}
    assert dict(rights()) == installed


def test_few_routes_are_open_to_everyone() -> None:
    assert len([route for route in policy().values() if route.public]) <= OPEN_AT_MOST


@pytest.mark.parametrize("route", policy().values(), ids=lambda route: route.name)
def test_route_without_sign_in_gives_nothing(route: Route) -> None:
    if route.public:
        return
    for method in METHODS:
        answer = Client(raise_request_exception=False).generic(method, address(route, None))
        if route.api:
            assert answer.status_code in NOT_SIGNED_IN, method
        else:
            assert answer.status_code == 302, method
            assert answer.headers["Location"].startswith("/accounts/login/"), method
        assert answer.content == b"" or route.api
