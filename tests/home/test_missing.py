"""The answer to an address that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hims.staff.models import User
from hims.staff.sessions.actions import end_sessions
from tests.clients import signed_in

pytestmark = pytest.mark.django_db
NOWHERE = "/there/is/no/such/page"


def test_nowhere_shows_a_person_at_work_the_way_back(coder: User) -> None:
    answer = signed_in(coder).get(NOWHERE)
    assert (answer.status_code, str(coder) in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("state", ["locked", "ended", "unverified"])
def test_nowhere_does_not_tell_who_sits_behind_a_closed_door(coder: User, state: str, settings: Any) -> None:
    client = signed_in(coder)
    if state == "locked":
        client.post(reverse("account_lock"))
    elif state == "ended":
        end_sessions(coder)
    else:
        settings.REQUIRE_MFA = True
    body = client.get(NOWHERE).content.decode()
    assert str(coder) not in body
    assert reverse("coding:worklist") not in body
