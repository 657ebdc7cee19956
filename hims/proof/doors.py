"""Knocks at one door as one person: the request with its form, the answer, and what the trail says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from psycopg.rows import dict_row

from hims.proof.people import Actor
from hims.proof.policy import Route
from hims.proof.world import NOWHERE, Thing, World
from hims.staff.tokens.actions import make_token, scopes_open_to
from hims.staff.tokens.models import ApiToken
from records.documents.pdf import text_of_pdf

BACKEND = "hims.staff.backend.StaffBackend"
PARAMETER = re.compile(r"<(\w+):(\w+)>")
WORDS = {"system": "icd10cm", "code": "I5023", "kind": "document", "name": "same_surname"}


@dataclass(frozen=True)
class Answer:
    """text: the body as a reader sees it, PDF unpacked, with the headers before it."""

    status: int
    text: str
    shape: str


class Doors:
    """One person's browser."""

    def __init__(self, world: World, who: Actor) -> None:
        self.world, self.who = world, who
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost", REMOTE_ADDR="127.0.0.1")
        self.user_id: UUID | None = world.users.get(who.key)
        self._headers: dict[str, str] = {}
        if who.state == "token":
            self._headers = {"HTTP_AUTHORIZATION": f"Bearer {self._token()}"}
        elif who.state != "nobody":
            self._sign_in()
        self._cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def _sign_in(self) -> None:
        user = get_user_model().objects.get(pk=self.user_id or NOWHERE)
        self.client.force_login(user, backend=BACKEND)
        request = HttpRequest()
        request.session = session = self.client.session
        record_authentication(request, user, "mfa", type="totp")
        session["patient_search_done"] = True
        session.save()
        if self.who.state == "disabled":
            get_user_model().objects.filter(pk=user.pk).update(is_active=False)

    def _token(self) -> str:
        """An API token with the scopes declared, as far as its owner holds them."""
        owner = get_user_model().objects.get(pk=self.user_id or NOWHERE)
        held = {right.value for right in scopes_open_to(owner)}
        wanted = {right.value for right in self.who.scopes or ()} & held
        token, text = make_token(by=owner, owner=owner, name="proof", scopes=wanted, days=1)
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
        return text

    def knock(self, route: Route, method: str, thing: Thing | None) -> Answer:
        """The answer; whatever the request changed in the database is taken back."""
        for name, value in self._cookies.items():
            self.client.cookies[name] = value
        with _taken_back():
            response = self._send(route, method, thing)
        for name in set(self.client.cookies) - set(self._cookies):
            del self.client.cookies[name]
        caches["default"].clear()
        return _answer(response)

    def _send(self, route: Route, method: str, thing: Thing | None) -> Any:
        path = address(route, thing)
        options: dict[str, Any] = {"secure": True, **self._headers}
        if method == "GET":
            return self.client.get(path, **options)
        data = self._form(route, thing)
        if route.api:
            return self.client.generic(method, path, _json(data), content_type="application/json", **options)
        send = {"POST": self.client.post, "PUT": self.client.put, "DELETE": self.client.delete}[method]
        return send(path, data, **options) if method == "POST" else send(path, **options)

    def _form(self, route: Route, thing: Thing | None) -> dict[str, str]:
        return {name: self._value(value, thing) for name, value in route.sends.items()}

    def _value(self, value: str, thing: Thing | None) -> str:
        if not value.startswith("$"):
            return value
        house = self._house()
        if value == "$facility":
            return str(self.world.houses[house])
        if value == "$search":
            return self.world.search
        if value == "$thing":
            return str(thing.pk) if thing is not None else ""
        if value == "$soon":
            return (date.today() + timedelta(days=30)).isoformat()
        if value == "$item":
            there = thing is not None and thing.ids.get("house") == "there"
            return self.world.rows["item_there" if there else "item"]
        return self.world.rows[value[1:]]

    def _house(self) -> str:
        houses = [house for _, house in self.who.seats]
        return "here" if "here" in houses or not houses else "there"


def address(route: Route, thing: Thing | None) -> str:
    """The route's path with the thing's id as its first one; further ids name nothing."""

    ids = iter([str(thing.pk)] if thing is not None and route.about else [])

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if kind == "uuid":
            return next(ids, str(NOWHERE))
        if name == "line" and thing is not None:
            return thing.ids.get(_line_of(route), "1")
        if name == "kind" and "/numbers/" in route.path:
            return "member"
        return WORDS.get(name, "1")

    return PARAMETER.sub(fill, route.path)


def _line_of(route: Route) -> str:
    """Which line of a coding this door is about; only a secondary diagnosis can be made the principal one."""
    if "procedures" in route.path:
        return "procedure"
    if "services" in route.path:
        return "service"
    return "secondary" if route.path.endswith("/principal") else "line"


@contextmanager
def _taken_back() -> Iterator[None]:
    """Everything inside is rolled back, but what would have been rung on commit is rung, so that messages can be searched."""
    with transaction.atomic():
        yield
        if not connection.needs_rollback:
            waiting: list[Any] = [*connection.run_on_commit]
            connection.run_on_commit = []
            for entry in waiting:
                entry[1]()
        transaction.set_rollback(True)


def _json(data: Mapping[str, str]) -> str:
    return json.dumps(dict(data))


UUIDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TOKENS = re.compile(r"[A-Za-z0-9]{64}")
TIMES = re.compile(r"\d{1,2}:\d{2}")


def _answer(response: Any) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    text = text_of_pdf(body) if kind == "application/pdf" else body.decode("utf-8", errors="replace")
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    shape = TIMES.sub("TIME", TOKENS.sub("TOKEN", UUIDS.sub("ID", f"{headers}\n\n{text}")))
    return Answer(response.status_code, f"{headers}\n\n{text}", shape)


class Trail:
    """What the trail has gained since the last look, on a connection of the database's owner."""

    def __init__(self, user_id: UUID | None) -> None:
        parts = settings.DATABASES["owner"]
        self._connection = psycopg.connect(
            dbname=connection.settings_dict["NAME"], user=parts["USER"], password=parts["PASSWORD"], host=parts["HOST"],
            port=parts["PORT"] or None, autocommit=True, row_factory=dict_row,
        )  # fmt: skip
        self._user_id = user_id
        self._last = 0
        self.gained()

    def gained(self) -> list[dict[str, Any]]:
        """Events of this person, oldest first; of nobody, when nobody is signed in."""
        rows = self._connection.execute(
            "SELECT * FROM audit_event WHERE id > %s AND actor_id IS NOT DISTINCT FROM %s ORDER BY id",
            [self._last, self._user_id],
        ).fetchall()
        if rows:
            self._last = rows[-1]["id"]
        return rows

    def close(self) -> None:
        self._connection.close()
