"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from hims.staff.models import Facility, User
from hims.staff.passwords import MAX_LENGTH, BlockListValidator, LengthValidator, StaffArgon2Hasher, normalised
from tests.staff.factors import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
SENTENCE = "violet ferries hum at dusk "


def faults(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [str(fault.code) for fault in error.error_list]
    return []


@pytest.mark.parametrize(
    ("length", "taken"), [(1, False), (14, False), (15, True), (64, True), (256, True), (257, False)]
)
def test_length_of_a_password_alone_is_fifteen_to_256(length: int, taken: bool) -> None:
    assert (faults((SENTENCE * 10)[:length]) == []) is taken


@pytest.mark.parametrize(("length", "taken"), [(7, False), (8, True), (256, True), (257, False)])
def test_length_of_a_password_with_a_second_factor_is_eight_to_256(length: int, taken: bool, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    assert (faults((SENTENCE * 10)[:length]) == []) is taken


@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=256))
@tries(max_examples=200, deadline=None)
def test_length_is_judged_as_the_password_is_kept(text: str) -> None:
    length = len(unicodedata.normalize("NFKC", text))
    try:
        LengthValidator().validate(text)
        taken = True
    except ValidationError:
        taken = False
    assert taken == (15 <= length <= MAX_LENGTH)


def test_every_common_password_is_refused_however_it_is_dressed(settings: Any) -> None:
    settings.REQUIRE_MFA = True
    judge = BlockListValidator()
    common = sorted(CommonPasswordValidator().passwords)
    assert len(common) >= 19_000
    for password in common:
        for form in (password, password.upper(), password * 2, f"{password}2026"):
            with pytest.raises(ValidationError):
                judge.validate(form)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaa", "abababababababab", "123456789012345", "abcdefghijklmnop", "qwertyuiopasdfgh", "0987654321098765",
     "passwordpassword", "Password Password 1", "Lakeside2026General", "LakesideGeneralHospital", "hospitalhospital1"],
)  # fmt: skip
def test_password_that_many_would_think_of_is_refused(password: str, facility: Facility) -> None:
    assert faults(password) != []


def test_password_made_of_the_persons_names_is_refused(dana: User) -> None:
    dana.display_name = "Dana Whitfield"
    assert faults("dana.whitfield.2026", dana) != []
    assert faults("Whitfield Dana Dana", dana) != []


@pytest.mark.parametrize(
    "password",
    ["violet ferries hum at dusk", "739104826650173", "!@#$%^&*()_+{}|<>?", "кленовые листья летят",
     "竹林七賢酒德頌阮籍嵇康山濤劉伶",
     "Lakeside has seven grumpy herons", "no digits no capitals"],
)  # fmt: skip
def test_no_composition_is_asked_for(password: str, facility: Facility, dana: User) -> None:
    assert faults(password, dana) == []


def test_password_typed_in_another_unicode_form_signs_in(dana: User, browser: Client) -> None:
    dana.set_password("schöne Grüße vom Bodensee")
    dana.save()
    other = unicodedata.normalize("NFD", "schöne Grüße vom Bodensee")
    assert other != "schöne Grüße vom Bodensee"
    assert sign_in(browser, "dana.whitfield", other).status_code == 302
    assert normalised("\uff21\ufb01") == "Afi"


@pytest.mark.parametrize("length", [257, 1024, 1025, 1_000_000])
def test_endless_password_is_refused_quickly(length: int, dana: User, browser: Client) -> None:
    began = time.perf_counter()
    assert sign_in(browser, "dana.whitfield", "x" * length).status_code == 200
    assert time.perf_counter() - began < 5


def test_password_is_kept_with_argon2id_that_takes_its_time(dana: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM staff_user WHERE id = %s", [dana.pk])
        kept = str(cursor.fetchone()[0])
    assert kept.startswith("argon2$argon2id$v=19$m=102400,t=2,p=1$")
    assert PASSWORD not in kept
    assert isinstance(identify_hasher(kept), StaffArgon2Hasher)
    began = time.perf_counter()
    dana.check_password("wrong")
    assert time.perf_counter() - began >= 0.05
