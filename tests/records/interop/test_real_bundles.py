"""Bundles that another system wrote; and the same, broken."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from hims.staff.models import Facility
from records.chart.selectors import LISTS
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.records.interop.resources import balanced, run
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db
JUNK: tuple[Any, ...] = (
    None, 5, -1, 1e30, "", "x" * 5000, [], {}, [[]], True, "2019", "0001-01-01", "9999-12-31T23:59:59+14:00", "2020-13-45",
    "a\x00b", "\u202e", {"reference": "x"}, "urn:uuid:nope", {"coding": "x"}, [None], {"a": {"b": [1]}}, "Patient/1",
)  # fmt: skip


def test_bundles_are_imported_whole_and_the_second_time_unchanged(facility: Facility) -> None:
    folder = shared_data("synthea_fhir")
    first = run("import_fhir", folder)
    assert (first.code, first.counts["rejected"], first.counts["unresolved"]) == (0, 0, 0)
    assert balanced(first.counts)
    assert Patient.objects.count() == len(list(folder.glob("*.json")))
    kept: list[type[Any]] = [Encounter, *LISTS.values()]
    for model in kept:
        assert not model._default_manager.filter(patient__isnull=True).exists()
    for model in LISTS.values():
        misplaced = model._default_manager.filter(encounter__isnull=False).exclude(encounter__patient=F("patient"))
        assert not misplaced.exists()
    second = run("import_fhir", folder)
    assert (second.counts["created"], second.counts["updated"]) == (0, 0)
    assert second.counts["unchanged"] == first.counts["created"] + first.counts["unchanged"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*path, name)
        yield from places(inner, (*path, name))


def broken(bundle: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The bundle with some values removed, renamed or replaced."""
    copied = copy.deepcopy(bundle)
    for _ in range(chance.choice((1, 5, 40))):
        *way, last = chance.choice(list(places(copied["entry"])))
        holder: Any = copied["entry"]
        for name in way:
            holder = holder[name]
        match chance.randrange(4):
            case 0:
                del holder[last]
            case 1 if isinstance(holder, dict):
                holder[f"{last}X"] = holder.pop(last)
            case _:
                holder[last] = copy.deepcopy(chance.choice(JUNK))
    return copied


@pytest.mark.parametrize("seed", range(4))
def test_broken_bundles_raise_nothing_and_lose_nothing(facility: Facility, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for path in sorted(shared_data("synthea_fhir").glob("*.json"))[::3]:
        bundle = json.loads(path.read_bytes())
        bundle["entry"] = bundle["entry"][:60]
        (tmp_path / path.name).write_text(json.dumps(broken(bundle, chance)))
    done = run("import_fhir", tmp_path)
    assert balanced(done.counts)
    again = run("import_fhir", tmp_path)
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
