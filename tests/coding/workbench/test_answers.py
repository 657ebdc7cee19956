"""The answer to a change: how much is read for it, and that what a process remembers of the code sets is never behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.trail.models import AuditEvent
from coding.codesets.memory import CodeBook, code_book, current_edition
from coding.codesets.models import Code, CodeNote, CodeSetRelease, PoaExemption
from coding.codesets.selectors import poa_exemptions, severity_on, titles_for, validities
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.procedures import add_procedure
from coding.workbench.changing import lines_after
from coding.workbench.models import CodedDiagnosis, CodingRecord
from coding.workbench.reading import LinesRead
from coding.workbench.selectors import coding_for
from hims.staff.models import User
from tests.factories.coding import exempt_from_poa, install_codes

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 14)
MANY = tuple(f"E11{number:02}" for number in range(20, 40))
CEILINGS = (46, 45, 54)
"""Statements of adding, of another POA and of removing, beginnings and ends of the transactions included."""


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def post(client: Client, record: CodingRecord, address: str, **values: str) -> int:
    """Statements of one change as the page sends it."""
    record.refresh_from_db()
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(f"{record.get_absolute_url()}{address}", {**values, "version": str(record.version)})
    assert answer.status_code == 200
    return len(seen)


def coded(record: CodingRecord, coder: User, codes: tuple[str, ...]) -> None:
    for code in codes:
        record.refresh_from_db()
        add_diagnosis(by=coder, record=record, version=record.version, code=code, poa="Y")


def changes(client: Client, record: CodingRecord, code: str) -> tuple[int, int, int]:
    """Statements of adding a code, of another POA, and of taking the code away; the code is known to the process before."""
    code_book().validities("icd10cm", [code], DAY)
    added = post(client, record, "codes", code=code, system="icd10cm", poa="Y")
    line = CodedDiagnosis.objects.get(record=record, code=code).pk
    return (
        added,
        post(client, record, f"diagnoses/{line}/poa", poa="N"),
        post(client, record, f"diagnoses/{line}/remove"),
    )


def test_answer_needs_as_many_queries_for_fifteen_codes_as_for_three(record: CodingRecord, coder: User) -> None:
    install_codes(MANY)
    client = signed_in(coder)
    coded(record, coder, ("I130", "I5023"))
    add_procedure(by=coder, record=record, version=2, code="0DTJ4ZZ", performed_on=DAY)
    changes(client, record, "J189")
    three = changes(client, record, "J189")
    coded(record, coder, MANY[:12])
    for _ in range(2):
        record.refresh_from_db()
        add_procedure(by=coder, record=record, version=record.version, code="02HV33Z", performed_on=DAY)
    changes(client, record, "J189")
    assert changes(client, record, "J189") == three
    assert all(count <= ceiling for count, ceiling in zip(three, CEILINGS, strict=True)), three


def test_answer_leaves_the_whole_trail(record: CodingRecord, coder: User) -> None:
    """What is read once serves all steps; each step is told all the same."""
    client = signed_in(coder)
    post(client, record, "codes", code="I130", system="icd10cm", poa="Y")
    told = list(
        AuditEvent.objects.filter(actor_id=coder.pk, event__startswith="coding.")
        .order_by("id")
        .values_list("event", "result")
    )
    assert told == [
        ("coding.opened", "done"), ("coding.diagnosis_added", "attempted"), ("coding.diagnosis_added", "done"),
        ("coding.viewed", "done"),
    ]  # fmt: skip


def test_lines_read_by_the_change_before_count_only_for_its_version(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    before = lines_after(record)
    assert before is not None

    def shown(lines: LinesRead) -> list[str]:
        coding = coding_for(by=coder, encounter_id=record.encounter_id, with_documents=False, lines=lines)
        return [line.code for line in coding.coded.diagnoses]

    assert shown(replace(before, diagnoses=())) == []
    assert shown(replace(before, diagnoses=(), record_id=coder.pk)) == ["I130"]
    add_diagnosis(by=coder, record=CodingRecord.objects.get(pk=record.pk), version=1, code="I5023", poa="Y")
    assert shown(before) == ["I130", "I5023"]


def test_change_that_is_refused_shows_what_stands(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    post(client, record, "codes", code="I130", system="icd10cm", poa="Y")
    answer = client.post(f"{record.get_absolute_url()}codes", {"code": "I130", "system": "icd10cm", "version": "1"})
    assert answer.status_code == 422
    assert answer.content.decode().count("data-line ") == 1


def test_book_says_what_the_tables_say(codes: None) -> None:
    asked = ["I130", "Z794", "W1830XA", "I50", "NONE1"]
    book = code_book()
    for _ in range(2):
        assert book.validities("icd10cm", asked, DAY) == validities("icd10cm", asked, DAY)
        assert book.titles("icd10cm", asked, DAY) == titles_for("icd10cm", asked, on=DAY)
        assert book.exemptions(asked, DAY) == poa_exemptions(asked, DAY)
        assert book.levels(asked, DAY) == severity_on(asked, DAY)


def test_title_that_is_not_there_is_borrowed_from_the_heading(codes: None) -> None:
    Code.objects.filter(code="I5023").update(long_title="")
    book = CodeBook(current_edition())
    assert book.titles("icd10cm", ["I5023"], DAY) == titles_for("icd10cm", ["I5023"], on=DAY)
    assert book.titles("icd10cm", ["I5023"], DAY)["I5023"].startswith("Title of I50")


def test_book_reads_nothing_twice(codes: None) -> None:
    book = CodeBook(current_edition())
    book.validities("icd10cm", ["I130", "Z794"], DAY)
    book.exemptions(["I130", "Z794"], DAY)
    with CaptureQueriesContext(connection) as seen:
        book.validities("icd10cm", ["Z794"], DAY)
        book.titles("icd10cm", ["I130"], DAY)
        book.exemptions(["Z794"], DAY)
        book.around("I130")
    assert [query["sql"] for query in seen] == []


def test_every_kind_of_change_makes_another_edition(codes: None) -> None:
    editions = [current_edition()]
    install_codes(["A4151"])
    editions.append(current_edition())
    exempt_from_poa("A41")
    editions.append(current_edition())
    CodeNote.objects.create(system="icd10cm", code="A41", kind="excludes1", text="puerperal (O85)", position=0)
    editions.append(current_edition())
    CodeSetRelease.objects.filter(system="icd10cm").update(sha256="1" * 64)
    editions.append(current_edition())
    assert len(set(editions)) == len(editions)
    assert code_book().validities("icd10cm", ["A4151"], DAY)["A4151"].valid
    assert code_book().exemptions(["A4151"], DAY)["A4151"].exempt
    assert PoaExemption.objects.filter(prefix="A41").exists()
