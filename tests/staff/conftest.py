"""People with passwords and second factors, and a cache without yesterday's counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hims.lib.access import Role
from hims.staff.models import Facility, User
from tests.staff.factors import PASSWORD


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """Attempts are counted in the cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def dana(person: Callable[..., User], facility: Facility) -> User:
    """A coder with a password."""
    user = person("dana.whitfield", Role.CODER, facility)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def rosa(person: Callable[..., User], facility: Facility) -> User:
    """A records specialist with a password."""
    user = person("rosa.imani", Role.RECORDS_SPECIALIST, facility)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser() -> Client:
    """At the address 10.0.0.7."""
    client = Client(REMOTE_ADDR="10.0.0.7")
    client.get(reverse("account_login"))
    return client
