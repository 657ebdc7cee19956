"""Kept states: when they are taken, that nothing changes them, what their pages show and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.workbench.actions.diagnoses import add_diagnosis, remove_diagnosis
from coding.workbench.actions.finalizing import finalize, reopen
from coding.workbench.history.actions import judge_mismatch, take_snapshot
from coding.workbench.history.enums import SnapshotKind, Verdict
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.models import CodingRecord
from coding.workbench.summary import fingerprint
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from tests.factories.coding import admitted_for, coding_record
from tests.factories.records import encounter
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def cdi(person: Callable[..., User], facility: Facility) -> User:
    return person("grace", Role.CDI_SPECIALIST, facility)


@pytest.fixture
def reviewer(person: Callable[..., User], facility: Facility) -> User:
    return person("victor", Role.CODING_REVIEWER, facility)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def url(record: CodingRecord, name: str) -> str:
    return reverse(f"coding:{name}", kwargs={"encounter_id": record.encounter_id})


def states(record: CodingRecord) -> list[tuple[int, str, str, str]]:
    rows = CodingSnapshot.objects.filter(encounter_id=record.encounter_id).order_by("number")
    return [(each.number, each.kind, each.standpoint, each.final_drg) for each in rows]


def add(record: CodingRecord, by: User, code: str) -> None:
    add_diagnosis(by=by, record=record, version=record.version, code=code, poa="Y")


@pytest.fixture
def started(record: CodingRecord, coder: User) -> CodingRecord:
    """Principal diagnosis coded, DRG 293."""
    admitted_for(record)
    add(record, coder, "I130")
    return record


@pytest.fixture
def judged_final(started: CodingRecord, coder: User, cdi: User) -> CodingRecord:
    """CDI set its baseline at 293; finalized with 291."""
    take_snapshot(by=cdi, record=started, version=started.version, kind=SnapshotKind.BASELINE)
    add(started, coder, "I5023")
    finalize(by=coder, record=started, version=started.version)
    return started


def test_first_state_with_a_drg_is_kept_by_itself_and_only_once(started: CodingRecord, coder: User) -> None:
    add(started, coder, "I5023")
    assert states(started) == [(1, "baseline", "automatic", "293")]
    kept = CodingSnapshot.objects.get()
    assert (kept.taken_by, kept.record_version) == (None, 1)
    assert [row["code"] for row in kept.content["diagnoses"]] == ["I130", "R0602"]
    assert kept.sha256 == fingerprint(kept.content)


def test_code_without_a_drg_keeps_nothing(visit_record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=visit_record, version=0, code="R079")
    assert states(visit_record) == []


def test_baselines_of_both_sides_working_final_and_reopened_state(
    started: CodingRecord, coder: User, cdi: User
) -> None:
    take_snapshot(by=cdi, record=started, version=1, kind=SnapshotKind.BASELINE)
    add(started, coder, "I5023")
    take_snapshot(by=coder, record=started, version=2, kind=SnapshotKind.BASELINE)
    take_snapshot(by=coder, record=started, version=2, kind=SnapshotKind.WORKING, note="Before the query")
    finalize(by=coder, record=started, version=2)
    reopen(by=coder, record=started, version=3, reason="Late pathology")
    assert states(started) == [
        (1, "baseline", "automatic", "293"), (2, "baseline", "cdi", "293"), (3, "baseline", "coding", "291"),
        (4, "working", "coding", "291"), (5, "final", "coding", "291"), (6, "working", "coding", "291"),
    ]  # fmt: skip
    assert CodingSnapshot.objects.get(number=5).summary is not None
    assert CodingSnapshot.objects.get(number=6).note == "Late pathology"
    found = DrgMismatch.objects.order_by("found_at").values_list("kind", "earlier_drg", "later_drg", "verdict")
    assert list(found) == [("baselines", "293", "291", "open"), ("cdi_final", "293", "291", "open")]
    assert ("coding.snapshot_taken", "done") in told(cdi)


def test_recode_with_another_drg_is_a_mismatch_of_its_own(started: CodingRecord, coder: User) -> None:
    add(started, coder, "I5023")
    finalize(by=coder, record=started, version=started.version)
    reopen(by=coder, record=started, version=started.version, reason="Denied")
    line = started.diagnoses.get(code="I5023")
    remove_diagnosis(by=coder, record=started, version=started.version, diagnosis_id=line.pk)
    client = signed_in(coder)
    dialog = client.get(url(started, "checklist")).content.decode()
    assert "DRG 291 becomes 293." in dialog
    assert "Reopened for: Denied" in dialog
    finalize(by=coder, record=started, version=started.version)
    assert list(DrgMismatch.objects.values_list("kind", "earlier_drg", "later_drg")) == [("recoded", "291", "293")]
    assert "Finalized with <strong>DRG 293</strong>" in client.get(url(started, "checklist")).content.decode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coding_codingsnapshot SET final_drg = '001'",
        "UPDATE coding_codingsnapshot SET content = '{}'",
        "DELETE FROM coding_codingsnapshot",
        "DELETE FROM coding_drgmismatch",
    ],
)
def test_database_refuses_to_change_or_remove_what_is_kept(statement: str, judged_final: CodingRecord) -> None:
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(states(judged_final)) == 3
    assert DrgMismatch.objects.count() == 1


def test_judgement_is_given_once_with_a_reason_by_somebody_else(
    judged_final: CodingRecord, reviewer: User, coder: User, cdi: User
) -> None:
    mismatch = DrgMismatch.objects.get()
    asked: dict[str, Any] = {"record": judged_final, "mismatch_id": mismatch.pk, "verdict": Verdict.AGREED}
    with pytest.raises(DomainError, match="Say why"):
        judge_mismatch(by=reviewer, reason=" ", **asked)
    for stranger in (coder, cdi):
        with pytest.raises(AccessDenied):
            judge_mismatch(by=stranger, reason="Mine.", **asked)
    judge_mismatch(by=reviewer, reason="Echo and diuretics support it.", **asked)
    mismatch.refresh_from_db()
    assert (mismatch.verdict, mismatch.judged_by, mismatch.reason) == (
        "agreed",
        reviewer,
        "Echo and diuretics support it.",
    )
    with pytest.raises(DomainError, match="judged it already"):
        judge_mismatch(by=reviewer, reason="Again.", **asked)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        DrgMismatch.objects.update(reason="Rewritten")


def test_reviewer_who_took_part_does_not_judge(started: CodingRecord, coder: User, reviewer: User, cdi: User) -> None:
    take_snapshot(by=cdi, record=started, version=1, kind=SnapshotKind.BASELINE)
    add(started, coder, "I5023")
    finalize(by=coder, record=started, version=2)
    CodingRecord.objects.filter(pk=started.pk).update(coder=reviewer)
    started.refresh_from_db()
    with pytest.raises(DomainError, match="somebody else"):
        judge_mismatch(
            by=reviewer,
            record=started,
            mismatch_id=DrgMismatch.objects.get().pk,
            verdict=Verdict.AGREED,
            reason="Mine.",
        )


def test_history_shows_states_and_the_difference_of_two(judged_final: CodingRecord, coder: User) -> None:
    page = signed_in(coder).get(url(judged_final, "history")).content.decode()
    assert "Baseline, CDI" in page
    assert "I50.23" in page
    assert "makes the DRG" in page
    assert "Without I50.23 (added) the DRG would not be 291." in page
    same = signed_in(coder).get(url(judged_final, "history"), {"before": 1, "after": 2}).content.decode()
    assert "No code, order or indicator differs." in same


@pytest.mark.parametrize(
    "asked", [{"before": "x", "after": "-3"}, {"before": "99999", "after": "1"}, {"before": "1", "after": "1"}]
)
def test_history_of_states_that_do_not_exist_falls_back(
    asked: dict[str, str], judged_final: CodingRecord, coder: User
) -> None:
    assert "data-comparison" in signed_in(coder).get(url(judged_final, "history"), asked).content.decode()


def test_history_compares_with_the_coding_as_it_stands(started: CodingRecord, coder: User) -> None:
    empty = signed_in(coder).get(url(coding_record(encounter(started.encounter.facility)), "history"))
    assert "Nothing kept yet" in empty.content.decode()
    add(started, coder, "I5023")
    page = signed_in(coder).get(url(started, "history")).content.decode()
    assert "Now" in page
    assert "Without I50.23 (added)" in page


def test_history_needs_as_many_queries_for_four_states_as_for_two(started: CodingRecord, coder: User) -> None:
    client = signed_in(coder)

    def queries() -> int:
        client.get(url(started, "history"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(started, "history")).status_code == 200
        return len(seen)

    take_snapshot(by=coder, record=started, version=1, kind=SnapshotKind.BASELINE)
    two = queries()
    for _ in range(2):
        take_snapshot(by=coder, record=started, version=1, kind=SnapshotKind.WORKING)
    assert queries() == two


def test_state_is_kept_from_the_page_by_cdi_who_cannot_code(started: CodingRecord, cdi: User) -> None:
    client = signed_in(cdi)
    answer = client.post(url(started, "keep"), {"version": 1, "kind": "baseline"})
    assert answer.status_code == 200
    assert states(started)[-1] == (2, "baseline", "cdi", "293")
    again = client.post(url(started, "keep"), {"version": 1, "kind": "baseline"})
    assert again.status_code == 422
    assert client.post(url(started, "keep"), {"version": 7, "kind": "working"}).status_code == 409
    assert client.post(url(started, "keep"), {"version": 1, "kind": "final"}).status_code == 422


def test_keeping_needs_the_right_and_the_reach(
    started: CodingRecord, outsider: User, person: Callable[..., User], facility: Facility
) -> None:
    with pytest.raises(NotVisible):
        take_snapshot(by=outsider, record=started, version=1, kind=SnapshotKind.WORKING)
    with pytest.raises(AccessDenied):
        take_snapshot(by=person("bob", Role.PROVIDER, facility), record=started, version=1, kind=SnapshotKind.WORKING)
    assert signed_in(outsider).get(url(started, "history")).status_code == 404
    assert signed_in(outsider).get(url(started, "reconciliation")).status_code == 404


def test_reconciliation_lists_judges_and_keeps(judged_final: CodingRecord, reviewer: User, him_manager: User) -> None:
    client = signed_in(reviewer)
    listed = client.get("/coding/reconciliation/").content.decode()
    assert judged_final.encounter.account_number in listed
    assert "CDI baseline and final" in listed
    page = url(judged_final, "reconciliation")
    assert "Agree when the later state is right" in client.get(page).content.decode()
    assert "A reviewer judges this." in signed_in(him_manager).get(page).content.decode()
    mismatch = DrgMismatch.objects.get()
    refused = client.post(page, {"mismatch": mismatch.pk, "verdict": "agreed", "reason": ""})
    assert (refused.status_code, "Say why." in refused.content.decode()) == (422, True)
    assert client.post(page, {"mismatch": "x", "verdict": "agreed", "reason": "R"}).status_code == 422
    assert client.post(page, {"mismatch": UUID(int=3), "verdict": "agreed", "reason": "R"}).status_code == 422
    assert client.post(page, {"mismatch": mismatch.pk, "verdict": "disagreed", "reason": "No echo."}).status_code == 302
    assert "Nothing to reconcile" in client.get("/coding/reconciliation/").content.decode()
    assert "No echo." in client.get("/coding/reconciliation/", {"verdict": "disagreed"}).content.decode()
    assert signed_in(him_manager).post(page, {"mismatch": mismatch.pk}).status_code == 403


def test_reconciliation_needs_as_many_queries_for_three_rows_as_for_one(
    judged_final: CodingRecord, coder: User, cdi: User, reviewer: User, facility: Facility
) -> None:
    client = signed_in(reviewer)

    def queries() -> int:
        client.get("/coding/reconciliation/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/coding/reconciliation/").status_code == 200
        return len(seen)

    one = queries()
    for _ in range(2):
        other = coding_record(encounter(facility))
        admitted_for(other)
        add(other, coder, "I130")
        take_snapshot(by=cdi, record=other, version=1, kind=SnapshotKind.BASELINE)
        add(other, coder, "I5023")
        finalize(by=coder, record=other, version=2)
    assert DrgMismatch.objects.count() == 3
    assert queries() == one


def test_reconciliation_of_an_outsider_is_empty(judged_final: CodingRecord, outsider: User) -> None:
    assert (
        judged_final.encounter.account_number not in signed_in(outsider).get("/coding/reconciliation/").content.decode()
    )
