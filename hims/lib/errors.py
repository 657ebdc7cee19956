"""Errors a user can act on."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the field refuses what was asked; `message` is a sentence the user can act on.

    field: the name of the input it belongs to, "" when it concerns the whole request.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AccessDenied(DomainError):
    """The person may not do this; carries nothing about the patient."""


class NotVisible(DomainError):
    """The object does not exist for this person: the doors answer 404 and tell nothing."""


class TrailUnavailable(DomainError):
    """The audit trail cannot be written, therefore nothing is shown or done."""
