"""Asking a signed-in person once more who they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.test import RequestFactory

from hims.lib.errors import DomainError
from hims.staff.lockout import LockedOut
from hims.staff.models import User
from hims.staff.personas import DEMO_PASSWORD
from hims.staff.reauthentication import confirm_identity, demo_hint, ways_of
from tests.staff.factors import PASSWORD, WRONG, code_of, recovery_codes, with_app
from tests.trail import told

pytestmark = pytest.mark.django_db


def confirm(user: User, **given: str) -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="10.0.0.7")
    request.user = user
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    with context.request_context(request):
        confirm_identity(request, **given)


def refusal(user: User, **given: str) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        confirm(user, **given)
    return refused.value.field, refused.value.message


def test_own_password_confirms(dana: User) -> None:
    confirm(dana, password=PASSWORD)


def test_code_confirms_once(dana: User) -> None:
    code = code_of(with_app(dana))
    confirm(dana, code=code)
    assert refusal(dana, code=code) == ("code", "This code is not right, or was used before.")


def test_recovery_code_confirms_once(dana: User) -> None:
    with_app(dana)
    code = recovery_codes(dana)[3]
    confirm(dana, code=code)
    assert refusal(dana, code=code)[0] == "code"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({}, "Enter your password."), ({"password": WRONG}, "This is not your password."),
     ({"password": " "}, "This is not your password."),
     ({"password": "x" * 5000}, "This is not your password."), ({"password": "\x00"}, "This is not your password.")],
)  # fmt: skip
def test_wrong_or_missing_password_is_refused_beside_its_field(
    given: dict[str, str], sentence: str, dana: User
) -> None:
    assert refusal(dana, **given) == ("password", sentence)


def test_password_of_somebody_else_is_refused(dana: User, rosa: User) -> None:
    rosa.set_password("quite another sentence of hers")
    rosa.save()
    assert refusal(dana, password="quite another sentence of hers")[0] == "password"


def test_wrong_password_beside_a_code_is_refused(dana: User) -> None:
    assert refusal(dana, password=WRONG, code=code_of(with_app(dana)))[0] == "password"


def test_failures_count_and_are_recorded_though_the_change_is_undone(dana: User) -> None:
    def undone() -> None:
        with transaction.atomic():
            confirm(dana, password=WRONG)

    for _ in range(5):
        with pytest.raises(DomainError):
            undone()
    with pytest.raises(LockedOut) as locked:
        confirm(dana, password=PASSWORD)
    assert locked.value.field == "password"
    assert told(dana).count(("staff.sign_in_failed", "refused")) == 5


def test_persona_of_the_demonstration_has_its_password(dana: User, settings: Any) -> None:
    dana.set_password(DEMO_PASSWORD)
    dana.save()
    confirm(dana, password=DEMO_PASSWORD)
    assert DEMO_PASSWORD in demo_hint()
    settings.DEMO = False
    assert demo_hint() == ""


def test_account_without_any_way_is_told_so(dana: User) -> None:
    dana.set_unusable_password()
    dana.save()
    assert ways_of(dana) == []
    assert "no password" in refusal(dana, password="x")[1]
    with_app(dana)
    assert ways_of(dana) == ["code"]
