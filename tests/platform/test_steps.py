"""The steps of a first start: each once, resumed after a failure, and never the demo among real charts."""

from __future__ import annotations

from pathlib import Path

import pytest

from hims.platform.console import PlatformError
from hims.platform.embedded import silence
from hims.platform.roles import connect, ensure_roles
from hims.platform.settings import Wishes
from hims.platform.steps import (
    Step,
    decide_demo,
    default_steps,
    migrations_fingerprint,
    remember,
    run_steps,
    settle_kind,
)
from tests.environment import PASSWORD

STEPS = [
    Step("migrate", "Migrating", ("migrate",), fingerprint="a"),
    Step("codes", "Loading", ("load",)),
    Step("demo", "Building", ("build",), demo_only=True),
]
HERE = Wishes(Path("/x"))
PRODUCTION = Wishes(Path("/x"), production=True, demo=False)
NETWORK = Wishes(Path("/x"), bind="192.0.2.1", demo=False)


@pytest.fixture
def owner(admin_dsn: str, dbname: str) -> str:
    return ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD).owner


class Runner:
    """Remembers what it ran; fails at one step."""

    def __init__(self, fails_at: str = "") -> None:
        self.ran: list[str] = []
        self.fails_at = fails_at

    def __call__(self, step: Step) -> None:
        if step.name == self.fails_at:
            raise PlatformError(step.name)
        self.ran.append(step.name)


def run(owner: str, steps: list[Step], *, demo: bool = True, fails_at: str = "") -> list[str]:
    runner = Runner(fails_at)
    try:
        run_steps(owner, steps, demo=demo, run=runner, say=silence)
    except PlatformError:
        runner.ran.append("failed")
    return runner.ran


def test_steps_run_once_in_order(owner: str) -> None:
    assert run(owner, STEPS) == ["migrate", "codes", "demo"]
    assert run(owner, STEPS) == []


def test_steps_after_failure_resume_with_the_failed_one(owner: str) -> None:
    assert run(owner, STEPS, fails_at="codes") == ["migrate", "failed"]
    assert run(owner, STEPS) == ["codes", "demo"]


def test_step_with_new_fingerprint_runs_again(owner: str) -> None:
    run(owner, STEPS)
    newer = [Step("migrate", "Migrating", ("migrate",), fingerprint="b"), *STEPS[1:]]
    assert run(owner, newer) == ["migrate"]


def test_demo_step_is_left_out_elsewhere(owner: str) -> None:
    assert run(owner, STEPS, demo=False) == ["migrate", "codes"]


def test_new_database_becomes_what_is_wished(owner: str) -> None:
    assert decide_demo(owner, HERE) is True
    assert decide_demo(owner, PRODUCTION) is False
    assert decide_demo(owner, NETWORK) is False


def test_production_database_never_becomes_the_demo(owner: str) -> None:
    settle_kind(owner, demo=False)
    assert decide_demo(owner, HERE) is False
    with pytest.raises(PlatformError, match="not the demo hospital's"):
        decide_demo(owner, Wishes(Path("/x"), demo=True))


@pytest.mark.parametrize(("wished", "words"), [(PRODUCTION, "holds the demo"), (NETWORK, "not served on")])
def test_demo_database_is_not_served_as_production_or_to_a_network(owner: str, wished: Wishes, words: str) -> None:
    run(owner, STEPS, fails_at="demo")
    with pytest.raises(PlatformError, match=words):
        decide_demo(owner, wished)
    assert decide_demo(owner, HERE) is True


def test_kind_once_settled_stays(owner: str) -> None:
    settle_kind(owner, demo=True)
    settle_kind(owner, demo=False)
    assert decide_demo(owner, HERE) is True


def test_database_migrated_by_somebody_else_counts_as_production(owner: str) -> None:
    with connect(owner) as connection:
        connection.execute("CREATE TABLE django_migrations (id int)")
    assert decide_demo(owner, HERE) is False
    remember(owner, "migrate", "a")
    assert decide_demo(owner, HERE) is True


def test_fingerprint_changes_with_a_migration_and_with_the_lock(scratch: Path) -> None:
    folder = scratch / "app/migrations"
    folder.mkdir(parents=True)
    prints = [migrations_fingerprint(scratch)]
    for place in (folder / "0001_x.py", scratch / "requirements.lock", scratch / "hims/staff/migrations/0001.py"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
        prints.append(migrations_fingerprint(scratch))
    assert len(set(prints)) == 4


def test_default_steps_are_migrate_codes_demo() -> None:
    steps = default_steps()
    assert [step.command[0] for step in steps] == ["migrate", "load_default_codesets", "build_demo"]
    assert [step.demo_only for step in steps] == [False, False, True]
