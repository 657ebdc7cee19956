"""FHIR resources as tests need them, and the command that imports them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command

Json = dict[str, Any]


def patient(id_: str = "p1", **changes: Any) -> Json:
    """A patient with a number of the source "lab"."""
    return {
        "resourceType": "Patient", "id": id_, "identifier": [{"system": "urn:lab", "value": id_}],
        "name": [{"use": "official", "family": "Okafor", "given": ["Ruth", "Ann"]}], "gender": "female",
        "birthDate": "1958-03-09", **changes,
    }  # fmt: skip


def encounter(id_: str = "e1", of: str = "Patient/p1", **changes: Any) -> Json:
    """A finished inpatient stay of four days."""
    return {
        "resourceType": "Encounter", "id": id_, "status": "finished", "class": {"code": "IMP"},
        "subject": {"reference": of}, "period": {"start": "2026-03-01T08:00:00-06:00", "end": "2026-03-05T14:00:00-06:00"},
        **changes,
    }  # fmt: skip


def observation(id_: str = "o1", of: str = "Patient/p1", **changes: Any) -> Json:
    """A body weight."""
    return {
        "resourceType": "Observation", "id": id_, "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        "subject": {"reference": of}, "effectiveDateTime": "2026-03-01T09:00:00-06:00",
        "valueQuantity": {"value": 70.5, "unit": "kg"}, **changes,
    }  # fmt: skip


def bundle(*resources: Json, **changes: Any) -> Json:
    """A collection."""
    return {
        "resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources], **changes
    }  # fmt: skip


def write(folder: Path, name: str, *values: Any) -> Path:
    """A file with one JSON value a line; bytes are written as they are."""
    path = folder / name
    path.write_bytes(b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in values))
    return path


@dataclass(frozen=True)
class Done:
    """The last line of a command, its exit code, and what it said to the person."""

    counts: Json
    code: int
    said: str


def run(command: str, *arguments: Any) -> Done:
    """A management command with --json."""
    out, said, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(command, *[str(each) for each in arguments], "--json", stdout=out, stderr=said)
    except SystemExit as error:
        code = int(str(error.code))
    return Done(json.loads(out.getvalue().splitlines()[-1]), code, said.getvalue())


def balanced(counts: Json) -> bool:
    """Is every resource read accounted for?"""
    kept = sum(int(counts[name]) for name in ("created", "updated", "unchanged", "rejected"))
    return bool(counts["read"] == kept + sum(counts["unsupported"].values()))
