"""Who signs what. Source: 42 CFR 482.24(c)(1)."""

from __future__ import annotations

from uuid import UUID

import pytest

from records.documents.rules import may_sign

LENA, ROSA = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("author", "signer", "right"),
    [(LENA, LENA, True), (LENA, ROSA, False), (None, ROSA, True)],
    ids=["the author", "another person", "nobody here is the author"],
)
def test_may_sign_by_author_and_signer(author: UUID | None, signer: UUID, right: bool) -> None:
    assert may_sign(author=author, signer=signer) is right
