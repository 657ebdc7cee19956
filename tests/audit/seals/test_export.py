"""Exports and proofs, checked by the stand-alone program as somebody outside would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from audit.seals.export import Exported, export_trail
from audit.seals.proofs import proof_of
from hims.lib.errors import DomainError
from tests.audit.seals.conftest import Trail

VERIFIER = Path(__file__).resolve().parents[3] / "docs/verifier/verify_trail.py"
HIDE = (
    "import sys; sys.modules['cryptography'] = None; sys.argv = sys.argv[1:]; import runpy; runpy.run_path(sys.argv[0],"
)
HIDE += " run_name='__main__')"


def run(*words: str, bare: bool = False) -> tuple[int, dict[str, Any]]:
    """Exit code and answer. bare: as if the package cryptography were not installed."""
    start = [sys.executable, "-I", *(["-c", HIDE] if bare else []), str(VERIFIER)]
    done = subprocess.run([*start, *words, "--json"], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {"said": done.stderr}


def exported(trail: Trail, name: str = "out", **bounds: Any) -> tuple[Path, Exported]:
    folder = trail.folder / name
    with psycopg.connect(trail.address("hims_sealer")) as connection:
        done = export_trail(
            connection, folder, key=trail.key, trusted=[trail.key.public], anchors=[trail.anchor], **bounds
        )
    return folder, done


def checked(trail: Trail, folder: Path, *more: str, bare: bool = False) -> tuple[int, dict[str, Any]]:
    return run(
        "export", str(folder), "--anchor", str(trail.anchor.path), "--key", trail.key.public.hex(), *more, bare=bare
    )


def kinds(answer: dict[str, Any]) -> set[tuple[str, int | None]]:
    return {(problem["kind"], problem["seal"]) for problem in answer["problems"]}


@pytest.mark.parametrize("bare", [False, True])
def test_export_holds_with_and_without_the_package(sealed: Trail, bare: bool) -> None:
    folder, done = exported(sealed)
    code, answer = checked(sealed, folder, bare=bare)
    assert (code, answer["ok"], answer["events"], answer["seals"], answer["problems"]) == (0, True, 2500, 3, [])
    assert (done.events, done.hidden, done.absent) == (2500, 0, 0)
    assert {path.name for path in folder.iterdir()} == {
        "events.jsonl", "seals.jsonl", "manifest.json", "keys.txt", "anchor.jsonl",
    }  # fmt: skip


def test_export_of_a_tampered_event_is_told_by_its_number(sealed: Trail) -> None:
    sealed.tamper("UPDATE audit_event SET canonical = set_byte(canonical, 30, 65) WHERE id = 1200")
    _, answer = checked(sealed, exported(sealed)[0])
    assert [(each["kind"], each["seal"]) for each in answer["problems"]] == [("edited", 2)]
    assert "event 1200 at place 199" in answer["problems"][0]["detail"]


def test_export_of_bytes_that_are_no_event_is_told_and_does_not_stop_the_check(sealed: Trail) -> None:
    sealed.tamper("UPDATE audit_event SET canonical = set_byte(canonical, 60, 65) WHERE id = 1200",
                  "UPDATE audit_event SET canonical = '\\xff' WHERE id = 1300")  # fmt: skip
    code, answer = checked(sealed, exported(sealed)[0])
    assert (code, [(each["kind"], each["seal"]) for each in answer["problems"]]) == (1, [("edited", 2), ("edited", 2)])


def change_lines(name: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        lines = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(change(lines)))

    return work


def edit_event(lines: list[str]) -> list[str]:
    line = json.loads(lines[1300])
    line["canonical"] = line["canonical"].replace("A", "B", 1)
    return [*lines[:1300], json.dumps(line) + "\n", *lines[1301:]]


def hide_event(lines: list[str]) -> list[str]:
    line = json.loads(lines[5])
    del line["canonical"]
    return [*lines[:5], json.dumps(line) + "\n", *lines[6:]]


def swap(lines: list[str]) -> list[str]:
    return [*lines[:10], lines[11], lines[10], *lines[12:]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_lines("events.jsonl", edit_event), ("edited", 2)),
        (change_lines("events.jsonl", hide_event), ("manifest", None)),
        (change_lines("events.jsonl", lambda lines: lines[:700] + lines[701:]), ("root", 1)),
        (change_lines("events.jsonl", lambda lines: lines[:-1]), ("root", 3)),
        (change_lines("events.jsonl", lambda lines: [*lines[:5], lines[3], *lines[5:]]), ("root", 1)),
        (change_lines("events.jsonl", swap), ("root", 1)),
        (change_lines("events.jsonl", lambda lines: [*lines, lines[0]]), ("inserted", 1)),
        (change_lines("seals.jsonl", lambda lines: lines[:2]), ("chain", None)),
        (change_lines("seals.jsonl", lambda lines: [lines[0], lines[2]]), ("chain", 2)),
        (change_lines("seals.jsonl", lambda lines: [lines[0].replace('"n": 1000', '"n": 999'), *lines[1:]]), ("chain", 1)),
        (change_lines("manifest.json", lambda lines: [line.replace("2500", "2499") for line in lines]), ("signature", None)),
    ],
)  # fmt: skip
def test_change_of_an_export_is_told(
    sealed: Trail, change: Callable[[Path], None], expected: tuple[str, int | None]
) -> None:
    folder, _ = exported(sealed)
    change(folder)
    code, answer = checked(sealed, folder)
    assert (code, answer["ok"]) == (1, False)
    assert expected in kinds(answer)


def test_truncated_and_rolled_back_trail_is_told_by_an_anchor_kept_elsewhere(sealed: Trail) -> None:
    """The export is whole in itself; only the anchor that was kept knows that there was more."""
    kept = sealed.folder / "kept.jsonl"
    kept.write_text(sealed.anchor.path.read_text())
    sealed.tamper("DELETE FROM audit_event WHERE id > 1000", "DELETE FROM audit_seal_item WHERE seal_no > 1",
                  "DELETE FROM audit_seal WHERE no > 1")  # fmt: skip
    folder, _ = exported(sealed)
    words = ["export", str(folder), "--key", sealed.key.public.hex()]
    assert run(*words)[1]["problems"] == []
    code, answer = run(*words, "--anchor", str(kept))
    assert (code, kinds(answer)) == (1, {("anchor", 2)})
    assert run(*words, "--anchor", str(kept), "--later")[0] == 0


def test_export_signed_by_somebody_else_is_told(sealed: Trail) -> None:
    folder, _ = exported(sealed)
    _, answer = run("export", str(folder), "--anchor", str(sealed.anchor.path), "--key", "ab" * 32)
    assert {("signature", None), ("signature", 1), ("signature", 3)} <= kinds(answer)


def test_export_of_a_time_hides_its_neighbours_and_still_holds(sealed: Trail) -> None:
    ((middle, end),) = sealed.ask(
        "SELECT (SELECT at FROM audit_event WHERE id = 1501), (SELECT at FROM audit_event WHERE id = 1801)"
    )
    folder, done = exported(sealed, first=middle, last=end)
    assert (done.first_seal, done.last_seal, done.events, done.hidden) == (2, 2, 300, 700)
    code, answer = checked(sealed, folder)
    assert (code, answer["events"], answer["seals"]) == (0, 300, 1)


def test_export_into_an_existing_folder_or_of_nothing_is_refused_and_leaves_nothing(
    trail: Trail, sealed: Trail
) -> None:
    folder, _ = exported(sealed)
    with pytest.raises(DomainError, match="exists already"):
        exported(sealed)
    sealed.tamper("TRUNCATE audit_seal_item, audit_seal, audit_event")
    with pytest.raises(DomainError, match="Nothing"):
        exported(sealed, "other")
    assert sorted(path.name for path in folder.parent.iterdir()) == ["anchor", "out"]


def test_proof_of_an_event_holds_and_no_longer_with_any_byte_changed(sealed: Trail) -> None:
    place = sealed.folder / "proof.json"
    with psycopg.connect(sealed.address("hims_sealer")) as connection:
        proof = proof_of(connection, 1234)
        (uuid,) = sealed.ask("SELECT event_id FROM audit_event WHERE id = 1234")[0]
        assert proof == proof_of(connection, uuid)
    assert proof is not None
    words = ["proof", str(place), "--anchor", str(sealed.anchor.path), "--key", sealed.key.public.hex()]
    place.write_text(json.dumps(proof))
    assert run(*words) == (0, {"ok": True, "event": 1234, "seal": 2, "pos": 233, "problems": [], "notes": []})
    assert run(*words, bare=True)[0] == 0
    for path, value in (
        ("pos", 234),
        ("path", proof["path"][1:]),
        ("canonical", proof["canonical"].replace("A", "B", 1)),
    ):
        place.write_text(json.dumps({**proof, path: value}))
        code, answer = run(*words)
        assert (code, ("root", 2) in kinds(answer)) == (1, True), path
    place.write_text(json.dumps({**proof, "seal": {**proof["seal"], "root": "00" * 32}}))
    assert {("root", 2), ("chain", 2)} <= kinds(run(*words)[1])


def test_proof_of_an_event_that_is_not_there_or_not_sealed_is_none(sealed: Trail) -> None:
    with psycopg.connect(sealed.address("hims_sealer")) as connection:
        assert proof_of(connection, 999_999) is None
        sealed.write(1)
        assert proof_of(connection, 2501) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"seal": 3}', "\x00"])
def test_unreadable_file_is_wrong_usage_not_a_crash(trail: Trail, content: str) -> None:
    place = trail.folder / "proof.json"
    place.write_text(content)
    code, answer = run("proof", str(place))
    assert (code, answer["said"].startswith("This cannot be read")) == (2, True)
    assert run("export", str(trail.folder / "nothing"))[0] == 2
