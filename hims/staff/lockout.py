"""Guessing is stopped: failures are counted before the guess is looked at, by account and address, and by account.

The counters live in the cache, outside every database transaction, so that a rollback takes no failure back. Each guess takes a
number first (an atomic increment) and is looked at only if the number is within the limit; a hundred guesses at the same moment
therefore cost five looks. Names are kept as hashes. Guesses that are refused here do not count for the whole account, so that one
address alone cannot lock a person out everywhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum

from django.core.cache import cache

from hims.lib.errors import DomainError
from hims.lib.text import fold
from hims.staff.signals import tell

WINDOW_SECONDS = 15 * 60
PER_ADDRESS, PER_ACCOUNT = 5, 20
PREFIX = "lockout"


class Factor(StrEnum):
    """What is guessed; each has counters of its own, so that a known password does not give more guesses at the code."""

    PASSWORD = "password"  # noqa: S105
    CODE = "code"


class LockedOut(DomainError):
    """Too many failures; `seconds` until the next guess is looked at."""

    def __init__(self, seconds: int, factor: Factor) -> None:
        minutes = max(1, math.ceil(seconds / 60))
        wait = "1 minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(
            f"Too many failed attempts. Try again in {wait}, or ask an administrator to unlock the account.",
            field=factor.value,
        )
        self.seconds = max(1, seconds)


@dataclass(frozen=True)
class _Counter:
    key: str
    limit: int

    def take(self) -> int:
        """The number of this guess, from 1."""
        while True:
            cache.add(self.key, 0, WINDOW_SECONDS)
            try:
                return int(cache.incr(self.key))
            except ValueError:  # expired between the two lines
                continue

    def give_back(self) -> None:
        """This guess was no failure."""
        try:
            cache.decr(self.key)
        except ValueError:  # expired meanwhile, and the failure with it
            return

    def close(self) -> None:
        """The limit is reached: fifteen minutes from now."""
        cache.touch(self.key, WINDOW_SECONDS)
        cache.set(self._until, time.time() + WINDOW_SECONDS, WINDOW_SECONDS)

    def open(self) -> None:
        cache.delete_many([self.key, self._until])

    def rest_seconds(self) -> int:
        """How long the lock holds; 0 when there is none."""
        until = cache.get(self._until)
        return max(0, math.ceil(until - time.time())) if until is not None else 0

    @property
    def _until(self) -> str:
        return f"{self.key}:until"


@dataclass(frozen=True)
class Guess:
    """A guess that may be looked at. Call exactly one of `succeeded`, `failed`, `abandoned` afterwards."""

    factor: Factor
    account: str
    address: _Counter
    whole: _Counter
    numbers: tuple[int, int]

    def succeeded(self) -> None:
        """Forget the failures from this address; those of other addresses stay."""
        self.address.open()
        self.whole.give_back()

    def failed(self) -> None:
        """Lock when this was the last guess allowed, and tell it."""
        for counter, number, scope in (
            (self.address, self.numbers[0], "address"),
            (self.whole, self.numbers[1], "account"),
        ):
            if number == counter.limit:
                counter.close()
                tell(
                    "staff.locked_out", user=_owner(self.account), done=False, name="unknown name",
                    detail={"factor": self.factor.value, "scope": scope, "minutes": WINDOW_SECONDS // 60},
                )  # fmt: skip

    def abandoned(self) -> None:
        """It was never looked at, because something broke."""
        self.address.give_back()
        self.whole.give_back()


def begin(factor: Factor, account: str, address: str | None) -> Guess:
    """Take a number for a guess at `account` (a user name as typed) from a network address.

    Raises LockedOut, and tells that the guess was refused.
    """
    near, whole = _counters(factor, account, address)
    number = near.take()
    if number > near.limit:
        raise _refusal(near, factor, account)
    total = whole.take()
    if total > whole.limit:
        near.give_back()
        raise _refusal(whole, factor, account)
    return Guess(factor, account, near, whole, (number, total))


def unlock(account: str, *, by: object = None) -> None:
    """Forget every failure of an account, whatever the address: an administrator's decision."""
    for factor in Factor:
        cache.set(_era_key(factor, account), secrets.token_hex(8), 2 * WINDOW_SECONDS)
    tell("staff.unlocked", user=_owner(account), by=by)


def locked_seconds(account: str, address: str | None, factor: Factor = Factor.PASSWORD) -> int:
    """How long the account stays locked for this address; 0 when it is not."""
    return max(counter.rest_seconds() for counter in _counters(factor, account, address))


def _refusal(counter: _Counter, factor: Factor, account: str) -> LockedOut:
    tell(
        "staff.attempt_refused", user=_owner(account), done=False, name="unknown name", detail={"factor": factor.value}
    )
    return LockedOut(counter.rest_seconds() or WINDOW_SECONDS, factor)


def _counters(factor: Factor, account: str, address: str | None) -> tuple[_Counter, _Counter]:
    """Keys carry the era of the account, which `unlock` changes: old counters are then never read again."""
    name, era = _hashed(account), cache.get(_era_key(factor, account), "0")
    stem = f"{PREFIX}:{factor.value}:{name}:{era}"
    return _Counter(f"{stem}:{_network(address)}", PER_ADDRESS), _Counter(f"{stem}:all", PER_ACCOUNT)


def _era_key(factor: Factor, account: str) -> str:
    return f"{PREFIX}:{factor.value}:{_hashed(account)}:era"


def _hashed(account: str) -> str:
    """Spellings that the database takes for one user name share a key: it compares capitals, and a dotless i has the one of i."""
    return hashlib.sha256(fold(account.upper()).encode("utf-8", "replace")).hexdigest()[:32]


def _network(address: str | None) -> str:
    """A host of IPv4, or the /64 of IPv6, of which one subscriber owns all addresses."""
    if address is None:
        return "local"
    found = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def _owner(account: str) -> object:
    from hims.staff.models import User

    return User.objects.filter(username__iexact=account.replace("\x00", "")).first()
