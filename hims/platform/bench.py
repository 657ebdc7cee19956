"""`./run bench NAME`: bench/NAME.py on servers of its own that are gone afterwards."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hims.platform.console import Console, PlatformError
from hims.platform.interrupts import Interrupts
from hims.platform.scratch import run_on_servers, scratch_place
from hims.platform.settings import PROJECT, Wishes
from hims.platform.steps import Step, migration_step


def bench(
    wished: Wishes,
    name: str,
    words: Sequence[str],
    folder: Path = PROJECT / "bench",
    *,
    steps: Sequence[Step] | None = None,
) -> int:
    """The benchmark's exit code; its last line is one JSON object on standard output.

    The servers are durable and set up as in `./run`, so that the figures hold there.
    """
    script = folder / f"{name}.py"
    if name not in benchmarks(folder):
        raise PlatformError(
            f"there is no benchmark {name!r}; choose one of: {', '.join(benchmarks(folder)) or 'none'}."
        )
    interrupts = Interrupts()
    interrupts.install()
    console = Console(sys.stderr)
    with scratch_place("hims-bench-") as place:
        on = replace(wished, data=place, given={})
        wanted = [migration_step()] if steps is None else steps
        return run_on_servers(on, [sys.executable, str(script), *words], wanted, console, interrupts, demo=True)


def benchmarks(folder: Path) -> list[str]:
    """Names of the benchmarks there are."""
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
