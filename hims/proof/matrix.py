"""The whole matrix: everyone at every door, in as many processes as there are processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.db import connections
from django.test import override_settings

from audit.trail.writer import close_pools
from hims.proof.cells import Cell, Report, walk
from hims.proof.people import PEOPLE, Actor
from hims.proof.policy import UNSEEDED, policy
from hims.proof.world import World

_given: dict[str, World] = {}


def whole(world: World, people: tuple[Actor, ...] = PEOPLE, *, processes: int = 0) -> Iterator[Report]:
    """One report a person, as they come."""
    _given["world"] = world
    connections.close_all()
    close_pools()
    count = processes or min(4, os.cpu_count() or 1)
    with multiprocessing.get_context("fork").Pool(count) as pool:
        yield from pool.imap_unordered(_walk, people, chunksize=1)


def alone(world: World, who: Actor, chosen: list[Cell] | None = None) -> Report:
    """One person's walk, as in production: no demo, a second factor shown, and a cache of this process alone."""
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "proof"}}
    with override_settings(DEMO=False, REQUIRE_MFA=True, CACHES=memory):
        return walk(world, who, chosen)


def _walk(who: Actor) -> Report:
    try:
        return alone(_given["world"], who)
    finally:
        connections.close_all()
        close_pools()


def gathered(reports: list[Report], world: World) -> Report:
    """All together, with what only the whole can tell: doors that opened to nobody, acts that never happened, messages."""
    total = Report()
    for report in reports:
        total.cells += report.cells
        total.mismatches += report.mismatches
        total.opened |= report.opened
        total.changed |= report.changed
    for route in policy().values():
        for method, lines in route.ways.items():
            if route.about in UNSEEDED:
                continue
            if (route.name, method) not in total.opened:
                total.mismatches.append(f"{method} {route.name}: opened to nobody")
            acts = {step.event for line in lines for step in line if step.kind == "act"}
            total.mismatches += [f"{method} {route.name}: {event} never happened" for event in acts - total.changed]
    total.mismatches += message_faults(world)
    return total


def message_faults(world: World) -> list[str]:
    """Planted words in the broker and in a cache that lives there."""
    client = _broker()
    found: set[str] = set()
    for key in client.scan_iter(count=1000):
        found |= world.canaries.found_in(f"{key!r} {_value(client, key)!r}")
    return [f"the broker holds {world.canaries.told(found)}"] if found else []


def _broker() -> Any:
    """Where Celery's messages lie."""
    url = str(settings.CELERY_BROKER_URL)
    if not url.startswith("redis+socket://"):
        return redis.Redis.from_url(url)
    path, _, query = url.removeprefix("redis+socket://").partition("?")
    number = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair).get("virtual_host", "0")
    return redis.Redis(unix_socket_path=path, db=int(number))


def _value(client: Any, key: bytes) -> object:
    readers = {
        b"list": lambda: client.lrange(key, 0, -1), b"set": lambda: client.smembers(key),
        b"hash": lambda: client.hgetall(key), b"zset": lambda: client.zrange(key, 0, -1), b"string": lambda: client.get(key),
    }  # fmt: skip
    reader = readers.get(client.type(key))
    return reader() if reader else b""
