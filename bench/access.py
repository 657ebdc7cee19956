"""What the access rules cost over a million patients. Run: ./run bench access

The page is the first 50 patients in the order of their names. page_ms: by `visible_to`, as the application's role behind row-level
security, for a coder of one of two houses; floor_ms: the same page with neither, as the owner; guardian_ms: by django-guardian's
get_objects_for_user for a person with 20,000 grants; provider_page_ms: by `visible_to` for a provider with as many; ratio: page_ms
to floor_ms. Medians in milliseconds unless a name says p95. leaks counts rows of the wrong house in 10,000 transactions through a
pool of eight connections. BENCH_PATIENTS sets another size.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")

import django

django.setup()

import psycopg
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRow
from django.db import connections
from django.test import Client
from guardian.shortcuts import get_objects_for_user
from psycopg_pool import ConnectionPool

from audit.authority import forget_authority
from audit.trail.writer import close_pools
from audit.walls import ENTER, Standing, standing, standing_for
from hims.lib.access import Permission, Role
from hims.staff.models import Facility, Membership, User
from records.registry.models import Patient

PATIENTS = int(os.environ.get("BENCH_PATIENTS", "1000000"))
GRANTS, FEW, TRANSACTIONS, POOL = 20_000, 200, 10_000, 8
ROUNDS, CHART_ROUNDS = 60, 90
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
ORDER = ("search_name", "id")
ID = "(lpad(to_hex({0}), 8, '0') || '-0000-7000-8000-000000000000')::uuid"
CHUNK = 100_000
SOME = "SELECT facility_ids FROM records_patient WHERE id <= '00000040-0000-7000-8000-000000000000'"
"""A few of both houses, found by their key, so that a refused look does not read the whole table."""
TABLES = {
    "records_patient": f"""
        (id, facility_ids, family_name, given_names, suffix, search_name, birth_date, sex, language, marital_status, race,
         ethnicity, confidential, restriction, alias_family_name, alias_given_names, distinction, created_at, updated_at)
        SELECT {ID.format("n")}, CASE WHEN n %% 10 = 0 THEN '{{1,2}}'::int[] ELSE ARRAY[1 + n %% 2] END,
            initcap(substr(md5(n::text), 1, 8)), 'Ruth', '', substr(md5(n::text), 1, 8) || ' ruth ' || n,
            DATE '1940-01-01' + n %% 30000,
            'F', '', '', '', '', n %% 1000 = 7, CASE WHEN n %% 1000 = 7 THEN 'vip' ELSE '' END, '', '', 0, now(), now()""",
    "records_medicalrecordnumber": f"""
        (patient_id, facility_id, value) SELECT {ID.format("n")}, 1 + n %% 2, 'B' || n""",
    "records_encounter": f"""
        (id, patient_id, facility_id, account_number, encounter_class, status, admitted_at, discharged_at,
         admitted_on, discharged_on,
         admission_type, point_of_origin, discharge_disposition, service, reason, source_key, labels, created_at, updated_at)
        SELECT gen_random_uuid(), {ID.format("1 + n %% (%(patients)s / 10)")}, 1 + (1 + n %% (%(patients)s / 10)) %% 2, 'B' || n,
            'inpatient', 'discharged', now() - interval '9 days', now() - interval '3 days', current_date - 9, current_date - 3,
            '1', '1', '01', 'Medicine', '', '', '{{}}', now(), now()""",
    "records_document": f"""
        (id, patient_id, facility_id, document_type, title, status, written_at, source_key, labels, created_at)
        SELECT gen_random_uuid(), {ID.format("1 + n %% (%(patients)s / 10)")}, 1 + (1 + n %% (%(patients)s / 10)) %% 2,
            'progress_note', 'Progress note', 'signed', now() - interval '8 days', '', '{{}}', now()""",
}


def fill() -> dict[str, User]:
    """Rows by SQL as the owner, without the triggers that would write their history."""
    for number, code in ((1, "BNA"), (2, "BNB")):
        Facility.objects.create(id=number, code=code, name=f"House {code}")
    with psycopg.connect(settings_of("owner"), autocommit=True) as owner:
        for table, select in TABLES.items():
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            rows = PATIENTS if table in ("records_patient", "records_medicalrecordnumber") else PATIENTS * 3 // 10
            for first in range(1, rows + 1, CHUNK):
                last = min(rows, first + CHUNK - 1)
                text = f"INSERT INTO {table} {select} FROM generate_series({first}, {last}) AS n"
                owner.execute(text % {"patients": PATIENTS})
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            print(f"{rows:,} {table}", file=sys.stderr)
        people = _staff(owner)
        owner.execute("VACUUM ANALYZE")
    return people


def settings_of(alias: str) -> str:
    parts = connections[alias].settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"] or None, host=parts["HOST"] or None,
        port=parts["PORT"] or None,
    )  # fmt: skip


def _staff(owner: psycopg.Connection[Any]) -> dict[str, User]:
    """A coder of one house and of both, providers with many and few grants, one for guardian, one auditor with a list."""
    made = {}
    for key, role, houses in (
        ("coder", Role.CODER, (1,)), ("both", Role.CODER, (1, 2)), ("provider", Role.PROVIDER, (1, 2)),
        ("few", Role.PROVIDER, (1, 2)), ("auditor", Role.EXTERNAL_AUDITOR, (1, 2)), ("guardian", Role.PROVIDER, (1, 2)),
        ("privacy", Role.PRIVACY_OFFICER, (1, 2)),
    ):  # fmt: skip
        user = made[key] = User.objects.create(username=f"bench.{key}", display_name=key.title())
        for house in houses:
            Membership.objects.create(user=user, facility_id=house, role=Group.objects.get(name=role.value))
    for key, source, count in (
        ("provider", "care_team", GRANTS),
        ("few", "care_team", FEW),
        ("auditor", "audit_list", FEW),
    ):
        owner.execute(
            f"""INSERT INTO audit_accessgrant (id, user_id, patient_id, source, reason, during, object_type, object_id, created_at)
            SELECT gen_random_uuid(), %s, {ID.format("n")}, %s, '', tstzrange(now() - interval '1 day', now() + interval '1 year'),
                '', '', now() FROM generate_series(1, {PATIENTS}, {PATIENTS // count}) AS n""".replace("%%", "%"),
            [made[key].pk, source],
        )  # fmt: skip
    right = PermissionRow.objects.get(codename="view_confidential_patient")
    owner.execute(
        f"""INSERT INTO records_patientuserexception (permission_id, user_id, content_object_id)
        SELECT %s, %s, {ID.format("n")} FROM generate_series(1, {PATIENTS}, {PATIENTS // GRANTS}) AS n""",
        [right.pk, made["guardian"].pk],
    )
    return made


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds, after a warm-up."""
    for _ in range(5):
        work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return times


def median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    return round(statistics.median(timed(work, rounds)), 2)


def visible(user: User, permission: Permission = Permission.PATIENT_SEARCH) -> Any:
    """The rule anew, as each request builds it."""
    return Patient.objects.visible_to(user, permission)


def inside(user: User, work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median of work within one context, as a selector does it."""
    with standing_for(user):
        return median(work, rounds)


def pages(people: dict[str, User]) -> dict[str, float]:
    """The page, the capped count and one patient, for each kind of person."""
    bare = Patient.objects.using("owner")
    found: dict[str, float] = {"floor_ms": median(lambda: list(bare.order_by(*ORDER)[:50]))}
    found["floor_count_ms"] = median(lambda: bare.order_by()[:1000].count())
    one = UUID("00000001-0000-7000-8000-000000000000")
    for key, name in (
        ("coder", ""),
        ("both", "both_"),
        ("provider", "provider_"),
        ("few", "few_"),
        ("privacy", "privacy_"),
    ):
        found |= {f"{name}{what}_ms": took for what, took in _looks(people[key], one).items()}
    auditor, chart = people["auditor"], Permission.CHART_VIEW
    found["auditor_page_ms"] = inside(auditor, lambda: list(visible(auditor, chart).order_by(*ORDER)[:50]))
    found["context_ms"] = median(lambda: _context(people["coder"]))
    person = people["guardian"]

    def by_guardian() -> Any:
        for name in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
            person.__dict__.pop(name, None)
        return get_objects_for_user(person, "view_confidential_patient", bare.all())

    found["guardian_ms"] = median(lambda: list(by_guardian().order_by(*ORDER)[:50]))
    found["guardian_count_ms"] = median(lambda: by_guardian().order_by()[:1000].count())
    return found


def _looks(user: User, one: UUID) -> dict[str, float]:
    """The page, the capped count and one patient, as one person."""
    return {
        "page": inside(user, lambda: list(visible(user).order_by(*ORDER)[:50])),
        "count": inside(user, lambda: visible(user).order_by()[:1000].count()),
        "one": inside(user, lambda: visible(user).filter(pk=one).first()),
    }


def _context(user: User) -> None:
    with standing_for(user):
        return


def chart_times(user: User) -> list[float]:
    """Milliseconds of chart pages of the person's own house, trail included."""
    client = Client(raise_request_exception=True, SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    draw = random.Random(1)
    numbers = [2 * draw.randrange(1, PATIENTS // 20) for _ in range(CHART_ROUNDS)]
    times = []
    for number in numbers:
        began = time.perf_counter()
        answer = client.get(f"/patients/{number:08x}-0000-7000-8000-000000000000/")
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 404), answer.status_code
    return times[20:]


def overhead(user: User) -> dict[str, float]:
    """Chart pages with and without the policies, by turns."""
    walled, open_ = [], []
    with psycopg.connect(settings_of("owner"), autocommit=True) as owner:
        rows = owner.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')").fetchall()
        for _ in range(3):
            walled += chart_times(user)
            _switch(owner, rows, "DISABLE")
            open_ += chart_times(user)
            _switch(owner, rows, "ENABLE")
    with_p95, without_p95 = p95(walled), p95(open_)
    return {
        "chart_p95_ms": with_p95, "chart_without_rls_p95_ms": without_p95,
        "rls_overhead": round(with_p95 / without_p95 - 1, 3),
        "rls_overhead_median": round(statistics.median(walled) / statistics.median(open_) - 1, 3),
    }  # fmt: skip


def _switch(owner: psycopg.Connection[Any], rows: list[Any], word: str) -> None:
    for (table,) in rows:
        owner.execute(f'ALTER TABLE "{table}" {word} ROW LEVEL SECURITY')


def p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[18], 2)


def refusals(user: User) -> dict[str, float]:
    """How long a chart out of reach takes, and one that does not exist, by turns: the difference would tell."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    kinds: dict[str, list[float]] = {"denied": [], "nonexistent": []}
    draw = random.Random(2)
    for turn in range(600):
        kind = ("denied", "nonexistent")[turn % 2]
        number = 2 * draw.randrange(1, PATIENTS // 2) + 1
        number += 0 if kind == "denied" else 0x80000000
        began = time.perf_counter()
        answer = client.get(f"/patients/{number:08x}-0000-7000-8000-000000000000/")
        kinds[kind].append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 404, (kind, answer.status_code)
    denied, absent = (statistics.median(times[20:]) for times in kinds.values())
    return {
        "denied_ms": round(denied, 2), "nonexistent_ms": round(absent, 2), "denied_to_nonexistent": round(denied / absent, 3)
    }  # fmt: skip


def leaks(people: dict[str, User]) -> int:
    """Rows of the other house, or rows without a context, in interleaved transactions through one pool."""
    other = User.objects.create(username="bench.other", display_name="Other")
    Membership.objects.create(user=other, facility_id=2, role=Group.objects.get(name=Role.CODER.value))
    known: list[tuple[int, Standing]] = [(1, standing(people["coder"])), (2, standing(other))]
    with ConnectionPool(settings_of("default"), min_size=POOL, max_size=POOL, open=True) as pool:

        def transaction(turn: int) -> int:
            house, who = known[turn % 2]
            with pool.connection() as connection:
                wrong = len(connection.execute(SOME).fetchall())
                connection.execute(ENTER, who.values)
                rows = connection.execute(SOME).fetchall()
                if turn % 7 == 0:
                    connection.rollback()
                return wrong + sum(house not in ids for (ids,) in rows) + (0 if rows else 1)

        with ThreadPoolExecutor(POOL * 2) as threads:
            return sum(threads.map(transaction, range(TRANSACTIONS)))


if __name__ == "__main__":
    everyone = fill()
    for each in everyone.values():
        forget_authority(each)
    figures = pages(everyone)
    figures["ratio"] = round(figures["page_ms"] / figures["floor_ms"], 2)
    print(json.dumps(figures), file=sys.stderr)
    figures |= overhead(everyone["coder"])
    figures |= refusals(everyone["coder"])
    print(json.dumps(figures), file=sys.stderr)
    print(json.dumps({"patients": PATIENTS, **figures, "leaks": leaks(everyone), "transactions": TRANSACTIONS}))
    close_pools()
