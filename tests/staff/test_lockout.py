"""Guessing is stopped, and nobody else is locked with the guesser."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
import time_machine
from allauth.account.auth_backends import AuthenticationBackend
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from hims.lib.errors import DomainError
from hims.staff import lockout
from hims.staff.backend import StaffBackend
from hims.staff.lockout import PER_ACCOUNT, PER_ADDRESS, WINDOW_SECONDS, Factor, LockedOut
from hims.staff.models import User
from tests.environment import DATABASE
from tests.staff.factors import PASSWORD, WRONG, is_signed_in, sign_in
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
NOW = 1_900_000_000


def guess(account: str = "dana", address: str | None = "10.0.0.7", *, right: bool = False) -> None:
    attempt = lockout.begin(Factor.PASSWORD, account, address)
    attempt.succeeded() if right else attempt.failed()


def is_locked(account: str = "dana", address: str | None = "10.0.0.7") -> bool:
    try:
        lockout.begin(Factor.PASSWORD, account, address).abandoned()
    except LockedOut:
        return True
    return False


def at(browser: Client, address: str, password: str, **extra: Any) -> Any:
    return sign_in(browser, "dana.whitfield", password, REMOTE_ADDR=address, **extra)


# --- The counters ---


@pytest.mark.parametrize(("failures", "locked"), [(PER_ADDRESS - 1, False), (PER_ADDRESS, True)])
def test_account_at_one_address_is_locked_from_the_fifth_failure(failures: int, locked: bool) -> None:
    for _ in range(failures):
        guess()
    assert is_locked() is locked


@pytest.mark.parametrize(("failures", "locked"), [(PER_ACCOUNT - 1, False), (PER_ACCOUNT, True)])
def test_account_is_locked_everywhere_from_the_twentieth_failure(failures: int, locked: bool) -> None:
    for number in range(failures):
        guess(address=f"10.0.{number}.1")
    assert is_locked(address="192.0.2.1") is locked
    assert not is_locked("rosa", "192.0.2.1")


@pytest.mark.parametrize(
    ("seconds", "locked"), [(WINDOW_SECONDS - 1, True), (WINDOW_SECONDS, False), (WINDOW_SECONDS + 1, False)]
)
def test_lock_ends_fifteen_minutes_after_the_last_failure(seconds: int, locked: bool) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(PER_ADDRESS):
            guess()
            clock.shift(60)
        clock.shift(-60)
        clock.shift(seconds)
        assert is_locked() is locked


@pytest.mark.parametrize(("seconds", "locked"), [(WINDOW_SECONDS - 1, True), (WINDOW_SECONDS, False)])
def test_failures_are_forgotten_fifteen_minutes_after_the_first(seconds: int, locked: bool) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(PER_ADDRESS - 1):
            guess()
        clock.shift(seconds)
        guess()
        assert is_locked() is locked


def test_refused_guesses_do_not_prolong_the_lock_nor_count_for_the_account() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(1000):
            with suppress(LockedOut):
                guess()
        assert not is_locked(address="192.0.2.1")
        clock.shift(WINDOW_SECONDS)
        assert not is_locked()


def test_one_guess_at_each_of_a_thousand_accounts_locks_none() -> None:
    for number in range(1000):
        guess(f"person{number}")
    assert not any(is_locked(f"person{number}") for number in (0, 500, 999))


def test_success_forgets_the_failures_of_its_address_only() -> None:
    for _ in range(PER_ADDRESS - 1):
        guess()
    for number in range(PER_ACCOUNT - PER_ADDRESS):
        guess(address=f"10.0.{number}.1")
    guess(right=True)
    guess()
    assert is_locked(address="192.0.2.1")


def test_accounts_and_addresses_are_told_apart_as_they_should_be() -> None:
    for _ in range(PER_ADDRESS):
        guess("Dana", "2001:db8:0:1::1")
    assert is_locked("dana", "2001:db8:0:1:ffff::9")
    assert not is_locked("dana", "2001:db8:0:2::1")
    assert not is_locked("dana", None)
    assert not is_locked("rosa", "2001:db8:0:1::1")


def test_spellings_of_one_user_name_share_their_failures(dana: User, browser: Client) -> None:
    """The database finds names by their capitals, where the dotless i has that of the other."""
    for name in (
        "dana.whitfield",
        "DANA.WHITFIELD",
        "dana.wh\u0131tfield",
        "dana.whitf\u0131eld",
        "dana.wh\u0131tf\u0131eld",
    ):
        sign_in(browser, name, WRONG)
    assert sign_in(browser, "dana.wh\u0131tfield").status_code == 429
    assert sign_in(browser, "dana.whitfield").status_code == 429


def test_names_that_the_database_takes_for_equal_have_one_counter() -> None:
    """Letters that Python does not know yet stand in no user name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(chr(n)) FROM generate_series(33, 131071) AS n WHERE n NOT BETWEEN 55296 AND 57343"
            " GROUP BY upper(chr(n)) HAVING count(*) > 1"
        )
        alike = [[each for each in letters if unicodedata.category(each) != "Cn"] for (letters,) in cursor.fetchall()]
    keys = [{lockout._counters(Factor.PASSWORD, letter, None)[1].key for letter in letters} for letters in alike]
    assert len(alike) > 1000
    assert [letters for letters, different in zip(alike, keys, strict=True) if len(different) > 1] == []


