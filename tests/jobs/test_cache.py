"""The cache on the broker's server, and in its stead."""

from __future__ import annotations

import time

import pytest

from hims.jobs.cache import BrokerServerCache, redis_location


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis+socket:///run/valkey.sock?virtual_host=0", "unix:///run/valkey.sock?db=1"),
        ("redis+socket:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
    ],
)
def test_redis_location_of_a_broker_url_is_what_the_client_reads(url: str, expected: str) -> None:
    assert redis_location(url) == expected


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///tmp/nobody-listens.sock"])
def test_cache_with_its_server_away_counts_in_the_process(url: str) -> None:
    cache = BrokerServerCache(url, {})
    cache.clear()
    began = time.monotonic()
    assert cache.add("attempts", 1, timeout=60) is True
    assert cache.add("attempts", 1, timeout=60) is False
    assert cache.incr("attempts") == 2
    cache.set("history", [1.5], timeout=60)
    assert cache.get("history") == [1.5]
    assert cache.get("nothing", []) == []
    assert cache.get_or_set("made", 3, timeout=60) == 3
    cache.delete("attempts")
    assert not cache.has_key("attempts")
    assert time.monotonic() - began < 10
