"""The key to what a locked page holds."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.urls import reverse

from hims.staff.models import User
from hims.staff.sessions.models import SignIn
from hims.staff.sessions.seal import public_key
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


def test_page_and_server_make_the_same_key(coder: User) -> None:
    client = signed_in(coder)
    offered = base64.b64decode(client.get(reverse("account_session")).json()["seal_key"])
    ours = ec.generate_private_key(ec.SECP256R1())
    server = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), offered)
    key = hashlib.sha256(ours.exchange(ec.ECDH(), server)).digest()
    point = base64.b64encode(ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()
    answer = client.post(reverse("account_open_seal"), {"public": point})
    assert base64.b64decode(answer.json()["key"]) == key


def test_two_sign_ins_have_two_keys(coder: User) -> None:
    signed_in(coder)
    signed_in(coder)
    first, second = SignIn.objects.all()
    assert public_key(first) != public_key(second)
    assert public_key(first) == public_key(SignIn.objects.get(pk=first.pk))


@pytest.mark.parametrize("public", ["", "x", "AAAA", "\u20ac", "BAAA" * 22, "=" * 88])
def test_nonsense_for_a_key_is_refused(public: str, coder: User) -> None:
    answer = signed_in(coder).post(reverse("account_open_seal"), {"public": public})
    assert (answer.status_code, answer.json()["detail"]) == (409, "This is not a key of this page.")
