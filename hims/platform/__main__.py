"""`python -m hims.platform`: what `./run` becomes once everything is installed."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence

import psycopg

from hims.platform.arguments import run_parser
from hims.platform.bench import bench
from hims.platform.console import PlatformError, complain
from hims.platform.interrupts import StopAskedError
from hims.platform.keeper import keep
from hims.platform.manage import Manage
from hims.platform.settings import wishes
from hims.platform.supervisor import Supervisor


def main(words: Sequence[str]) -> int:
    """Do what the words say; the exit code."""
    asked = run_parser().parse_args(words)
    try:
        return _do(asked)
    except PlatformError as error:
        return complain(error)
    except psycopg.Error as error:
        return complain(PlatformError(f"PostgreSQL refused: {str(error).strip().splitlines()[0]}"))
    except StopAskedError as asked_to_stop:
        return 128 + asked_to_stop.number
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _do(asked: argparse.Namespace) -> int:
    wished = wishes(os.environ, data=asked.data, port=asked.port)
    if asked.what == "manage":
        return Manage(wished, asked.words).run()
    if asked.what == "bench":
        return bench(wished, asked.name, asked.words)
    if asked.what == "keep":
        return keep(wished)
    return Supervisor(wished).serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