def test_codes_and_passwords_are_counted_apart() -> None:
    for _ in range(PER_ADDRESS):
        lockout.begin(Factor.CODE, "dana", "10.0.0.7").failed()
    assert not is_locked()
    with pytest.raises(LockedOut) as locked:
        lockout.begin(Factor.CODE, "dana", "10.0.0.7")
    assert locked.value.field == "code"


@pytest.mark.parametrize(
    ("seconds", "words"), [(900, "15 minutes"), (61, "2 minutes"), (60, "1 minute,"), (0, "1 minute,")]
)
def test_sentence_says_when_to_try_again(seconds: int, words: str) -> None:
    assert words in LockedOut(seconds, Factor.PASSWORD).message


def test_rollback_takes_no_failure_back(dana: User) -> None:
    def failed_change() -> None:
        with transaction.atomic():
            guess("dana.whitfield")
            raise DomainError("the change is refused")

    for _ in range(PER_ADDRESS):
        with pytest.raises(DomainError):
            failed_change()
    assert is_locked("dana.whitfield")


def test_keys_of_the_cache_hold_no_name() -> None:
    guess("dana.whitfield")
    kept = " ".join(str(key) for key in cache._cache)  # type: ignore[attr-defined]
    assert "lockout" in kept
    assert "dana" not in kept


