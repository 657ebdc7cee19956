"""Favourites, groups, notes, comments, bookmarks: whose they are, and what they do to a coding."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.walls import standing_for
from coding.shelf import actions
from coding.shelf.models import Bookmark, CodeComment, CodeGroup, Favourite, PersonalNote
from coding.shelf.rules import Candidate
from coding.shelf.selectors import code_card, other_accounts, own_shelf, transfer_from
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from tests.factories.coding import coding_record
from tests.factories.records import encounter
from tests.trail import events_of
from tests.walls import at_the_door

CM = "icd10cm"


def line(record: CodingRecord, code: str, role: str = "secondary", place: int = 1) -> CodedDiagnosis:
    return CodedDiagnosis.objects.create(record=record, role=role, sequence=place, code=code)


def codes_of(record: CodingRecord) -> list[tuple[str, str]]:
    return list(record.diagnoses.order_by("role", "sequence").values_list("role", "code"))


def test_star_puts_a_code_in_and_takes_it_out_again(coder: User, codes: None) -> None:
    assert actions.star(by=coder, system=CM, code="E876") is True
    assert [row.display for row in own_shelf(by=coder).loose] == ["E87.6"]
    assert actions.star(by=coder, system=CM, code="E876") is False
    assert own_shelf(by=coder).loose == []


def test_unknown_codes_are_refused(coder: User, codes: None) -> None:
    with pytest.raises(DomainError, match="no code"):
        actions.star(by=coder, system=CM, code="Q999")


def test_what_a_person_keeps_is_that_persons_alone(coder: User, outsider: User, him_manager: User, codes: None) -> None:
    group = actions.make_group(by=coder, name="  Heart   failure ")
    actions.star(by=coder, system=CM, code="I5023", group=group)
    actions.write_note(by=coder, system=CM, code="I5023", text="Look for the echo.")
    actions.bookmark(by=coder, kind="index", place="icd10cm_index:12", label="Failure")
    for other in (outsider, him_manager):
        shelf = own_shelf(by=other)
        assert (shelf.loose, shelf.groups, shelf.bookmarks) == ([], [], [])
        assert code_card(by=other, system=CM, code="I5023").note == ""
        with pytest.raises(NotVisible):
            actions.remove_group(by=other, group=group)
    mine = own_shelf(by=coder)
    assert [(kept.name, [row.code for row in rows]) for kept, rows in mine.groups] == [("Heart failure", ["I5023"])]
    assert [mark.label for mark in mine.bookmarks] == ["Failure"]


def test_the_database_itself_hides_them(coder: User, him_manager: User, codes: None) -> None:
    group = actions.make_group(by=coder, name="Mine")
    actions.star(by=coder, system=CM, code="I5023", group=group)
    actions.write_note(by=coder, system=CM, code="I5023", text="mine")
    actions.bookmark(by=coder, kind="pcs", place="pcs:0FT", label="0FT")
    kept = (CodeGroup, Favourite, PersonalNote, Bookmark)
    with at_the_door():
        with standing_for(him_manager):
            assert [model.objects.count() for model in kept] == [0, 0, 0, 0]
        with standing_for(coder):
            assert [model.objects.count() for model in kept] == [1, 1, 1, 1]
        assert [model.objects.count() for model in kept] == [0, 0, 0, 0]


def test_empty_note_is_removed_and_names_are_checked(coder: User, codes: None) -> None:
    actions.write_note(by=coder, system=CM, code="E876", text="old")
    actions.write_note(by=coder, system=CM, code="E876", text="  ")
    assert code_card(by=coder, system=CM, code="E876").note == ""
    actions.make_group(by=coder, name="Sepsis")
    for name in ("sepsis", "", "x" * 61):
        with pytest.raises(DomainError) as refused:
            actions.make_group(by=coder, name=name)
        assert refused.value.field == "name"
    with pytest.raises(DomainError, match="index, the tabular list"):
        actions.bookmark(by=coder, kind="moon", place="x", label="x")


def test_comments_are_seen_at_their_facility_and_withdrawn_by_their_author(
    coder: User, outsider: User, him_manager: User, facility: Facility, other_facility: Facility, codes: None
) -> None:
    made = actions.comment(by=coder, facility=facility, system=CM, code="E876", text="Potassium below 3.5 here.")
    assert [each.text for each in code_card(by=him_manager, system=CM, code="E876").comments] == [made.text]
    assert code_card(by=outsider, system=CM, code="E876").comments == []
    with pytest.raises(AccessDenied):
        actions.comment(by=coder, facility=other_facility, system=CM, code="E876", text="x")
    with pytest.raises(DomainError, match="author"):
        actions.withdraw(by=him_manager, comment=made)
    actions.withdraw(by=coder, comment=made)
    assert code_card(by=coder, system=CM, code="E876").comments == []
    assert CodeComment.objects.filter(pk=made.pk, withdrawn_at__isnull=False).exists()


def test_uses_count_final_codings_in_reach(
    coder: User, outsider: User, facility: Facility, other_facility: Facility, codes: None
) -> None:
    for place, status in (
        (facility, "finalized"),
        (facility, "finalized"),
        (facility, "in_progress"),
        (other_facility, "finalized"),
    ):
        record = coding_record(encounter(place))
        line(record, "E876")
        CodingRecord.objects.filter(pk=record.pk).update(status=CodingStatus(status))
    card = code_card(by=coder, system=CM, code="E876")
    assert (card.uses, len(card.last)) == (2, 2)
    assert {row.facility_id for row in card.last} == {facility.pk}
    assert code_card(by=outsider, system=CM, code="E876").uses == 1


def test_card_takes_as_many_queries_for_ten_uses_as_for_one(coder: User, facility: Facility, codes: None) -> None:
    def used() -> int:
        record = coding_record(encounter(facility))
        line(record, "E876")
        CodingRecord.objects.filter(pk=record.pk).update(status=CodingStatus.FINALIZED)
        with CaptureQueriesContext(connection) as queries:
            code_card(by=coder, system=CM, code="E876")
        return len(queries)

    used()  # what a person may do is read once
    first = used()
    assert [used() for _ in range(3)] == [first] * 3


@pytest.fixture
def earlier(record: CodingRecord, facility: Facility) -> CodingRecord:
    """An earlier account of the same patient, with codes."""
    made = encounter(facility)
    Encounter.objects.filter(pk=made.pk).update(patient=record.patient)
    old = coding_record(Encounter.objects.get(pk=made.pk))
    line(old, "E1122", "principal")
    line(old, "Z794")
    line(old, "O80", place=2)
    line(old, "R0602", "admitting")
    CodedProcedure.objects.create(record=old, sequence=1, code="0DTJ4ZZ")
    return old


def test_other_accounts_are_those_of_the_patient_with_codes(
    coder: User, record: CodingRecord, earlier: CodingRecord, facility: Facility
) -> None:
    stranger = coding_record(encounter(facility))
    line(stranger, "I10")
    found = other_accounts(by=coder, encounter_id=record.encounter_id)
    assert [(row.pk, row.lines) for row in found] == [(earlier.pk, 5)]  # type: ignore[attr-defined]


def test_transfer_takes_what_fits_and_says_why_the_rest_does_not(
    coder: User, record: CodingRecord, earlier: CodingRecord
) -> None:
    record.patient.sex = "M"
    record.patient.save(update_fields=["sex"])
    line(record, "Z794")
    found = transfer_from(by=coder, encounter_id=record.encounter_id, source_id=earlier.encounter_id)
    assert set(found.refused) == {"icd10cm:Z794", "icd10cm:O80"}
    done = actions.take_codes(by=coder, record=record, version=0, candidates=found.candidates, source=found.source)
    assert done.added == ["E11.22", "0DTJ4ZZ"]
    assert len(done.refused) == 2
    assert codes_of(record) == [("principal", "E1122"), ("secondary", "Z794")]
    assert list(record.procedures.values_list("code", "performed_on")) == [("0DTJ4ZZ", None)]
    assert record.version == 1
    taken = [event for event in events_of(coder) if event["event"] == "coding.codes_taken"]
    assert [(event["result"], event["detail"]["source"]) for event in taken] == [  # type: ignore[index]
        ("attempted", found.source), ("done", found.source),
    ]  # fmt: skip


def test_transfer_of_nothing_that_fits_changes_nothing(coder: User, record: CodingRecord) -> None:
    with pytest.raises(DomainError, match="ICD-10-CM"):
        actions.take_codes(by=coder, record=record, version=0, candidates=[Candidate(CM, "Q9999")])
    assert codes_of(record) == []
    record.refresh_from_db()
    assert record.version == 0


def test_transfer_from_another_patients_account_is_not_there(
    coder: User, outsider: User, record: CodingRecord, facility: Facility
) -> None:
    stranger = coding_record(encounter(facility))
    line(stranger, "I130")
    for source in (stranger.encounter_id, record.encounter_id, UUID(int=5)):
        with pytest.raises(NotVisible):
            transfer_from(by=coder, encounter_id=record.encounter_id, source_id=source)
    with pytest.raises(NotVisible):
        transfer_from(by=outsider, encounter_id=record.encounter_id, group_id=0)


def test_group_becomes_lines_through_the_workbench(client: Client, coder: User, record: CodingRecord) -> None:
    group = actions.make_group(by=coder, name="Diabetes with kidneys")
    for code in ("E1122", "N1832", "Z794"):
        actions.star(by=coder, system=CM, code=code, group=group)
    client.force_login(coder)
    url = f"/coding/{record.encounter_id}/shelf"
    assert "Diabetes with kidneys" in client.get(url).content.decode()
    chosen = client.get(url, {"group": group.pk}).content.decode()
    assert chosen.count('name="key"') == 3
    answer = client.post(f"{url}/take", {"version": 0, "group": group.pk, "keys": "icd10cm:E1122 icd10cm:Z794"})
    assert answer.status_code == 200
    assert codes_of(record) == [("principal", "E1122"), ("secondary", "Z794")]
    again = client.post(f"{url}/take", {"version": 1, "group": group.pk, "keys": "icd10cm:Z794"})
    assert again.status_code == 422
    assert "coded here already" in again.content.decode()


@pytest.mark.parametrize("panel", ["index", "tabular", "pcs", "code", "shelf"])
def test_panels_open_for_coders_and_for_nobody_out_of_reach(
    panel: str, client: Client, coder: User, outsider: User, biller: User, record: CodingRecord
) -> None:
    url = f"/coding/{record.encounter_id}/{panel}"
    for who, status in ((coder, 200), (outsider, 404), (biller, 403)):
        client.force_login(who)
        assert client.get(url).status_code == status


def test_code_panel_tells_path_validity_notes_guidelines_and_uses(
    client: Client, coder: User, record: CodingRecord
) -> None:
    client.force_login(coder)
    body = client.get(f"/coding/{record.encounter_id}/code", {"system": CM, "code": "e11.22"}).content.decode()
    for words in ("E11.22", "is valid from", "I.C.4.a", "II.H", "In no final coding", "My note"):
        assert words in body
    assert "IV.H" not in body
    assert "No such code" in client.get(f"/coding/{record.encounter_id}/code", {"code": "Q99"}).content.decode()


def test_card_answers_each_button(client: Client, coder: User, facility: Facility, codes: None) -> None:
    client.force_login(coder)
    code = {"system": CM, "code": "E87.6"}
    assert "★" in client.post("/shelf/star", code).content.decode()
    assert "low here" in client.post("/shelf/note", {**code, "text": "low here"}).content.decode()
    assert client.post("/shelf/comment", {**code, "text": " "}).status_code == 422
    shared = client.post("/shelf/comment", {**code, "text": "<b>bold</b>"}).content.decode()
    assert "&lt;b&gt;bold" in shared
    assert (
        client.post("/shelf/bookmark", {"kind": "tabular", "place": "icd10cm:E876", "label": "E87.6"}).status_code
        == 204
    )
    body = client.get("/shelf/").content.decode()
    assert "E87.6" in body
    assert "/codes/tabular/icd10cm/" in body
    assert client.post("/shelf/bookmark", {"remove": 10**9}).status_code == 404
