"""A management command without Django: [--sleep SECONDS] [--exit CODE]; says which database answers it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time

import psycopg


def main() -> int:
    """Ask the database who we are, wait, and tell it in one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("word")
    parser.add_argument("--sleep", type=float, default=0)
    parser.add_argument("--exit", type=int, default=0)
    asked = parser.parse_args()
    with psycopg.connect(os.environ["HIMS_APP_DATABASE_URL"], autocommit=True) as connection:
        time.sleep(asked.sleep)
        row = connection.execute("SELECT current_user, current_database(), pg_postmaster_start_time()::text").fetchone()
    assert row is not None
    answer = {
        "role": row[0],
        "database": row[1],
        "server": row[2],
        "folder": os.getcwd(),
        "psql": str(shutil.which("psql")),
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    return int(asked.exit)


if __name__ == "__main__":
    sys.exit(main())
