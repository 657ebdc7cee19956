"""Whether values fit the columns they are meant for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from hims.lib.errors import DomainError


def require_fit(model: type[Model], values: Mapping[str, Any]) -> None:
    """Raises DomainError naming the first text that is longer than its column."""
    for name, value in values.items():
        limit = getattr(model._meta.get_field(name), "max_length", None)
        if isinstance(value, str) and limit is not None and len(value) > limit:
            raise DomainError(f"This is longer than {limit} characters.", field=name)
