"""The words that ./run understands. Standard library only: ./run reads them before anything is installed."""

from __future__ import annotations

import argparse

DESCRIPTION = """Starts HIMS: installs what is missing, then PostgreSQL, Valkey, worker and web server.
The first start also loads the code sets and builds the demo hospital. Ctrl-C stops everything."""
EXAMPLES = """examples:
  ./run                                  start on http://127.0.0.1:8000/ with the data folder var/
  ./run --port 8100 --data /srv/hims     another port, another data folder
  ./run manage search_codes dm2 --json   a management command; its last line is one JSON object
  ./run bench code_search                a benchmark on servers of its own

docs/operations.md lists the environment variables."""

TEST_TEXT = """Without arguments: ruff, mypy, import-linter, then all tests in two processes, the browser's included.
With pytest arguments: only pytest, with those."""
EXTERNAL_TEXT = """only pytest, without browser and slow tests, on the servers of HIMS_TEST_DATABASE_URL and
HIMS_TEST_REDIS_URL or on local ones at their standard ports; where there are none it says so and succeeds"""
PORTABLE = "not e2e and not slow"
QUICK = f"{PORTABLE} and not web"


def run_parser() -> argparse.ArgumentParser:
    """--data and --port may stand before or after the word of what to do."""
    shape = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(prog="./run", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=shape)
    _add_places(top, default=None)
    top.set_defaults(what="serve")
    kinds = top.add_subparsers(metavar="{manage,bench}")
    manage = kinds.add_parser("manage", help="run a management command with the servers it needs")
    _add_places(manage, default=argparse.SUPPRESS)
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="CMD ...", help="the command; none lists them all")
    manage.set_defaults(what="manage")
    bench = kinds.add_parser("bench", help="run bench/NAME.py on a data folder of its own")
    bench.add_argument("name", metavar="NAME")
    bench.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="arguments of the benchmark")
    bench.set_defaults(what="bench")
    keep = kinds.add_parser("keep")
    _add_places(keep, default=argparse.SUPPRESS)
    keep.set_defaults(what="keep")
    return top


def test_parser() -> argparse.ArgumentParser:
    """What ./test understands itself; everything else is pytest's."""
    shape = argparse.RawDescriptionHelpFormatter
    usage = "./test [-h] [--fast] [--external] [pytest arguments]"
    words = argparse.ArgumentParser(prog="./test", usage=usage, description=TEST_TEXT, formatter_class=shape)
    words.add_argument(
        "--fast", action="store_true", help=f'leave out browser tests, slow ones and whole requests (-m "{QUICK}")'
    )
    words.add_argument("--external", action="store_true", help=EXTERNAL_TEXT)
    return words


def _add_places(target: argparse.ArgumentParser, *, default: str | None) -> None:
    target.add_argument("--data", metavar="DIR", default=default, help="data folder (HIMS_DATA_DIR; default var/)")
    target.add_argument("--port", metavar="N", type=port, default=default, help="port (HIMS_PORT; default 8000)")


def port(text: str) -> int:
    """A port a server may listen on."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)
