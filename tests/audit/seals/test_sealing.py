"""Sealing: nothing is missed, nothing is sealed twice, the anchor follows. Source: 45 CFR 164.312(b), (c)(2)."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from audit.seals.anchor import Anchor, AnchorError
from audit.seals.anchored import known_to
from audit.seals.keys import SealKey, SealKeyError, seal_key, trusted_keys
from audit.seals.merkle import LARGEST_BATCH
from audit.seals.sealer import LOCK, accept_restore, seal_trail
from tests.audit.seals.conftest import FILL, Trail

WRITERS, ROUNDS = 6, 25
COVERED = "SELECT count(*) FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_seal_item i WHERE i.event_id = e.id)"


@contextmanager
def open_transaction(trail: Trail, events: int) -> Iterator[psycopg.Connection[Any]]:
    """A writer that has inserted and not committed yet."""
    with psycopg.connect(trail.address("hims_audit")) as connection:
        connection.execute(FILL.replace(" % ", " %% "), [events])
        yield connection
        connection.commit()


def test_events_are_sealed_in_batches_with_their_places(sealed: Trail) -> None:
    assert sealed.ask("SELECT no, n FROM audit_seal ORDER BY no") == [(1, 1000), (2, 1000), (3, 500)]
    assert sealed.ask("SELECT seal_no, min(pos), max(pos), count(*) FROM audit_seal_item GROUP BY 1 ORDER BY 1") == [
        (1, 0, 999, 1000), (2, 0, 999, 1000), (3, 0, 499, 500),
    ]  # fmt: skip
    assert [line.no for line in known_to(sealed.anchor).lines] == [1, 2, 3]


def test_sealing_again_with_nothing_new_makes_no_seal(sealed: Trail) -> None:
    assert (sealed.seal().seals, sealed.ask("SELECT count(*) FROM audit_seal")) == (0, [(3,)])


def test_event_of_an_open_transaction_is_sealed_once_it_commits(trail: Trail) -> None:
    """Its id is lower than those sealed around it: a sealer that goes on from the last id would never take it."""
    with open_transaction(trail, 3):
        trail.write(5)
        time.sleep(0.2)
        assert trail.seal().events == 0, "events above the horizon must wait for the open transaction"
    trail.seal_all()
    rows = trail.ask("SELECT i.event_id FROM audit_seal_item i ORDER BY i.seal_no, i.pos")
    assert rows == [(number,) for number in range(1, 9)]
    assert trail.verify().problems == []


def test_concurrent_writers_with_late_commits_lose_no_event(trail: Trail) -> None:
    """Writers that commit late and roll back, while the sealer runs all the time."""

    def work(number: int) -> int:
        draw, done = Random(number), 0
        with psycopg.connect(trail.address("hims_audit")) as connection:
            for _ in range(ROUNDS):
                count = draw.randrange(1, 4)
                connection.execute(FILL.replace(" % ", " %% "), [count])
                time.sleep(draw.choice((0, 0, 0.01, 0.05)))
                if draw.random() < 0.15:
                    connection.rollback()
                else:
                    connection.commit()
                    done += count
        return done

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(work, number) for number in range(WRITERS)]
        seals = 0
        while not all(each.done() for each in running):
            seals += trail.seal().seals
        written = sum(each.result() for each in running)
    trail.seal_all()
    assert seals > 1
    assert trail.ask(COVERED) == [(0,)]
    assert trail.ask("SELECT count(*), count(DISTINCT event_id) FROM audit_seal_item") == [(written, written)]
    report = trail.verify()
    assert (report.events, report.problems) == (written, [])


def test_second_sealer_leaves_the_work_to_the_first(trail: Trail) -> None:
    trail.write(3)
    with psycopg.connect(trail.address("hims_sealer"), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert trail.seal().busy
    assert trail.ask("SELECT count(*) FROM audit_seal") == [(0,)]


def test_limited_run_goes_on_where_it_stopped(trail: Trail) -> None:
    trail.write(3 * LARGEST_BATCH + 1)
    first = trail.seal(most=2)
    while not first.seals:
        first = trail.seal(most=2)
    assert (first.seals, first.events) == (2, 2 * LARGEST_BATCH)
    trail.seal_all()
    assert trail.ask("SELECT n FROM audit_seal ORDER BY no") == [(1000,), (1000,), (1000,), (1,)]
    assert trail.verify().problems == []


def test_database_restored_into_another_server_is_sealed_completely(sealed: Trail) -> None:
    """The transaction numbers of the old server, higher than any of the new one, must not keep events from their seal."""
    sealed.write(5)
    sealed.tamper(
        "UPDATE audit_event SET xid = '999999999999'::xid8 WHERE id > 2500", "UPDATE audit_seal SET cluster = 7"
    )
    sealed.seal_all()
    sealed.write(5)
    sealed.seal_all()
    assert sealed.ask("SELECT no, n FROM audit_seal WHERE no > 3 ORDER BY no") == [(4, 5), (5, 5)]


def test_head_that_a_crash_left_unanchored_is_anchored_by_the_next_run(sealed: Trail) -> None:
    lines = sealed.anchor.path.read_text().splitlines(keepends=True)
    sealed.anchor.path.write_text("".join(lines[:1]))
    sealed.seal()
    assert sealed.anchor.path.read_text() == "".join(lines)


def test_line_that_a_crash_cut_short_is_passed_over(sealed: Trail) -> None:
    text = sealed.anchor.path.read_text()
    sealed.anchor.path.write_text(text[:-40])
    sealed.seal()
    assert sealed.anchor.path.read_text() == text[:-40] + "\n" + text.splitlines()[-1] + "\n"
    assert sealed.verify().problems == []


def test_anchor_that_knows_more_stops_sealing_until_the_restore_is_accepted(sealed: Trail) -> None:
    sealed.tamper("DELETE FROM audit_event WHERE id > 2000", "DELETE FROM audit_seal_item WHERE seal_no = 3",
                  "DELETE FROM audit_seal WHERE no = 3")  # fmt: skip
    sealed.write(4)
    with pytest.raises(AnchorError, match="seal_audit --accept-restore"):
        sealed.seal()
    assert sealed.ask("SELECT count(*) FROM audit_seal") == [(2,)]
    accepted = accept_restore(
        sealed.address("hims_sealer"), key=sealed.key, anchors=[sealed.anchor], reason="disk failure on 3 March"
    )
    sealed.seal_all()
    report = sealed.verify()
    assert (accepted, report.problems, report.restores, report.seals) == (1, [], 1, 3)
    assert "disk failure on 3 March" in sealed.anchor.path.read_text()
    assert accept_restore(sealed.address("hims_sealer"), key=sealed.key, anchors=[sealed.anchor], reason="again") == 0


def test_database_without_any_seal_against_an_anchor_is_refused(sealed: Trail) -> None:
    sealed.tamper("TRUNCATE audit_seal_item, audit_seal", "TRUNCATE audit_event")
    with pytest.raises(AnchorError):
        sealed.seal()


def test_two_anchors_get_the_same_lines(trail: Trail, tmp_path: Path) -> None:
    trail.write(3)
    trail.seal_all()
    second = Anchor(tmp_path / "elsewhere" / "heads.jsonl")
    seal_trail(trail.address("hims_sealer"), key=trail.key, anchors=[trail.anchor, second])
    assert second.path.read_text() == trail.anchor.path.read_text()


def test_anchor_that_cannot_be_written_says_where(trail: Trail, tmp_path: Path) -> None:
    trail.write(3)
    trail.seal_all()
    (tmp_path / "file").write_text("")
    with pytest.raises(AnchorError, match="cannot be"):
        seal_trail(trail.address("hims_sealer"), key=trail.key, anchors=[Anchor(tmp_path / "file" / "heads.jsonl")])


def test_key_is_made_once_with_mode_0600_and_its_public_half_remembered(tmp_path: Path) -> None:
    first, second = seal_key(tmp_path / "keys"), seal_key(tmp_path / "keys")
    assert first.public == second.public
    assert stat.S_IMODE((tmp_path / "keys" / "seal_key").stat().st_mode) == 0o600
    given = seal_key(tmp_path / "keys", "22" * 32)
    assert trusted_keys(tmp_path / "keys") == [first.public, given.public]


@pytest.mark.parametrize("text", ["", "zz" * 32, "11" * 31, "11" * 33])
def test_key_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(SealKeyError, match="64 hexadecimal"):
        SealKey(text)


def test_anchor_is_for_its_owner_only(sealed: Trail) -> None:
    assert stat.S_IMODE(sealed.anchor.path.stat().st_mode) == 0o600
