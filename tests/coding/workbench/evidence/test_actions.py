"""Pinning, removing, pinning again, signing, and the policy: state, refusals, trail."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError, ProgrammingError

from coding.workbench.actions.diagnoses import remove_diagnosis
from coding.workbench.evidence import actions
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.evidence.rules import digest_of
from coding.workbench.evidence.selectors import evidence_panel
from coding.workbench.models import CodingRecord
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.documents.actions import amend_document, retract_document
from records.documents.models import Document
from records.sensitivity.passages import WITHHELD, Span, without
from tests.coding.workbench.evidence.conftest import TEXT, amended
from tests.trail import told

pytestmark = pytest.mark.django_db
HEART = "chronic systolic heart failure"
POTASSIUM = "Hypokalemia, potassium 2.9"
PROTECTED = Span(TEXT.index("Takes"), TEXT.index(" Hypokalemia"))


def pinned(by: User, note: Document, words: str, code: str = "I5023", *, text: str = TEXT, **other: Any) -> Evidence:
    start = text.index(words)
    asked: dict[str, Any] = {
        "number": note.versions.count(), "begins": start, "ends": start + len(words), "quote": words, "system": "icd10cm",
        "code": code,
    }  # fmt: skip
    return actions.pin(by=by, document=note, **{**asked, **other})


def test_pin_keeps_place_and_digests_and_tells_the_trail(coded: CodingRecord, note: Document, coder: User) -> None:
    row = pinned(coder, note, HEART)
    version = note.versions.get()
    assert TEXT[row.begins or 0 : row.ends] == HEART
    assert (row.record_id, row.version_id, row.pinned_by) == (coded.pk, version.pk, coder)
    assert (row.quote_sha256, row.version_sha256) == (digest_of(HEART), version.sha256)
    assert (row.patient_id, row.facility_id) == (coded.patient_id, coded.facility_id)
    assert told(coder)[-2:] == [("evidence.pinned", "attempted"), ("evidence.pinned", "done")]


def test_pin_of_the_same_words_twice_is_one_piece(coded: CodingRecord, note: Document, coder: User) -> None:
    assert pinned(coder, note, HEART) == pinned(coder, note, f" {HEART}") == pinned(coder, note, HEART)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"quote": "other words"}, "quote"),
        ({"begins": 9_999, "ends": 10_020}, "quote"),
        ({"begins": 30, "ends": 20}, "quote"),
        ({"begins": 5, "ends": 6, "quote": " "}, "quote"),
        ({"number": 7}, "number"),
        ({"code": "J189"}, "code"),
        ({"system": "nonsense"}, "code"),
        ({"system": "icd10pcs"}, "code"),
    ],
)
def test_pin_refuses_what_cannot_be_right(
    other: dict[str, Any], field: str, coded: CodingRecord, note: Document, coder: User
) -> None:
    with pytest.raises(DomainError) as refused:
        pinned(coder, note, HEART, **other)
    assert refused.value.field == field
    assert not Evidence.objects.exists()


def test_pin_counts_in_the_text_that_the_person_sees(coded: CodingRecord, marked: Document, coder: User) -> None:
    shown = without(TEXT, [PROTECTED])
    row = pinned(coder, marked, POTASSIUM, "E876", text=shown)
    assert TEXT[row.begins or 0 : row.ends] == POTASSIUM
    for words in (WITHHELD, shown[shown.index(WITHHELD) - 4 :]):
        with pytest.raises(DomainError, match="runs across a withheld passage"):
            pinned(coder, marked, words, text=shown)
    with pytest.raises(DomainError, match="not the one you had before you"):
        pinned(coder, marked, "methadone 40 mg")


def test_pin_is_for_coders_of_the_house(coded: CodingRecord, note: Document, outsider: User, biller: User) -> None:
    with pytest.raises(NotVisible):
        pinned(outsider, note, HEART)
    with pytest.raises(AccessDenied):
        pinned(biller, note, HEART)


def test_evidence_survives_the_line_and_its_return(coded: CodingRecord, note: Document, coder: User) -> None:
    pinned(coder, note, HEART)
    line = coded.diagnoses.get(code="I5023")
    remove_diagnosis(by=coder, record=coded, version=coded.version, diagnosis_id=line.pk)
    panel = evidence_panel(by=coder, encounter_id=coded.encounter_id)
    assert [(pin.key, pin.stale) for pin in panel.evidence.pins] == [(("icd10cm", "I5023"), False)]


def test_amendment_makes_evidence_stale_at_once(
    coded: CodingRecord, note: Document, coder: User, him_manager: User
) -> None:
    pinned(coder, note, HEART)
    with transaction.atomic():
        amend_document(by=him_manager, document=note, text=f"Addendum first. {TEXT}", reason="Addendum")
        panel = evidence_panel(by=coder, encounter_id=coded.encounter_id)
        assert [pin.stale for pin in panel.evidence.pins] == [True]
    assert panel.evidence.current == set()
    assert [len(found.places) for found in panel.found.values()] == [1]


def test_retraction_makes_evidence_stale_with_nothing_to_find(
    coded: CodingRecord, note: Document, coder: User, him_manager: User
) -> None:
    row = pinned(coder, note, HEART)
    retract_document(by=him_manager, document=note, reason="Wrong patient")
    panel = evidence_panel(by=coder, encounter_id=coded.encounter_id)
    assert panel.found[row.pk].places == []
    with pytest.raises(DomainError, match="found again unchanged"):
        actions.pin_all_again(by=coder, record=coded)


def test_pin_again_moves_to_where_the_coder_confirms(coded: CodingRecord, note: Document, coder: User) -> None:
    row = pinned(coder, note, HEART)
    text = f"{HEART}, again {HEART}."
    newest = amended(note, text)
    with pytest.raises(DomainError, match="do not stand there"):
        actions.pin_again(by=coder, record=coded, evidence_id=row.pk, begins=3)
    with pytest.raises(DomainError, match="found again unchanged"):
        actions.pin_all_again(by=coder, record=coded)
    second = text.rindex(HEART)
    actions.pin_again(by=coder, record=coded, evidence_id=row.pk, begins=second)
    row.refresh_from_db()
    assert (row.version_id, row.begins, row.ends) == (newest.pk, second, second + len(HEART))
    assert (row.version_sha256, row.quote_sha256) == (newest.sha256, digest_of(HEART))


def test_pin_all_again_moves_what_is_unchanged_and_merges_what_is_there(
    coded: CodingRecord, note: Document, coder: User
) -> None:
    first, other = pinned(coder, note, HEART), pinned(coder, note, POTASSIUM, "E876")
    text = TEXT.replace("Hypokalemia, potassium 2.9", "Hypokalemia, potassium 3.1")
    amended(note, text)
    again = pinned(coder, note, HEART, text=text)
    assert actions.pin_all_again(by=coder, record=coded) == [first.pk]
    assert {row.pk for row in Evidence.objects.all()} == {again.pk, other.pk}


def test_words_of_a_withheld_passage_are_checked_by_whoever_may_see_them(
    coded: CodingRecord, marked: Document, coder: User, cleared: User
) -> None:
    row = pinned(cleared, marked, "methadone 40 mg")
    amended(marked, TEXT.replace("40", "40"))
    hidden = evidence_panel(by=coder, encounter_id=coded.encounter_id)
    assert [(pin.seen, pin.place, pin.title) for pin in hidden.evidence.pins] == [(False, None, "Consultation")]
    assert (hidden.words, hidden.found) == ({}, {})
    with pytest.raises(DomainError, match="do not stand there"):
        actions.pin_again(by=coder, record=coded, evidence_id=row.pk, begins=row.begins or 0)
    actions.pin_again(by=cleared, record=coded, evidence_id=row.pk, begins=row.begins or 0)
    assert evidence_panel(by=cleared, encounter_id=coded.encounter_id).words == {row.pk: "methadone 40 mg"}


def test_remove_takes_a_piece_of_this_record_only(coded: CodingRecord, note: Document, coder: User) -> None:
    row = pinned(coder, note, HEART)
    with pytest.raises(DomainError, match="no longer on the record"):
        actions.remove(by=coder, record=coded, evidence_id=uuid4())
    actions.remove(by=coder, record=coded, evidence_id=row.pk)
    assert not Evidence.objects.exists()


def test_override_is_signed_once_and_only_withdrawn(coded: CodingRecord, coder: User) -> None:
    asked: dict[str, Any] = {"record": coded, "system": "icd10cm", "code": "E876"}
    with pytest.raises(DomainError) as refused:
        actions.override(by=coder, **asked, reason="  ")
    assert refused.value.field == "reason"
    row = actions.override(by=coder, **asked, reason="Laboratory value, told by telephone")
    with pytest.raises(DomainError, match="signed for already"):
        actions.override(by=coder, **asked, reason="Again")
    for change in ({"reason": "Other"}, {"code": "I5023"}):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            EvidenceOverride.objects.filter(pk=row.pk).update(**change)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        EvidenceOverride.objects.filter(pk=row.pk).delete()
    actions.withdraw_override(by=coder, **asked)
    row.refresh_from_db()
    assert row.withdrawn_by == coder
    with pytest.raises(DomainError, match="Nothing is signed"):
        actions.withdraw_override(by=coder, **asked)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        EvidenceOverride.objects.filter(pk=row.pk).update(withdrawn_at=None)


def test_set_policy_keeps_who_and_when(
    facility: Facility, other_facility: Facility, him_manager: User, coder: User
) -> None:
    actions.set_policy(by=him_manager, facility=facility, level="stop")
    actions.set_policy(by=him_manager, facility=facility, level="warn")
    rows = EvidencePolicy.objects.filter(facility=facility).order_by("-id")
    assert [(row.level, row.changed_by) for row in rows] == [("warn", him_manager), ("stop", him_manager)]
    event = "evidence.policy_changed"
    assert told(him_manager)[-2:] == [(event, "attempted"), (event, "done")]
    with pytest.raises(DomainError, match="asks for this already"):
        actions.set_policy(by=him_manager, facility=facility, level="warn")
    with pytest.raises(DomainError, match="Choose what happens"):
        actions.set_policy(by=him_manager, facility=facility, level="nonsense")
    for by, place in ((coder, facility), (him_manager, other_facility)):
        with pytest.raises(AccessDenied):
            actions.set_policy(by=by, facility=place, level=Level.OFF)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        rows.update(level="off")


def test_evidence_is_text_or_a_box_never_both(coded: CodingRecord, note: Document, coder: User) -> None:
    row = pinned(coder, note, HEART)
    for change in ({"page": 1}, {"ends": row.begins}, {"begins": None, "ends": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.filter(pk=row.pk).update(**change)
    Evidence.objects.filter(pk=row.pk).update(begins=None, ends=None, page=1, box=["0.1", "0.2", "0.5", "0.25"])
    panel = evidence_panel(by=coder, encounter_id=coded.encounter_id)
    assert [(pin.page, pin.place, pin.seen) for pin in panel.evidence.pins] == [(1, None, True)]
