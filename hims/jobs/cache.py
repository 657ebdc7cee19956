"""The cache on the broker's server, under its own prefix; every key has a time to live, since the server never evicts.

It counts sign-in attempts. When the server is away each process counts for itself, so that people can still sign in and
guessing is still slowed down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger("hims.jobs")
PATIENCE_SECONDS = 1
OPERATIONS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear")


def redis_location(broker_url: str) -> str:
    """The broker's address as redis-py spells it: Celery writes sockets as redis+socket://PATH?virtual_host=N."""
    if broker_url.startswith("redis+socket://"):
        path = broker_url.removeprefix("redis+socket://").split("?")[0]
        return f"unix://{path}?db=1"
    return broker_url


class BrokerServerCache(RedisCache):
    """Django's Redis cache at the broker's address, with the process's own memory in its stead."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        own = {**params, "OPTIONS": {**options, **params.get("OPTIONS", {})}}
        super().__init__(redis_location(server), own)
        self._stand_in = LocMemCache("stand-in", params)
        for name in OPERATIONS:
            setattr(self, name, self._or_stand_in(name))

    def _or_stand_in(self, name: str) -> Callable[..., Any]:
        ask: Callable[..., Any] = getattr(super(), name)
        instead: Callable[..., Any] = getattr(self._stand_in, name)

        def operation(*args: Any, **kwargs: Any) -> Any:
            try:
                return ask(*args, **kwargs)
            except (redis.ConnectionError, redis.TimeoutError) as error:
                log.warning("cache server away (%s), counting in this process", type(error).__name__)
                return instead(*args, **kwargs)

        return operation
