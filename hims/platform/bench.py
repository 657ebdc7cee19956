"""`./run bench NAME`: bench/NAME.py on servers of its own that are gone afterwards."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hims.platform.commands import StepRunner, run_to_end
from hims.platform.console import Console, PlatformError
from hims.platform.interrupts import Interrupts
from hims.platform.servers import Servers, scratch_folder
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
    scratch = Path(tempfile.mkdtemp(prefix="hims-bench-"))
    try:
        on = replace(wished, data=scratch, given={})
        wanted = [migration_step()] if steps is None else steps
        return _on_servers(on, [str(script), *words], wanted, console, interrupts)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def benchmarks(folder: Path) -> list[str]:
    """Names of the benchmarks there are."""
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def _on_servers(
    wished: Wishes, words: Sequence[str], steps: Sequence[Step], console: Console, interrupts: Interrupts
) -> int:
    data = scratch_folder(wished.data)
    servers = Servers(data, wished, console, interrupts.pause, max_connections=250)
    try:
        servers.open()
        environment = servers.environment(demo=True)
        for step in steps:
            StepRunner(environment, data.log / "steps.log", console, interrupts.pause)(step)
        return run_to_end([sys.executable, *words], environment, interrupts)
    finally:
        servers.close()
