"""Numbers that never repeat: taken from a facility's counter under a row lock, in the present transaction."""

from __future__ import annotations

from django.db.models import F, Model

from hims.staff.models import Facility


def take_numbers(counter: type[Model], facility: Facility, how_many: int = 1) -> int:
    """The first of `how_many` consecutive numbers of the facility's counter."""
    rows = counter._default_manager
    rows.get_or_create(facility=facility)
    rows.filter(facility=facility).update(next_value=F("next_value") + how_many)
    return int(rows.values_list("next_value", flat=True).get(facility=facility)) - how_many