@pytest.fixture(params=["memory", "server"])
def counting(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """In this process, and on the broker's server as in production."""
    if request.param == "server":
        settings.CACHES = {
            "default": {
                "BACKEND": "hims.jobs.cache.BrokerServerCache",
                "LOCATION": settings.REDIS_URL,
                "KEY_PREFIX": DATABASE,
            }
        }
    lockout.unlock("burst")
    yield request.param
    lockout.unlock("burst")


def test_hundred_guesses_at_once_cost_at_most_five_looks(counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    told_events: list[str] = []
    barrier = Barrier(100)

    def compare(self: StaffBackend, request: object, **credentials: str) -> None:
        looks.append(credentials["password"])
        time.sleep(0.05)

    monkeypatch.setattr(AuthenticationBackend, "authenticate", compare)
    monkeypatch.setattr(lockout, "_owner", lambda account: None)
    monkeypatch.setattr(lockout, "tell", lambda event, **_: told_events.append(event))

    def one(number: int) -> bool:
        request = RequestFactory().post("/", REMOTE_ADDR="10.0.0.7")
        barrier.wait(timeout=60)
        try:
            StaffBackend().authenticate(request, username="burst", password=f"guess {number}")
        except LockedOut:
            return False
        return True

    with ThreadPoolExecutor(100) as pool:
        assert sum(pool.map(one, range(100))) == PER_ADDRESS
    assert len(looks) == PER_ADDRESS
    assert told_events.count("staff.locked_out") == 1
    assert told_events.count("staff.attempt_refused") == 100 - PER_ADDRESS
    assert is_locked("burst")


# --- At the door ---


def test_right_password_after_five_wrong_ones_gets_a_page_that_says_when(dana: User, browser: Client) -> None:
    for number in range(PER_ADDRESS):
        assert at(browser, "10.0.0.7", WRONG).status_code == 200, number
    answer = at(browser, "10.0.0.7", PASSWORD)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW_SECONDS
    assert "Too many failed attempts. Try again in 15 minutes" in page
    assert PASSWORD not in page
    assert not is_signed_in(browser)
    events = told(dana)
    assert events.count(("staff.sign_in_failed", "refused")) == PER_ADDRESS
    assert events[-1] == ("staff.attempt_refused", "refused")
    locked = [event for event in events_of(dana) if event["event"] == "staff.locked_out"]
    assert [event["detail"] for event in locked] == [{"factor": "password", "scope": "address", "minutes": 15}]


def test_name_of_nobody_is_locked_like_a_real_one(browser: Client, db: None) -> None:
    for _ in range(PER_ADDRESS):
        sign_in(browser, "nobody.here", WRONG)
    assert sign_in(browser, "nobody.here", WRONG).status_code == 429


def test_colleague_at_the_same_address_signs_in(dana: User, rosa: User, browser: Client) -> None:
    for _ in range(10):
        at(browser, "10.0.0.7", WRONG)
    assert sign_in(browser, "rosa.imani", REMOTE_ADDR="10.0.0.7").status_code == 302
    assert is_signed_in(browser)


def test_person_locked_at_one_address_signs_in_at_another(dana: User, browser: Client) -> None:
    for _ in range(100):
        at(browser, "203.0.113.9", WRONG)
    assert at(Client(), "10.0.0.7", PASSWORD).status_code == 302


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_forged_forwarded_address_has_no_effect(behind_proxy: bool, dana: User, browser: Client, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    seen = ", 203.0.113.9" if behind_proxy else ""
    answers = [
        at(browser, "203.0.113.9", WRONG, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}{seen}").status_code
        for number in range(PER_ADDRESS + 1)
    ]
    assert answers == [200] * PER_ADDRESS + [429]


def test_administrator_unlocks_by_command_and_it_is_recorded(dana: User, browser: Client) -> None:
    for _ in range(PER_ADDRESS):
        at(browser, "10.0.0.7", WRONG)
    call_command("unlock_account", "Dana.Whitfield")
    assert at(browser, "10.0.0.7", PASSWORD).status_code == 302


def test_unlocking_opens_every_address_and_both_factors(dana: User) -> None:
    for number in range(PER_ACCOUNT):
        guess("dana.whitfield", f"10.0.{number}.1")
    for _ in range(PER_ADDRESS):
        lockout.begin(Factor.CODE, "dana.whitfield", "10.0.0.7").failed()
    lockout.unlock("dana.whitfield", by=dana)
    assert not is_locked("dana.whitfield", "10.0.1.1")
    lockout.begin(Factor.CODE, "dana.whitfield", "10.0.0.7").abandoned()
    assert told(dana)[-1] == ("staff.unlocked", "done")


def test_present_password_in_the_change_form_is_guessed_at_five_times(dana: User, browser: Client) -> None:
    at(browser, "10.0.0.7", PASSWORD)
    form = {"oldpassword": WRONG, "password1": "another long sentence", "password2": "another long sentence"}
    answers = [browser.post(reverse("account_change_password"), form).status_code for _ in range(PER_ADDRESS + 1)]
    assert 429 in answers[-2:]
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_reauthentication_is_guessed_at_five_times(dana: User, browser: Client) -> None:
    at(browser, "10.0.0.7", PASSWORD)
    url = reverse("account_reauthenticate")
    answers = [browser.post(url, {"password": WRONG}).status_code for _ in range(PER_ADDRESS)]
    assert answers == [200] * PER_ADDRESS
    assert browser.post(url, {"password": PASSWORD}).status_code == 429
