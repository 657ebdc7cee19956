"""Who signs what."""

from __future__ import annotations

from uuid import UUID


def may_sign(*, author: UUID | None, signer: UUID) -> bool:
    """A document is authenticated by the person who is responsible for it.

    author: the account of the author named, None when nobody is named or the author does not sign in here: then the document
    came on paper or from elsewhere, and whoever files it locks it under their own name. signer: the account of who signs.
    Source: 42 CFR 482.24(c)(1).
    """
    return author is None or author == signer
