"""`python -m hims.platform.prepare`: the one-shot of a production start, before web, worker and beat.

Makes the roles and the database with the passwords of their addresses, migrates, and loads the public code sets.
Reads HIMS_ADMIN_DATABASE_URL (a superuser) and the address of each role (roles.ADDRESSES), each also by NAME_FILE.
Running it again changes nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hims.platform.commands import StepRunner
from hims.platform.console import Console, PlatformError, complain
from hims.platform.external import check_broker
from hims.platform.interrupts import Interrupts, StopAskedError
from hims.platform.processes import Pause
from hims.platform.roles import ADDRESSES, ROLES, ensure_roles, require_walled
from hims.platform.servers import app_environment, scratch_folder
from hims.platform.settings import SECRETS, Wishes, secret, wishes
from hims.platform.steps import Step, decide_demo, default_steps, run_steps, settle_kind

ADMIN = "HIMS_ADMIN_DATABASE_URL"


def prepare(
    environ: Mapping[str, str],
    console: Console,
    *,
    steps: Sequence[Step] | None = None,
    pause: Pause = time.sleep,
) -> None:
    """PlatformError when an address is missing or contradicts another, or a step fails."""
    wished = wishes({**environ, "HIMS_PRODUCTION": "1"})
    missing = [name for name in SECRETS if name not in wished.given]
    admin = secret(environ, ADMIN)
    if missing or not admin:
        raise PlatformError(f"not set: {', '.join([*missing, *([] if admin else [ADMIN])])}.")
    ensure_addressed(admin, wished.given)
    check_broker(wished.given["REDIS_URL"], console.say)
    owner = wished.given["DATABASE_URL"]
    demo = decide_demo(owner, wished)
    _run(wished, default_steps() if steps is None else steps, console, pause)
    settle_kind(owner, demo)


def ensure_addressed(admin: str, given: Mapping[str, str]) -> None:
    """The roles and the database that the addresses name, with their passwords."""
    parts = {name: conninfo_to_dict(given[name]) for name in ADDRESSES.values()}
    for name, role in ((ADDRESSES[field], role) for field, role in ROLES.items()):
        if parts[name].get("user") != role:
            raise PlatformError(f"{name} must name the role {role}, not {parts[name].get('user')}.")
    if len({found.get("dbname") for found in parts.values()}) != 1:
        raise PlatformError("the database addresses must name the same database.")
    owner = parts["DATABASE_URL"]
    passwords = {str(found["user"]): str(found.get("password") or "") for found in parts.values()}
    ensure_roles(admin, dbname=str(owner["dbname"]), passwords=passwords, owner=str(owner["user"]))
    require_walled(given["HIMS_APP_DATABASE_URL"])


def _run(wished: Wishes, steps: Sequence[Step], console: Console, pause: Pause) -> None:
    folder = scratch_folder(wished.data)
    environment = app_environment(folder, wished, dict(wished.given), demo=False)
    runner = StepRunner(environment, folder.log / "steps.log", console, pause)
    run_steps(wished.given["DATABASE_URL"], steps, demo=False, run=runner, say=console.say)


def main() -> int:
    """The exit code."""
    interrupts = Interrupts()
    interrupts.install()
    try:
        prepare(os.environ, Console(), pause=interrupts.pause)
    except PlatformError as error:
        return complain(error)
    except psycopg.Error as error:
        return complain(PlatformError(f"PostgreSQL refused: {str(error).strip().splitlines()[0]}"))
    except StopAskedError as asked:
        return 128 + asked.number
    return 0


if __name__ == "__main__":
    sys.exit(main())
