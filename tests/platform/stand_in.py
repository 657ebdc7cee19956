"""A supervisor over small stand-ins: python -m tests.platform.stand_in DATA PORT [KIND].

KIND: "plain" (default); "crash": the worker exits at once, again and again; "hims": the real worker, beat and web
of HIMS on a migrated database; "manage": runs tests/platform/stand_in_command.py as the management command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hims.platform.console import PlatformError, complain
from hims.platform.folder import DataFolder
from hims.platform.manage import Manage
from hims.platform.services import CommandService, Service
from hims.platform.settings import Wishes, wishes
from hims.platform.steps import migration_step
from hims.platform.supervisor import Supervisor

WEB = """
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", {port}), Page).serve_forever()
"""
SIGN_IN = "/accounts/login/"
"""Answers on a database without code sets, which the health page rightly calls unhealthy."""
SLEEP = "import time; time.sleep(600)"
CRASH = "import time; time.sleep(2); raise SystemExit(7)"
COMMAND = Path(__file__).with_name("stand_in_command.py")


def services(worker: str) -> Callable[..., Sequence[Service]]:
    """Worker and web, as tiny programs."""

    def listed(wished: Wishes, folder: DataFolder, environment: Callable[[], Mapping[str, str]]) -> Sequence[Service]:
        programs = {"worker": worker, "web": WEB.format(port=wished.port)}
        return [
            CommandService(name, name, [sys.executable, "-c", code], environment, folder.log / f"{name}.log")
            for name, code in programs.items()
        ]

    return listed


def main(data: str, port: str, kind: str = "plain", *words: str) -> int:
    """The exit code of the supervisor or of the command."""
    wished = wishes(os.environ, data=data, port=int(port))
    try:
        if kind == "manage":
            return Manage(wished, words, script=COMMAND, steps=[]).run()
        if kind == "hims":
            return Supervisor(wished, steps=[migration_step()], health=SIGN_IN).serve()
        return Supervisor(wished, steps=[], services=services(CRASH if kind == "crash" else SLEEP)).serve()
    except PlatformError as error:
        return complain(error)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
