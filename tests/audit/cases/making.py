"""Cases for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.cases.actions import CaseFacts, open_case
from audit.cases.breach import Assessment, Factor, Level
from audit.cases.enums import CaseKind
from audit.cases.models import Case
from hims.staff.models import Facility, User


def facts(**values: Any) -> CaseFacts:
    standard = {
        "title": "Neighbour's chart",
        "kind": CaseKind.SNOOPING,
        "discovered_at": timezone.now() - timedelta(days=2),
    }
    return CaseFacts(**{**standard, **values})


def a_case(by: User, facility: Facility, **values: Any) -> Case:
    made: Case = open_case(by=by, facility=facility, facts=facts(**values))
    return made


def assessed(*levels: Level) -> Assessment:
    return Assessment(factors={factor: (level, "words") for factor, level in zip(Factor, levels, strict=True)})


A_BREACH = assessed(Level.HIGH, Level.HIGH, Level.HIGH, Level.LOW)
NO_BREACH = assessed(Level.LOW, Level.LOW, Level.LOW, Level.LOW)
