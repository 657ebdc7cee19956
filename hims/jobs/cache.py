"""The cache on the broker's server, under its own prefix; every key has a time to live, since the server never evicts."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache


def redis_location(broker_url: str) -> str:
    """The broker's address as redis-py spells it: Celery writes sockets as redis+socket://PATH?virtual_host=N."""
    if broker_url.startswith("redis+socket://"):
        path = broker_url.removeprefix("redis+socket://").split("?")[0]
        return f"unix://{path}?db=1"
    return broker_url


class BrokerServerCache(RedisCache):
    """Django's Redis cache at the broker's address."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(redis_location(server), params)
