"""The database of a test process, with its three roles, and the people who act in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from tests import environment, walls
from tests.clients import signed_in

walls.install()
# What must stay in one process, because it shares a running hospital or looks at all its results together at the end.
TOGETHER = ("tests/e2e/", "tests/security/test_matrix.py")
# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("hims", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hims")


def pytest_sessionstart(session: pytest.Session) -> None:
    """The process that leads removes what a run that was killed has left."""
    if environment.ADMIN_URL and not environment.WORKER:
        from tests.database import drop_templates

        drop_templates()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if environment.ADMIN_URL and not environment.WORKER:
        from tests.database import drop_templates

        drop_templates()


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Marks what sends whole requests, and puts what stays together first, so that nobody waits for it at the end."""
    for item in items:
        if any(value is Client or value is signed_in for value in vars(item.module).values()):
            item.add_marker(pytest.mark.web)
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    """Test by test to whichever process is free, but for what stays together.

    xdist's own groups stand in node ids, which pytest 9.2 no longer lets anybody change.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A fresh database per process; tests connect as the application role."""
    if not environment.ADMIN_URL:
        pytest.exit("database tests need a server: run ./test, or set HIMS_TEST_DATABASE_URL", returncode=4)
    from tests.database import create_database, drop_database, keep_first_facility_numbers

    with django_db_blocker.unblock():
        create_database()
        keep_first_facility_numbers()
    yield
    with django_db_blocker.unblock():
        drop_database()


@pytest.fixture
def facility(db: None) -> Facility:
    """Lakeside General, the main house."""
    return Facility.objects.get_or_create(
        code="LGH",
        defaults={
            "id": 1, "name": "Lakeside General Hospital", "npi": "1234567893", "tax_id": "362170833",
            "taxonomy_code": "282N00000X", "address_line": "100 Shore Road", "city": "Lakeside", "state": "IL",
            "postal_code": "600990001", "phone": "5555550100",
        },
    )[0]  # fmt: skip


@pytest.fixture
def other_facility(db: None) -> Facility:
    """Lakeside South, where the outsider works."""
    return Facility.objects.get_or_create(code="LGS", defaults={"id": 2, "name": "Lakeside South"})[0]


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes a person: person("dana", Role.CODER, facility)."""

    def make(username: str, role: Role | None = None, *facilities: Facility) -> User:
        user, _ = User.objects.get_or_create(username=username, defaults={"display_name": username.title()})
        for place in facilities:
            if role is not None:
                Membership.objects.get_or_create(user=user, facility=place, role=Group.objects.get(name=role.value))
        return user

    return make


@pytest.fixture
def specialist(person: Callable[..., User], facility: Facility) -> User:
    return person("rosa", Role.RECORDS_SPECIALIST, facility)


@pytest.fixture
def coder(person: Callable[..., User], facility: Facility) -> User:
    return person("dana", Role.CODER, facility)


@pytest.fixture
def biller(person: Callable[..., User], facility: Facility) -> User:
    return person("marcus", Role.BILLER, facility)


@pytest.fixture
def him_manager(person: Callable[..., User], facility: Facility) -> User:
    return person("tom", Role.HIM_MANAGER, facility)


@pytest.fixture
def privacy_officer(person: Callable[..., User], facility: Facility) -> User:
    return person("joan", Role.PRIVACY_OFFICER, facility)


@pytest.fixture
def outsider(person: Callable[..., User], other_facility: Facility) -> User:
    """A coder of the other facility: sees nothing here."""
    return person("nina", Role.CODER, other_facility)
