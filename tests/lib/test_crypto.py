"""Sealed values open with their key, purpose and place only."""

from __future__ import annotations

import base64

import pytest

from hims.lib import crypto
from hims.lib.crypto import Ring, SealError, ring

OLD, NEW = "o" * 40, "n" * 40
SSN = "219-09-9999"


@pytest.fixture
def held() -> Ring:
    return ring(OLD)


def test_sealed_text_opens_again_and_does_not_show_it(held: Ring) -> None:
    sealed = held.seal("Grüße, Zoë", "number", place="7")
    assert held.open(sealed, "number", place="7") == "Grüße, Zoë"
    assert crypto.is_sealed(sealed)
    assert "Zo" not in sealed


def test_same_text_is_sealed_differently_each_time(held: Ring) -> None:
    assert len({held.seal(SSN, "number") for _ in range(200)}) == 200


@pytest.mark.parametrize(("purpose", "place"), [("totp", "7"), ("number", "8"), ("number", ""), ("number7", "")])
def test_sealed_text_opens_for_no_other_purpose_or_place(held: Ring, purpose: str, place: str) -> None:
    sealed = held.seal(SSN, "number", place="7")
    with pytest.raises(SealError, match="altered, or belongs elsewhere"):
        held.open(sealed, purpose, place=place)


def test_any_changed_bit_is_seen(held: Ring) -> None:
    head, _, tail = held.seal("AB", "number").rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(tail))
    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealError):
            held.open(f"{head}.{base64.urlsafe_b64encode(raw).decode()}", "number")
        raw[bit // 8] ^= 1 << bit % 8
    assert held.open(f"{head}.{base64.urlsafe_b64encode(raw).decode()}", "number") == "AB"


@pytest.mark.parametrize("text", ["", SSN, "s1.zz.AAAA", "s1.00000000.***", "s1.00000000."])
def test_what_is_not_sealed_is_refused(held: Ring, text: str) -> None:
    assert not crypto.is_sealed(text)
    with pytest.raises(SealError):
        held.open(text, "number")


def test_value_shorter_than_a_nonce_is_refused(held: Ring) -> None:
    with pytest.raises(SealError):
        held.open(f"s1.{crypto.key_id(OLD)}.AAAA", "number")


def test_rotation_opens_old_values_and_seals_with_the_new_key(held: Ring) -> None:
    sealed = held.seal(SSN, "number")
    both = ring(f"{NEW}, {OLD}")
    assert both.open(sealed, "number") == SSN
    assert not both.is_current(sealed)
    anew = both.seal(SSN, "number")
    assert both.is_current(anew)
    assert ring(NEW).open(anew, "number") == SSN
    with pytest.raises(SealError, match="not in the ring"):
        ring(NEW).open(sealed, "number")


def test_index_is_equal_for_equal_texts_of_one_purpose_and_key(held: Ring) -> None:
    assert held.index(SSN, "ssn") == ring(OLD).index(SSN, "ssn")
    others = {held.index(SSN, "mbi"), ring(NEW).index(SSN, "ssn"), held.index("219-09-9998", "ssn")}
    assert held.index(SSN, "ssn") not in others
    assert len(others) == 3


def test_indexes_cover_every_key_while_a_rotation_runs(held: Ring) -> None:
    assert ring(f"{NEW},{OLD}").indexes(SSN, "ssn") == (ring(NEW).index(SSN, "ssn"), held.index(SSN, "ssn"))


@pytest.mark.parametrize("text", ["", "  ", "short", f"{OLD},short"])
def test_unfit_ring_is_refused_without_naming_its_keys(text: str) -> None:
    with pytest.raises(SealError) as caught:
        ring(text)
    assert "short" not in str(caught.value).replace("32", "")


def test_ring_does_not_show_its_secrets(held: Ring) -> None:
    assert OLD not in repr(held)


def test_field_ring_is_the_one_of_the_settings() -> None:
    assert crypto.open_sealed(crypto.seal(SSN, "number"), "number") == SSN
    assert crypto.blind_indexes(SSN, "ssn") == (crypto.blind_index(SSN, "ssn"),)
