"""Test data that lies beside the project and is never part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(topic: str) -> Path:
    """The folder of a topic; the test is skipped, naming the topic, where it is absent."""
    folder = SHARED / topic
    if not folder.is_dir():
        pytest.skip(f"test data topic {topic} is not there")
    return folder


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
