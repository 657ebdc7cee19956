"""The API keeps what its description says, whatever is sent to it; `./run bench api_fuzz` does the same twenty thousand times."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from bench.api_fuzz import fuzz
from hims.proof.policy import policy
from hims.proof.world import World
from tests.walls import at_the_door

CASES = 600


@pytest.mark.slow
def test_made_up_requests_break_nothing_and_get_only_what_is_described(world: World) -> None:
    with at_the_door():
        found = fuzz(world, CASES)
    assert found.told == {}
    assert found.cases >= CASES // 2


@pytest.fixture
def description(db: None) -> dict[str, Any]:
    generator: Any = SchemaGenerator
    made: dict[str, Any] = generator().get_schema(public=True)
    return made


def test_every_route_of_the_api_is_described_and_nothing_else(description: dict[str, Any]) -> None:
    declared = {
        (route.path.replace("<uuid:", "{").replace("<int:", "{").replace(">", "}"), method)
        for route in policy().values()
        if route.api and route.name != "api_schema"
        for method in route.methods
    }
    found = {
        (path, method.upper())
        for path, operations in description["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"}
    }
    assert found == declared


def test_every_operation_names_its_refusals_and_asks_for_credentials(description: dict[str, Any]) -> None:
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "405", "409", "423", "429", "503"} <= set(operation["responses"]), path
            assert ("404" in operation["responses"]) or "{" not in path
            assert {} not in operation["security"], path
            assert operation["security"], (path, method)
