"""The API under fire: requests made up from its own description, as several people. Run: ./run bench api_fuzz

Keys of the last line: cases, server_errors (5xx), undocumented (a status, kind or shape of answer that the description does not
name), ignored_auth (an answer without valid credentials), operations, seconds. BENCH_CASES sets how many; 20,000 unless told.
Exit code 1 when any of the three is not 0.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hims.proof.world import World
from hims.staff.models import User
from hims.staff.tokens.actions import make_token, scopes_open_to
from hims.staff.tokens.models import ApiToken

WHO = ("coder", "him manager", "privacy officer", "treating provider", "coder elsewhere", "nobody")
CHECKS: list[Any] = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KINDS = {"ServerError": "server_errors"}
STRANGERS: list[dict[str, str]] = [
    {}, {"Authorization": "Bearer hims_made-up"}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"},
    {"Cookie": "sessionid=made-up; __Host-hims-session=made-up"},
]  # fmt: skip


@dataclass
class Found:
    """What the run saw. told: a line for each different failure."""

    cases: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    told: dict[str, str] = field(default_factory=dict)

    def keep(self, label: str, failure: BaseException) -> None:
        kind = KINDS.get(type(failure).__name__, "undocumented")
        self.failures[kind] += 1
        self.told.setdefault(f"{kind} {label} {type(failure).__name__}", str(failure)[:600])


def token_of(user: User) -> str:
    """A token with everything its owner may do."""
    scopes = [right.value for right in scopes_open_to(user)]
    token, text = make_token(by=user, owner=user, name="fuzz", scopes=scopes, days=1)
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
    return text


def described() -> Any:
    """The API's description, with our own WSGI application behind it."""
    generator: Any = SchemaGenerator
    document = generator().get_schema(public=True)
    loaded = schemathesis.openapi.from_dict(json.loads(json.dumps(document, default=str)))
    loaded.app = get_wsgi_application()
    return loaded


def fuzz(world: World, cases: int) -> Found:
    """About so many requests, spread over people, operations, and sound and unsound values."""
    found = Found()
    operations = [result.ok() for result in described().get_all_operations()]
    each = max(2, cases // (len(WHO) * len(operations) * 2))
    known: dict[str, list[UUID]] = {}
    for thing in world.things:
        known.setdefault(f"{thing.about}_id", []).append(thing.pk)
    rates, SimpleRateThrottle.THROTTLE_RATES = SimpleRateThrottle.THROTTLE_RATES, {"user": None, "anon": None}
    try:
        for who in WHO:
            headers = {"Host": "localhost"}
            if who != "nobody":
                headers["Authorization"] = f"Bearer {token_of(User.objects.get(pk=world.users[who]))}"
            for operation in operations:
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    _fire(operation, mode, headers, each, known, found)
    finally:
        SimpleRateThrottle.THROTTLE_RATES = rates
    return found


def _fire(
    operation: Any, mode: Any, headers: dict[str, str], cases: int, known: dict[str, list[UUID]], found: Found
) -> None:
    draw = random.Random(f"{operation.label}{mode}{headers}")

    @seed(1)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def shoot(case: Any) -> None:
        for name in set(case.path_parameters or {}) & set(known):
            if draw.random() < 0.5:
                case.path_parameters[name] = str(draw.choice(known[name]))
        _judge(operation.label, case, headers, found)

    try:
        shoot()
    except BaseException as error:
        if type(error).__name__ not in {"Unsatisfiable", "SkipTest", "Skipped"}:
            raise


def _judge(label: str, case: Any, headers: dict[str, str], found: Found) -> None:
    """Send one request and hold the answer against the description."""
    found.cases += 1
    answer = case.call(headers=headers)
    if found.cases % 5 == 0 and answer.status_code < 300:
        _without_credentials(label, case, found)
    try:
        case.validate_response(answer, checks=CHECKS, headers=headers)
    except BaseExceptionGroup as group:
        for failure in group.exceptions:
            found.keep(label, failure)


def _without_credentials(label: str, case: Any, found: Found) -> None:
    """The same request with no credentials and with wrong ones, which must not be answered."""
    for wrong in STRANGERS:
        status = case.call(headers={"Host": "localhost", **wrong}).status_code
        if status not in (401, 403):
            found.failures["ignored_auth"] += 1
            found.told.setdefault(f"ignored_auth {label}", f"{status} with {wrong}")


def main() -> int:
    from hims.proof.people import PEOPLE
    from hims.proof.seeding import seed as seed_hospital

    began = time.monotonic()
    found = fuzz(seed_hospital(PEOPLE), int(os.environ.get("BENCH_CASES", "20000")))
    for line, words in found.told.items():
        print(f"{line}\n    {words}", file=sys.stderr)
    counts = {kind: found.failures[kind] for kind in ("server_errors", "undocumented", "ignored_auth")}
    operations = len(list(described().get_all_operations()))
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"cases": found.cases, **counts, "operations": operations, "seconds": seconds}))
    return 1 if found.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
