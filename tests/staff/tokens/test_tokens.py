"""API tokens: never more than their owner, once shown, over at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User
from hims.staff.selectors import system_user
from hims.staff.sessions.actions import end_sessions
from hims.staff.tokens.actions import make_token, revoke_all, revoke_token, scopes_open_to
from hims.staff.tokens.models import ApiToken
from tests.clients import signed_in
from tests.factories import records as make
from tests.staff.factors import PASSWORD, WRONG, sign_in, with_app
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
SEARCH, VIEW = Permission.PATIENT_SEARCH.value, Permission.PATIENT_VIEW.value
CHARTS = Permission.FACILITY_CHARTS.value
NOW = 1_900_000_000
A_DAY = 24 * 60 * 60


def token_for(user: User, *scopes: str, days: int = 30) -> str:
    return make_token(by=user, owner=user, name="Lab interface", scopes=scopes or (SEARCH,), days=days)[1]


def ask(token: str, *, client: Client | None = None, url: str = "", header: str = "Bearer {}") -> int:
    """A patient search with the token; its status."""
    answer = (client or Client(enforce_csrf_checks=True)).post(
        url or reverse("records_api:patient_search"), {"text": "okafor"}, content_type="application/json",
        headers={"Authorization": header.format(token)},
    )  # fmt: skip
    return answer.status_code


def test_token_lets_a_program_search_without_session_or_csrf(dana: User) -> None:
    assert ask(token_for(dana)) == 200


def test_token_finds_what_its_owner_would_find(dana: User, outsider: User, facility: Facility) -> None:
    make.patient(facility, family_name="Okafor")
    found = {}
    for user in (dana, outsider):
        answer = Client().post(
            reverse("records_api:patient_search"), {"text": "okafor"}, content_type="application/json",
            headers={"Authorization": f"Bearer {token_for(user, SEARCH, CHARTS)}"},
        )  # fmt: skip
        found[user.username] = len(answer.json())
    assert found == {"dana.whitfield": 1, "nina": 0}


def test_token_does_only_what_its_scopes_say(dana: User, facility: Facility) -> None:
    patient = make.patient(facility)
    url = reverse("records_api:patient", args=[patient.pk])
    for scope, statuses in ((SEARCH, (200, 403)), (VIEW, (403, 200))):
        token = token_for(dana, scope, CHARTS)
        seen = Client().get(url, headers={"Authorization": f"Bearer {token}"}).status_code
        assert (ask(token), seen) == statuses


def test_token_shrinks_with_its_owner_at_once(dana: User) -> None:
    token = token_for(dana)
    Membership.objects.filter(user=dana).update(valid_to=timezone.now().date() - timedelta(days=1))
    assert ask(token) == 403


def test_token_does_not_grow_with_its_owner(dana: User, facility: Facility, person: Callable[..., User]) -> None:
    token = token_for(dana)
    person("dana.whitfield", Role.PRIVACY_OFFICER, facility)
    answer = Client().get(reverse("audit_api:events"), headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "scopes",
    [[], ["claim_export"], [SEARCH, "claim_export"], ["nonsense"], ["staff_manage"]],
    ids=lambda scopes: "+".join(scopes),
)
def test_scope_that_the_owner_does_not_hold_is_refused(scopes: list[str], dana: User) -> None:
    with pytest.raises(DomainError) as refused:
        make_token(by=dana, owner=dana, name="x", scopes=scopes, days=30)
    assert refused.value.field == "scopes"


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (90, True), (91, False), (-1, False)])
def test_token_lasts_one_to_ninety_days(days: int, fits: bool, dana: User) -> None:
    if fits:
        assert ask(token_for(dana, days=days)) == 200
    else:
        with pytest.raises(DomainError, match="1 to 90 days"):
            token_for(dana, days=days)


def test_database_refuses_a_token_beyond_ninety_days_or_without_scopes(dana: User) -> None:
    token_for(dana)
    changes: list[dict[str, Any]] = [{"expires_at": timezone.now() + timedelta(days=91)}, {"scopes": []}]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.update(**change)


@pytest.mark.parametrize(("seconds", "status"), [(90 * A_DAY - 1, 200), (90 * A_DAY, 401), (90 * A_DAY + 1, 401)])
def test_token_ends_with_its_last_second(seconds: int, status: int, dana: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = token_for(dana, days=90)
        clock.shift(seconds)
        assert ask(token) == status


def test_revoked_token_is_refused_at_once_and_told(dana: User) -> None:
    token = token_for(dana)
    assert ask(token) == 200
    revoke_token(by=dana, token_id=ApiToken.objects.get().pk)
    assert ask(token) == 401
    with pytest.raises(NotVisible):
        revoke_token(by=dana, token_id=ApiToken.objects.get().pk)
    names = [name for name, _ in told(dana)]
    assert [name for name in names if name.startswith("staff.token")] == [
        "staff.token_made", "staff.token_first_used", "staff.token_revoked",
    ]  # fmt: skip


def test_token_of_a_closed_account_is_refused(dana: User) -> None:
    token = token_for(dana)
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert ask(token) == 401


def test_ending_sessions_leaves_tokens_and_revoking_all_ends_them(dana: User) -> None:
    tokens = [token_for(dana), token_for(dana)]
    end_sessions(dana)
    assert [ask(token) for token in tokens] == [200, 200]
    assert revoke_all(dana, by=dana) == 2
    assert [ask(token) for token in tokens] == [401, 401]


def test_only_a_digest_and_the_first_characters_are_kept(dana: User) -> None:
    token = token_for(dana)
    assert len(token) == len("hims_") + 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM staff_apitoken t")
        kept = str(cursor.fetchone()[0])
    assert token not in kept
    assert token[12:] not in kept
    row = ApiToken.objects.get()
    assert bytes(row.digest) == hashlib.sha256(token.encode()).digest()
    assert row.prefix == token[:11]
    assert token not in str(events_of(dana))


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer {} x", "Bearer x{}", "Bearer hims_", "bearer \u00e4", "Bearer {}x"]
)
def test_malformed_token_is_a_401(header: str, dana: User) -> None:
    assert ask(token_for(dana), header=header) == 401


@pytest.mark.parametrize("header", ["Token {}", "Basic {}", "{}"])
def test_token_under_another_word_is_nobody(header: str, dana: User) -> None:
    assert ask(token_for(dana), header=header) == 403


@pytest.mark.parametrize("route", ["home", "records:patients", "account_tokens", "account_devices"])
def test_token_opens_no_page(route: str, dana: User) -> None:
    answer = Client().get(reverse(route), headers={"Authorization": f"Bearer {token_for(dana)}"})
    assert (answer.status_code, answer.content) == (401, b"API tokens work for addresses under /api/ only.")


def test_token_counts_alone_when_a_session_comes_along(dana: User, privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    assert ask("hims_wrong", client=client) == 401
    answer = client.get(reverse("audit_api:events"), headers={"Authorization": f"Bearer {token_for(dana)}"})
    assert answer.status_code == 403


def test_token_needs_no_second_factor_but_making_one_does(dana: User, settings: Any) -> None:
    token = token_for(dana)
    settings.REQUIRE_MFA = True
    assert ask(token) == 200
    assert signed_in(dana).get(reverse("account_tokens")).status_code == 403


def test_last_use_is_noted_once_a_minute(dana: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = token_for(dana)
        seen = []
        for _ in range(4):
            ask(token)
            used = ApiToken.objects.get().last_used_at
            assert used is not None
            seen.append(int(used.timestamp()) - NOW)
            clock.shift(30)
    assert seen == [0, 0, 60, 60]


# --- The page ---


def form(**changes: Any) -> dict[str, Any]:
    return {"name": "Lab interface", "scopes": [SEARCH], "days": "30", "password": PASSWORD, **changes}


def test_page_makes_a_token_and_shows_it_once(dana: User, browser: Client) -> None:
    sign_in(browser, "dana.whitfield")
    answer = browser.post(reverse("account_tokens"), form())
    token = answer.context["text"]
    assert token in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    page = browser.get(reverse("account_tokens")).content.decode()
    assert token not in page
    assert f"{token[:11]}…" in page
    assert ask(token) == 200
    browser.post(reverse("account_revoke_token", args=[ApiToken.objects.get().pk]))
    assert ask(token) == 401


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"password": WRONG}, "not your password"), ({"password": ""}, "Enter your password"), ({"name": " "}, "required"),
     ({"scopes": []}, "required"), ({"scopes": ["claim_export"]}, "not one of the available"), ({"days": "91"}, "not one of"),
     ({"name": "x" * 81}, "80 characters")],
)  # fmt: skip
def test_page_refuses_beside_the_field(changes: dict[str, Any], words: str, dana: User, browser: Client) -> None:
    sign_in(browser, "dana.whitfield")
    answer = browser.post(reverse("account_tokens"), form(**changes))
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_page_lists_the_rights_of_the_person_and_asks_for_a_code_where_there_is_an_app(
    dana: User, browser: Client
) -> None:
    sign_in(browser, "dana.whitfield")
    fields = browser.get(reverse("account_tokens")).context["form"].fields
    assert [value for value, _ in fields["scopes"].choices] == [scope.value for scope in scopes_open_to(dana)]
    assert "code" not in fields
    with_app(dana)
    assert "code" in browser.get(reverse("account_tokens")).context["form"].fields


def test_token_of_somebody_else_cannot_be_revoked(dana: User, rosa: User, browser: Client) -> None:
    token = token_for(rosa)
    sign_in(browser, "dana.whitfield")
    for key in (ApiToken.objects.get().pk, uuid7()):
        assert browser.post(reverse("account_revoke_token", args=[key])).status_code == 404
    assert ask(token) == 200


# --- Accounts of programs ---


@pytest.fixture
def feed(person: Callable[..., User], facility: Facility) -> User:
    user = person("lab.feed", Role.RECORDS_SPECIALIST, facility)
    User.objects.filter(pk=user.pk).update(is_service=True)
    user.refresh_from_db()
    return user


def test_program_never_signs_in_even_with_a_password(feed: User, browser: Client) -> None:
    feed.set_password(PASSWORD)
    feed.save()
    sign_in(browser, "lab.feed")
    assert browser.get(reverse("home")).status_code == 302


def test_command_makes_a_token_for_a_program_only(feed: User, dana: User) -> None:
    out = StringIO()
    call_command("make_token", "lab.feed", "--name", "Lab", "--scope", SEARCH, stdout=out)
    token = out.getvalue().split("token=")[1].split()[0]
    assert ask(token) == 200
    with pytest.raises(CommandError, match="themselves"):
        call_command("make_token", "dana.whitfield", "--name", "Lab", "--scope", SEARCH, stdout=out)


def test_nobody_makes_a_token_for_another_person_or_for_the_system(dana: User, rosa: User) -> None:
    for by, owner in ((dana, rosa), (system_user(), dana), (system_user(), system_user())):
        with pytest.raises(AccessDenied):
            make_token(by=by, owner=owner, name="x", scopes=[SEARCH], days=1)


def test_description_of_the_api_names_the_token(dana: User) -> None:
    answer = Client().get(
        reverse("api_schema"), headers={"Authorization": f"Bearer {token_for(dana)}", "Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert b"apiToken" in answer.content
    assert b"bearer" in answer.content
