"""The commands of the trail, on a trail of their own; what they did is told in the trail of the product."""

from __future__ import annotations

import io
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from audit.seals import proofs, state
from audit.seals.keys import seal_key
from audit.tasks import seal, verify_recent
from hims.staff.selectors import system_user
from tests.audit.seals.conftest import Trail
from tests.audit.seals.test_export import checked
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(sealed: Trail, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Trail:
    """The settings of an installation whose trail this is."""
    settings.SEALER_DATABASE_URL = sealed.address("hims_sealer")
    settings.RETENTION_DATABASE_URL = sealed.address("hims_retention")
    settings.DATA_DIR, settings.SEAL_ANCHORS, settings.SEAL_KEY = sealed.folder, [sealed.anchor.path], "11" * 32
    seal_key(sealed.folder / "keys", settings.SEAL_KEY)
    return sealed


@pytest.fixture
def same_connection(installed: Trail, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application's queries go to that trail too."""
    with psycopg.connect(installed.address("hims_app"), autocommit=True) as connection:
        monkeypatch.setattr(state, "connection", connection)
        monkeypatch.setattr(proofs, "connection", connection)
        yield installed


def answer(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON line of a command."""
    out, code = io.StringIO(), 0
    try:
        call_command(*words, "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(out.getvalue().splitlines()[-1])


def test_verify_audit_of_a_sound_trail_is_ok(installed: Trail) -> None:
    code, found = answer("verify_audit")
    assert (code, found["ok"], found["events"], found["seals"], found["problems"]) == (0, True, 2500, 3, [])
    assert found["seconds"] >= 0
    assert told(system_user())[-1] == ("trail.verified", "done")


def test_verify_audit_of_a_tampered_trail_names_batch_and_events_and_exits_1(installed: Trail) -> None:
    installed.tamper("UPDATE audit_event SET actor_name = 'x' WHERE id = 1500")
    code, found = answer("verify_audit")
    assert (code, found["ok"]) == (1, False)
    assert [(each["kind"], each["seal"], each["events"]) for each in found["problems"]] == [("edited", 2, [1500])]
    assert told(system_user())[-1] == ("trail.verified", "failed")


def test_verify_audit_with_an_anchor_from_elsewhere_uses_it(installed: Trail, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(installed.anchor.path.read_text().replace("1", "2", 1))
    code, found = answer("verify_audit", "--anchor", str(other))
    assert (code, {each["kind"] for each in found["problems"]}) == (1, {"anchor"})
    with pytest.raises(CommandError, match="There is no anchor"):
        call_command("verify_audit", "--anchor", str(tmp_path / "none"))


def test_seal_audit_all_leaves_nothing_unsealed(installed: Trail) -> None:
    installed.write(3)
    code, found = answer("seal_audit", "--all")
    assert (code, found["events"], found["waiting"], found["last_seal"]) == (0, 3, 0, 4)


def test_seal_audit_all_tells_when_an_open_transaction_is_in_the_way(installed: Trail) -> None:
    with psycopg.connect(installed.address("hims_owner")) as other:
        other.execute("SELECT pg_current_xact_id()")
        installed.write(3)
        code, found = answer("seal_audit", "--all", "--wait", "0")
    assert (code, found["waiting"]) == (1, 3)


def test_seal_audit_after_a_restore_must_be_told_why(installed: Trail) -> None:
    installed.tamper("DELETE FROM audit_event WHERE id > 2000", "DELETE FROM audit_seal_item WHERE seal_no = 3",
                     "DELETE FROM audit_seal WHERE no = 3")  # fmt: skip
    with pytest.raises(CommandError, match="accept-restore"):
        call_command("seal_audit")
    assert answer("seal_audit", "--accept-restore", "restored the dump of Sunday")[0] == 0
    code, found = answer("verify_audit")
    assert (code, found["ok"], found["restores"]) == (0, True, 1)
    assert ("trail.restore_accepted", "done") in told(system_user())
    with pytest.raises(CommandError, match="nothing to accept"):
        call_command("seal_audit", "--accept-restore", "again")


def test_export_trail_writes_what_the_stand_alone_program_accepts(installed: Trail, tmp_path: Path) -> None:
    code, found = answer("export_trail", str(tmp_path / "export"))
    assert (code, found["events"], found["seals"]) == (0, 2500, 3)
    assert checked(installed, tmp_path / "export")[0] == 0
    assert told(system_user())[-1] == ("trail.exported", "done")


@pytest.mark.parametrize("words", [("--from", "x"), ("--from", "2026-02-30"), ("--to", "9999-12-31"),
                                   ("--from", "2026-02-02", "--to", "2026-02-01")])  # fmt: skip
def test_export_trail_with_a_wrong_day_is_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("export_trail", str(tmp_path / "export"), *words)
    assert wrong.value.returncode == 2


def test_prove_event_writes_the_proof_once(installed: Trail, tmp_path: Path) -> None:
    place = tmp_path / "proof.json"
    code, found = answer("prove_event", "7", str(place))
    assert (code, found["seal"], found["pos"], json.loads(place.read_text())["pos"]) == (0, 1, 6, 6)
    with pytest.raises(CommandError, match="exists already"):
        call_command("prove_event", "7", str(place))
    with pytest.raises(CommandError, match="no such event"):
        call_command("prove_event", "999999", str(tmp_path / "other.json"))
    with pytest.raises(CommandError, match="neither"):
        call_command("prove_event", "x", str(tmp_path / "other.json"))


def old_month(trail: Trail, month: date, events: int) -> None:
    """Sealed events of a month of the past, as if HIMS had run then."""
    with psycopg.connect(trail.address("hims_app"), autocommit=True) as connection:
        connection.execute("SELECT audit_event_add_month(%s)", [month])
    columns = "event_id, xid, canonical, leaf, request_id, actor_name, actor_role, event, category, result, purpose, source," \
              " facility_ids, patient_ids, object_type, object_id, detail"  # fmt: skip
    values = "gen_random_uuid(), '3'::xid8, '', '', gen_random_uuid(), 'Old', '', 'x', 'read', 'done', 'coding', 'web', '{}'," \
             " '{}', '', '', '{}'"  # fmt: skip
    trail.tamper(
        f"INSERT INTO audit_event (at, {columns}) SELECT '{month}'::date + make_interval(secs => n), {values}"
        f" FROM generate_series(1, {events}) AS n",
        "UPDATE audit_event SET canonical = convert_to(id::text, 'UTF8') WHERE actor_name = 'Old'",
    )
    from bench._tampering import CANONICAL

    trail.tamper(f"UPDATE audit_event SET canonical = {CANONICAL} WHERE actor_name = 'Old'",
                 "UPDATE audit_event SET leaf = sha256('\\x00'::bytea || canonical) WHERE actor_name = 'Old'")  # fmt: skip
    trail.seal_all()


@pytest.fixture
def aged(installed: Trail, sealed_copy: str) -> Trail:
    """A trail that begins with 30 events of January 2019."""
    installed.empty()
    installed.anchor.path.write_text("")
    old_month(installed, date(2019, 1, 1), 30)
    installed.write(5)
    installed.seal_all()
    assert installed.verify().problems == []
    return installed


def test_month_past_its_retention_is_archived_taken_out_and_verifies(aged: Trail, tmp_path: Path) -> None:
    code, found = answer("archive_month", "2019-01", str(tmp_path / "archive"), "--detach")
    assert (code, found["events"], found["detached"]) == (0, 30, 30)
    assert checked(aged, tmp_path / "archive")[0] == 0, "the archive verifies against its seals"
    report = aged.verify()
    assert (report.problems, report.events, report.archived) == ([], 5, 1)
    code, found = answer("verify_audit")
    assert (code, found["ok"], found["archived_months"]) == (0, True, 1)


def test_archived_month_whose_record_or_places_were_changed_is_told(aged: Trail, tmp_path: Path) -> None:
    answer("archive_month", "2019-01", str(tmp_path / "archive"), "--detach")
    aged.tamper("UPDATE audit_archive SET events = 29")
    assert {("archive", None), ("missing", 1)} <= aged.found()


def test_event_deleted_from_a_month_that_is_archived_but_still_there_is_told(aged: Trail, tmp_path: Path) -> None:
    answer("archive_month", "2019-01", str(tmp_path / "archive"))
    aged.tamper("DELETE FROM audit_event WHERE id = 3")
    assert aged.found() == {("missing", 1)}


def test_month_that_may_not_be_taken_out_stays(aged: Trail, tmp_path: Path) -> None:
    def refused(month: str, years: int, sentence: str) -> None:
        connected = psycopg.connect(aged.address("hims_retention"), autocommit=True)
        with connected as retention, pytest.raises(psycopg.Error, match=sentence):
            retention.execute("SELECT audit_detach_month(%s, %s)", [month, years])

    today = date.today().replace(day=1).isoformat()
    refused("2019-01-01", 6, "not archived")
    refused("2019-01-01", 5, "at least six years")
    refused("2019-01-01", 60, "younger than")
    refused(today, 6, "younger than")
    refused("2018-01-01", 6, "no such month")
    aged.tamper("UPDATE audit_event SET leaf = sha256('x') WHERE id = 3")
    refused("2019-01-01", 6, "1 events of this month are not sealed")


@pytest.mark.parametrize("month", ["2019", "2019-13", "x", "9999-12"])
def test_archive_of_no_month_is_wrong_usage(month: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("archive_month", month, str(tmp_path / "archive"))
    assert wrong.value.returncode == 2


def test_archive_of_the_present_month_is_refused(installed: Trail, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not over yet"):
        call_command("archive_month", f"{date.today():%Y-%m}", str(tmp_path / "archive"))


def test_state_of_a_sound_trail_has_no_problem(same_connection: Trail) -> None:
    found = state.seal_state()
    assert (found.ok, found.lag_seconds, found.last_no, found.problems) == (True, 0, 3, [])


def test_state_tells_lag_anchor_and_failed_verification(
    same_connection: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    same_connection.write(2)
    assert 0 < state.seal_state().lag_seconds < 60
    same_connection.tamper("UPDATE audit_event SET at = at - interval '70 s' WHERE id = 2501")
    same_connection.anchor.path.unlink()
    same_connection.tamper("UPDATE audit_seal SET at = at - interval '70 s'",
                           "UPDATE audit_event SET event = 'trail.verified', result = 'failed' WHERE id = 2502")  # fmt: skip
    sentences = " ".join(state.seal_state().problems)
    for words in ("waited for their seal for 7", "lacks the newest seals", "run verify_audit"):
        assert words in sentences, sentences


def test_state_tells_an_anchor_that_is_ahead(same_connection: Trail) -> None:
    same_connection.tamper("DELETE FROM audit_seal_item WHERE seal_no = 3", "DELETE FROM audit_seal WHERE no = 3")
    assert "an anchor knows seals that the database does not have" in state.seal_state().problems


def test_state_tells_clocks_that_differ(same_connection: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: ahead)
    assert any("clocks" in problem for problem in state.seal_state().problems)


def test_tasks_seal_and_verify(same_connection: Trail, caplog: pytest.LogCaptureFixture) -> None:
    same_connection.write(2)
    for _ in range(100):
        seal()
        if same_connection.ask("SELECT max(no) FROM audit_seal") == [(4,)]:
            break
    assert same_connection.ask("SELECT n FROM audit_seal WHERE no = 4") == [(2,)]
    verify_recent()
    assert caplog.records == []
    same_connection.tamper("DELETE FROM audit_event WHERE id = 2501")
    verify_recent()
    assert [record.getMessage() for record in caplog.records] == ["trail: missing, seal 4"]


def test_task_raises_the_alarm_when_the_anchor_disagrees_or_nothing_can_be_sealed(
    same_connection: Trail, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    same_connection.tamper("DELETE FROM audit_seal_item WHERE seal_no = 3", "DELETE FROM audit_seal WHERE no = 3")
    seal()
    assert caplog.records[0].levelname == "CRITICAL"
    settings.SEALER_DATABASE_URL = ""
    seal()
    assert "HIMS_SEALER_DATABASE_URL is not set" in caplog.records[-1].getMessage()


def test_count_proof_of_a_list_tells_seals_and_head(same_connection: Trail) -> None:
    same_connection.write(1)
    proof = proofs.count_proof([2400, 10, 1500, 10, 2501])
    assert [(place.event_id, place.seal_no, place.pos) for place in proof.places] == [
        (10, 1, 9), (1500, 2, 499), (2400, 3, 399),
    ]  # fmt: skip
    (head,) = same_connection.ask("SELECT encode(head, 'hex') FROM audit_seal WHERE no = 3")[0]
    assert (proof.waiting, proof.first_no, proof.last_no, proof.head) == ((2501,), 1, 3, head)
    assert proof.sentence == f"3 events, sealed in seals 1 to 3, head {head}. 1 event more not sealed yet."
    assert proofs.count_proof([1]).sentence.startswith("1 event, sealed in seal 1, head ")
    assert proofs.count_proof([]).sentence == "No events."
    assert proofs.count_proof([2501]).sentence == "1 event, not sealed yet."
