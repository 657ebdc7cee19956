"""`./run bench NAME` runs a script on servers that are gone afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hims.platform.bench import bench, benchmarks
from hims.platform.console import PlatformError
from hims.platform.settings import Wishes
from tests.platform.support import launch

SCRIPT = """
import json, os, psycopg
with psycopg.connect(os.environ["HIMS_APP_DATABASE_URL"]) as connection:
    role = connection.execute("SELECT current_user").fetchone()[0]
print(json.dumps({"role": role, "data": os.environ["HIMS_DATA_DIR"]}))
"""
DRIVER = """
import sys
from pathlib import Path
from hims.platform.bench import bench
from hims.platform.settings import Wishes
sys.exit(bench(Wishes(Path("unused")), "figures", [], Path(sys.argv[1]), steps=[]))
"""


def test_bench_runs_on_servers_that_are_gone_afterwards(scratch: Path) -> None:
    (scratch / "figures.py").write_text(SCRIPT)
    launched = launch(["-c", DRIVER, str(scratch)], scratch / "log")
    assert launched.finish() == 0, launched.said
    found = json.loads(launched.said.splitlines()[-1])
    assert found["role"] == "hims_app"
    assert not Path(found["data"]).exists()


@pytest.mark.parametrize("name", ["nonsense", "../../manage", "_shared"])
def test_bench_that_does_not_exist_lists_those_that_do(scratch: Path, name: str) -> None:
    for stem in ("pages", "access", "_shared"):
        (scratch / f"{stem}.py").touch()
    assert benchmarks(scratch) == ["access", "pages"]
    with pytest.raises(PlatformError, match="choose one of: access, pages"):
        bench(Wishes(Path("unused")), name, [], scratch)
