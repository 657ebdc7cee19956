"""Verification finds every kind of tampering and says where. Source: 45 CFR 164.312(c)(2), 170.315(d)(2)(v)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import psycopg
import pytest

from audit.seals.anchor import Anchor
from audit.seals.anchored import check_anchors
from audit.seals.findings import LISTED
from audit.seals.keys import SealKey
from audit.seals.verify import verify_seal, verify_trail
from bench._tampering import WAYS, put_to_sleep
from tests.audit.seals.conftest import Trail

Way = Callable[[psycopg.Connection[object], Random, int, SealKey], int]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_tampering_of_each_kind_is_found_in_its_batch(sealed: Trail, way: Way) -> None:
    with psycopg.connect(sealed.address("hims_owner"), autocommit=True) as owner:
        put_to_sleep(owner)
        with owner.transaction(force_rollback=True):
            no = way(owner, Random(7), 2, sealed.key)
            found = verify_seal(owner, no, trusted=[sealed.key.public])
            found += check_anchors(owner, [sealed.anchor], [sealed.key.public])[0]
        assert verify_seal(owner, no, trusted=[sealed.key.public]) == []
    assert no in {problem.seal for problem in found} or {problem.kind for problem in found} == {"inserted"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_event SET actor_name = 'Nobody' WHERE id = 1500", {("edited", 2, (1500,))}),
        ("UPDATE audit_event SET actor_id = NULL WHERE id = 1501", {("edited", 2, (1501,))}),
        ("UPDATE audit_event SET leaf = sha256('x') WHERE id = 3", {("rewritten", 1, (3,))}),
        ("UPDATE audit_event SET canonical = '' WHERE id = 3", {("rewritten", 1, (3,))}),
        ("DELETE FROM audit_event WHERE id IN (2100, 2102)", {("missing", 3, (2100, 2102))}),
        ("UPDATE audit_seal_item SET at = at - interval '1 s' WHERE event_id = 9", {("moved", 1, (9,))}),
        ("UPDATE audit_seal SET signature = ''", {("signature", no, ()) for no in (1, 2, 3)}),
        ("UPDATE audit_seal SET at = at - interval '2 s' WHERE no = 2", {("signature", 2, ())}),
        ("DELETE FROM audit_seal_item WHERE event_id = 2500", {("root", 3, tuple(range(2001, 2051))), ("inserted", None, (2500,))}),
    ],
)  # fmt: skip
def test_single_change_is_told_with_seal_and_event(
    sealed: Trail, statement: str, expected: set[tuple[str, int | None, tuple[int, ...]]]
) -> None:
    sealed.tamper(statement)
    assert {(each.kind, each.seal, tuple(each.events)) for each in sealed.verify().problems} == expected


def test_event_inserted_behind_the_horizon_is_told(sealed: Trail) -> None:
    columns = "event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category, result," \
              " purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail"  # fmt: skip
    sealed.tamper(f"INSERT INTO audit_event (id, {columns}) OVERRIDING SYSTEM VALUE SELECT 7000, {columns} FROM audit_event"
                  " WHERE id = 5")  # fmt: skip
    assert {(each.kind, each.seal) for each in sealed.verify().problems} == {("edited", None), ("inserted", None)}
    sealed.seal()
    assert ("inserted", None) in sealed.found(), "sealing must not take in what was smuggled below the horizon"


def test_twin_of_an_event_under_the_same_id_is_told(sealed: Trail) -> None:
    columns = "event_id, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category, result," \
              " purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail"  # fmt: skip
    sealed.tamper(f"INSERT INTO audit_event (id, at, {columns}) OVERRIDING SYSTEM VALUE SELECT id, at + interval '1 s', {columns}"
                  " FROM audit_event WHERE id = 5")  # fmt: skip
    assert sealed.found() == {("edited", 1), ("moved", 1)}


def test_event_without_a_seal_is_told_after_a_minute_only(trail: Trail) -> None:
    trail.write(3)
    report = trail.verify()
    assert (report.problems, report.waiting) == ([], 3)
    trail.tamper("UPDATE audit_event SET at = at - interval '61 s' WHERE id = 2")
    assert ("unsealed", None) in trail.found()


def test_clock_that_runs_backwards_is_told_at_the_step(trail: Trail) -> None:
    """Three events, the second as if written 6 s before the first; then one as if written after its seal."""
    for _ in range(3):
        trail.write(1)
    trail.tamper("UPDATE audit_event SET at = at - interval '6 s' WHERE id = 2")
    trail.seal_all()
    clock = [problem for problem in trail.verify().problems if problem.kind == "clock"]
    assert [(each.count, each.events) for each in clock] == [(1, [2])]


def test_cut_tail_and_rolled_back_database_are_told_by_the_anchor(sealed: Trail) -> None:
    sealed.tamper(
        "DELETE FROM audit_event WHERE id > 1000", "DELETE FROM audit_seal_item WHERE seal_no > 1",
        "DELETE FROM audit_seal WHERE no > 1",
    )  # fmt: skip
    (problem,) = sealed.verify().problems
    assert (problem.kind, problem.seal, problem.count) == ("anchor", 2, 2)
    assert (
        verify_trail(sealed.address("hims_sealer"), trusted=[sealed.key.public], anchors=[], processes=1).problems == []
    )


def test_whole_trail_emptied_is_told(sealed: Trail) -> None:
    sealed.tamper("TRUNCATE audit_seal_item, audit_seal", "TRUNCATE audit_event")
    assert sealed.found() == {("anchor", 1)}


def test_seal_in_the_middle_removed_is_told(sealed: Trail) -> None:
    sealed.tamper("DELETE FROM audit_seal WHERE no = 2")
    assert {("chain", 2), ("anchor", 2)} <= sealed.found()


def test_partition_detached_or_dropped_is_told(sealed: Trail) -> None:
    (name,) = sealed.ask("SELECT tableoid::regclass::text FROM audit_event LIMIT 1")[0]
    with psycopg.connect(sealed.address("hims_owner"), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE audit_event DETACH PARTITION {name}".encode())
    assert {("missing", 1), ("missing", 2), ("missing", 3)} <= sealed.found()
    (problem, *_) = sealed.verify().problems
    assert (len(problem.events), problem.count) == (LISTED, 1000)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change", "audit_event against change"),
        ("ALTER TABLE audit_event ENABLE TRIGGER audit_event_stamp", "audit_event against unstamped rows"),
        ("DROP TRIGGER audit_seal_no_truncate ON audit_seal", "audit_seal against truncation"),
        ("ALTER TABLE audit_event_rest DISABLE TRIGGER ALL", "audit_event_rest against truncation"),
        ("GRANT DELETE ON audit_event TO hims_app", "hims_app may DELETE on audit_event"),
        ("GRANT INSERT ON audit_seal TO PUBLIC", "hims_audit may INSERT on audit_seal"),
        ("CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
         "the function audit_event_refuse is not the one"),
    ],
)  # fmt: skip
def test_protection_that_was_taken_down_is_told(sealed: Trail, statement: str, sentence: str) -> None:
    with psycopg.connect(sealed.address("hims_owner"), autocommit=True) as owner:
        owner.execute(statement.encode())
    problems = sealed.verify().problems
    assert {each.kind for each in problems} == {"guard"}
    assert any(sentence in each.detail for each in problems), problems


def test_anchor_that_is_lost_or_tampered_with_is_told(sealed: Trail) -> None:
    text = sealed.anchor.path.read_text()
    lines = text.splitlines(keepends=True)
    for changed, seal in (
        (lines[0] + lines[2], None),
        (text.replace(lines[1][20:60], "0" * 40), 2),
        (text + "{}\n\nx\n", None),
    ):
        sealed.anchor.path.write_text(changed)
        assert ("anchor", seal) in sealed.found(), changed
    sealed.anchor.path.unlink()
    assert sealed.found() == {("anchor", None)}


def test_seals_of_a_key_that_is_not_trusted_are_told(sealed: Trail) -> None:
    other = SealKey("33" * 32)
    report = verify_trail(sealed.address("hims_sealer"), trusted=[other.public], anchors=[sealed.anchor], processes=1)
    assert {(each.kind, each.seal) for each in report.problems} == {
        ("signature", 1),
        ("signature", 2),
        ("signature", 3),
    }


def test_newest_seals_alone_are_verified_with_their_link(sealed: Trail) -> None:
    sealed.tamper("UPDATE audit_event SET actor_name = 'x' WHERE id IN (10, 2400)")
    report = verify_trail(
        sealed.address("hims_sealer"), trusted=[sealed.key.public], anchors=[sealed.anchor], processes=1, newest=1
    )
    assert [(each.kind, each.seal, each.events) for each in report.problems] == [("edited", 3, [2400])]
    assert (report.seals, report.events) == (1, 500)


def test_verification_in_several_processes_finds_the_same(sealed: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.seals.verify.IDS_AT_ONCE", 300)
    monkeypatch.setattr("audit.seals.verify.SEALS_AT_ONCE", 1)
    sealed.tamper("UPDATE audit_event SET actor_name = 'x' WHERE id IN (10, 900, 2400)")
    alone, together = sealed.verify(processes=1), sealed.verify(processes=2)
    assert [each.as_json() for each in alone.problems] == [each.as_json() for each in together.problems]
    assert (together.events, together.seals, len(together.problems)) == (2500, 3, 2)


@pytest.mark.slow
def test_event_id_far_away_does_not_stop_verification(sealed: Trail) -> None:
    sealed.tamper("UPDATE audit_seal_item SET event_id = 9000000000000000000 WHERE event_id = 7")
    assert {("missing", 1), ("inserted", None)} <= sealed.found()


def test_second_anchor_tells_what_the_first_one_hides(sealed: Trail) -> None:
    """Somebody cuts the database and the anchor beside it; the copy elsewhere knows better."""
    copy = Anchor(sealed.folder / "copy.jsonl")
    copy.path.write_text(sealed.anchor.path.read_text())
    sealed.anchor.path.write_text("".join(sealed.anchor.path.read_text().splitlines(keepends=True)[:1]))
    sealed.tamper(
        "DELETE FROM audit_event WHERE id > 1000", "DELETE FROM audit_seal_item WHERE seal_no > 1",
        "DELETE FROM audit_seal WHERE no > 1",
    )  # fmt: skip
    assert sealed.verify().problems == []
    report = verify_trail(
        sealed.address("hims_sealer"), trusted=[sealed.key.public], anchors=[sealed.anchor, copy], processes=1
    )
    assert [(each.kind, each.seal) for each in report.problems] == [("anchor", 2)]


@pytest.mark.slow
def test_random_tamperings_of_twenty_thousand_events_are_all_found_in_their_batch(trail: Trail) -> None:
    trail.write(20_000)
    trail.seal_all()
    draw, missed = Random(3), []
    with psycopg.connect(trail.address("hims_owner"), autocommit=True) as owner:
        put_to_sleep(owner)
        seals = int(trail.ask("SELECT max(no) FROM audit_seal")[0][0])
        for number in range(72):
            way = WAYS[number % len(WAYS)]
            with owner.transaction(force_rollback=True):
                no = way(owner, draw, draw.randrange(2, seals), trail.key)
                found = verify_seal(owner, no, trusted=[trail.key.public])
                found += check_anchors(owner, [trail.anchor], [trail.key.public])[0]
            if no not in {each.seal for each in found} and {each.kind for each in found} != {"inserted"}:
                missed.append((way.__name__, no))
    assert (missed, seals) == ([], 20)
