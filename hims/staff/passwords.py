"""Passwords: long rather than complicated, never one that everybody knows, kept with Argon2id. After NIST SP 800-63B-4."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from hims.lib.text import fold

MIN_ALONE, MIN_WITH_SECOND_FACTOR, MAX_LENGTH = 15, 8, 256
OWN_WORDS = (
    "hims",
    "hospital",
    "healthinformation",
    "password",
    "passwort",
    "welcome",
    "letmein",
    "qwerty",
    "changeme",
)
LEFT_OVER = 6  # characters that must remain when the words everybody would try are taken out
RUNS = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 2, "qwertyuiopasdfghjklzxcvbnm" * 2)
TOO_COMMON = "Too many people would think of this password. Choose another, such as a sentence that only you know."


class StaffArgon2Hasher(Argon2PasswordHasher):
    """Argon2id in one lane: the same work on a machine with many processors as on one with few."""

    time_cost = 2
    memory_cost = 102_400
    parallelism = 1


def normalised(raw: str) -> str:
    """The password as it is hashed: NFKC, so that two keyboards that spell a letter differently agree."""
    return unicodedata.normalize("NFKC", raw)


def minimum_length() -> int:
    """Characters a password needs: fewer where a second factor is demanded of everyone."""
    return MIN_WITH_SECOND_FACTOR if settings.REQUIRE_MFA else MIN_ALONE


class LengthValidator:
    """From the minimum to 256 characters, any character counts."""

    def validate(self, password: str, user: Any = None) -> None:
        length = len(normalised(password))
        if length < minimum_length():
            raise ValidationError(f"At least {minimum_length()} characters; this has {length}.", code="too_short")
        if length > MAX_LENGTH:
            raise ValidationError(f"At most {MAX_LENGTH} characters; this has {length}.", code="too_long")

    def get_help_text(self) -> str:
        return f"At least {minimum_length()} characters; a sentence is easier to keep than a puzzle."


class BlockListValidator:
    """Not one of the common passwords, repeated or with a number at its end, and not made of the hospital's or one's own name."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        plain = re.sub(r"[\W_]+", "", fold(normalised(password)))
        if self._is_common(normalised(password).casefold()) or self._is_common(plain) or _is_run(plain):
            raise ValidationError(TOO_COMMON, code="too_common")
        own = _without(plain, _context_words(user))
        if own != plain and len(own.rstrip("0123456789")) < LEFT_OVER:
            raise ValidationError(
                "This is little more than names and words that stand on every door here. Choose another.",
                code="context",
            )

    def get_help_text(self) -> str:
        return "Not a common password, and not made of your name or the hospital's."

    def _is_common(self, plain: str) -> bool:
        if not plain:
            return False
        unit = _smallest_unit(plain)
        forms = {*_without_year(plain), *_without_year(unit), unit * 2, unit * 3, plain.lstrip("0123456789")}
        return any(form in self.common for form in forms if form) or len(set(plain)) <= 3


def _smallest_unit(text: str) -> str:
    """What the text repeats: "abc" of "abcabc", the text itself when it repeats nothing."""
    size = (text + text).find(text, 1) if text else 0
    return text[:size]


def _without_year(text: str) -> set[str]:
    """The text, and what is left when up to eight digits at its end are taken away."""
    cut = len(text) - len(text.rstrip("0123456789"))
    return {text[: len(text) - digits] for digits in range(min(cut, 8) + 1)}


def _is_run(plain: str) -> bool:
    """Letters or digits in the order of the alphabet or the keyboard, forwards or backwards."""
    return len(plain) > 3 and any(_covered(plain, run) or _covered(plain, run[::-1]) for run in RUNS)


def _covered(plain: str, run: str) -> bool:
    return all(plain[at : at + 4] in run for at in range(0, len(plain), 4))


def _context_words(user: Any) -> list[str]:
    """Words of this place and this person, longest first."""
    from hims.staff.models import Facility

    texts = [*Facility.objects.values_list("name", flat=True), *Facility.objects.values_list("code", flat=True)]
    texts += [str(getattr(user, name, "") or "") for name in ("username", "display_name", "email", "job_title")]
    words = {re.sub(r"\W+", "", word) for text in texts for word in (*re.split(r"\W+", fold(text)), fold(text))}
    return sorted((word for word in {*words, *OWN_WORDS} if len(word) >= 3), key=len, reverse=True)


def _without(plain: str, words: list[str]) -> str:
    for word in words:
        plain = plain.replace(word, "")
    return plain
