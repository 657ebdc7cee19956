"""One connection serves two facilities by turns: nothing of the one is left for the other."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import make_conninfo

from audit.walls import ENTER, standing
from tests.committed import committed, worker_at
from tests.environment import ADMIN_URL, DATABASE, PASSWORD
from tests.factories import records as make

__all__ = ["committed"]


def test_interleaved_transactions_of_two_facilities_never_see_each_other(committed: None) -> None:
    """Four connections, each used by turns for either facility; the bench does the same ten thousand times."""
    facility, other_facility = make.facility(), make.facility("LGS")
    for place in (facility, other_facility):
        for _ in range(5):
            make.encounter(place)
    people = {place.pk: standing(worker_at(place)) for place in (facility, other_facility)}
    dsn = make_conninfo(ADMIN_URL, user="hims_app", password=PASSWORD, dbname=DATABASE)
    pool = [psycopg.connect(dsn) for _ in range(4)]
    try:
        for turn in range(400):
            link, number = pool[turn % 4], [facility.pk, other_facility.pk][(turn // 3) % 2]
            assert link.execute("SELECT count(*) FROM records_encounter").fetchone() == (0,)
            link.execute(ENTER, people[number].values)
            seen = link.execute("SELECT DISTINCT facility_id FROM records_encounter").fetchall()
            assert seen == [(number,)], turn
            (link.rollback if turn % 5 == 0 else link.commit)()
    finally:
        for link in pool:
            link.close()
