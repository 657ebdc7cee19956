"""Doors of the reader: marked text, read marks, copied text, versions compared, hits, earlier stays."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding.workbench.evidence.models import Evidence
from coding.workbench.models import CodingRecord, CodingSummary
from coding.workbench.reading_aids.models import ReadMark
from coding.workbench.reading_aids.presenters import text_pieces
from coding.workbench.reading_aids.selectors import read_document
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import WITHHELD, without
from tests.clients import signed_in
from tests.coding.workbench.evidence.conftest import TEXT, amended, cleared, coded, marked, note
from tests.coding.workbench.evidence.test_actions import HEART, POTASSIUM, PROTECTED, pinned
from tests.factories.records import ADMITTED_AT, document, encounter
from tests.trail import told

__all__ = ["cleared", "coded", "marked", "note"]
pytestmark = pytest.mark.django_db
PIECE = re.compile(r'<(?:mark|span)[^>]*data-at="(\d+)"[^>]*>(.*?)</(?:mark|span)>', re.DOTALL)


def reader(client: Client, of: Document, query: str = "", **words: str) -> str:
    address = f"/coding/documents/{of.pk}/{query}"
    answer = client.post(address, words) if words else client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def printed(page: str) -> list[tuple[int, str]]:
    """The pieces of the text as the page prints them."""
    return [(int(at), unescape(text)) for at, text in PIECE.findall(page)]


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_reader_prints_the_text_in_pieces_that_know_their_place(
    coded: CodingRecord, note: Document, coder: User
) -> None:
    pinned(coder, note, HEART)
    page = reader(signed_in(coder), note)
    cut = printed(page)
    assert "".join(text for _, text in cut) == TEXT
    assert all(TEXT[at : at + len(text)] == text for at, text in cut)
    assert f'data-codes="icd10cm:I5023" title="Evidence for I50.23" role="button" tabindex="0">{HEART}</mark>' in page


def test_reader_of_a_withheld_passage_gives_only_shown_places(
    coded: CodingRecord, marked: Document, coder: User, cleared: User
) -> None:
    pinned(cleared, marked, "methadone 40 mg", "E876")
    pinned(cleared, marked, POTASSIUM, "E876")
    page = reader(signed_in(coder), marked)
    shown = without(TEXT, [PROTECTED])
    assert "methadone" not in page
    assert "".join(text for _, text in printed(page)) == shown
    assert f'data-at="{shown.index(WITHHELD)}">{WITHHELD}</span>' in page
    assert "1 piece of evidence in a passage you may not see." in page
    assert page.count("data-pins=") == 1
    assert f">{POTASSIUM}</mark>" in page
    hidden = Evidence.objects.get(begins=TEXT.index("methadone"))
    assert str(hidden.pk) not in page


def test_reader_escapes_what_stands_in_a_text(coded: CodingRecord, stay: Encounter, coder: User) -> None:
    text = '<script>alert("1")</script> & heart failure, decompensated & acute'
    made = document(stay, text)
    pinned(coder, made, text[: text.index("heart") + 5], text=text)
    page = reader(signed_in(coder), made)
    assert "<script>alert" not in page
    assert "".join(piece for _, piece in printed(page)) == text


def test_reader_is_closed_to_other_houses_and_to_documents_that_are_not_coded(
    coded: CodingRecord, note: Document, facility: Facility, coder: User, outsider: User
) -> None:
    uncoded = document(encounter(facility))
    for user, of in ((outsider, note), (coder, uncoded)):
        client = signed_in(user)
        for path in ("", "differences"):
            assert client.get(f"/coding/documents/{of.pk}/{path}").status_code == 404
        assert client.post(f"/coding/documents/{of.pk}/read", {"number": "1"}).status_code == 404


def test_earlier_version_shows_its_evidence_as_stale_and_takes_no_more(
    coded: CodingRecord, note: Document, coder: User
) -> None:
    pinned(coder, note, HEART)
    amended(note, f"Amended. {TEXT}")
    client = signed_in(coder)
    assert "data-pins" not in reader(client, note)
    old = reader(client, note, "?version=1")
    assert "is-stale" in old
    assert "data-pin=" not in old
    assert "evidence can be pinned there only" in old


def test_opened_document_is_noted_as_read_until_it_changes(coded: CodingRecord, note: Document, coder: User) -> None:
    client = signed_in(coder)
    bench = f"/coding/{coded.encounter_id}/"
    assert f'data-due="/coding/documents/{note.pk}/read"' in reader(client, note)
    assert "2 unread" in client.get(bench).content.decode()
    assert client.post(f"/coding/documents/{note.pk}/read", {"number": "1"}).status_code == 204
    assert told(coder)[-2:] == [("coding.document_read", "attempted"), ("coding.document_read", "done")]
    assert "data-due" not in reader(client, note)
    assert "1 unread" in client.get(bench).content.decode()
    amended(note, f"Amended. {TEXT}")
    assert "2 unread" in client.get(bench).content.decode()
    assert client.post(f"/coding/documents/{note.pk}/read", {"number": "9"}).status_code == 409
    assert client.post(f"/coding/documents/{note.pk}/read", {"number": "x"}).status_code == 409


def test_what_was_filed_since_the_last_visit_is_new(
    coded: CodingRecord, stay: Encounter, note: Document, coder: User
) -> None:
    then = timezone.now() - timedelta(days=1)
    ReadMark.objects.create(
        user=coder, document=note, version=note.versions.get(), patient_id=note.patient_id, read_at=then
    )
    document(stay, "Pathology: adenocarcinoma.", title="Pathology report")
    page = signed_in(coder).get(f"/coding/{coded.encounter_id}/").content.decode()
    assert "2 unread, <strong>2 new</strong>" in page
    assert page.count(">New</span>") == 2


def test_read_marks_are_of_each_person(coded: CodingRecord, note: Document, coder: User, cleared: User) -> None:
    signed_in(coder).post(f"/coding/documents/{note.pk}/read", {"number": "1"})
    assert "data-due" in reader(signed_in(cleared), note)


def test_copied_sentences_name_the_document_they_stand_in_first(
    coded: CodingRecord, stay: Encounter, note: Document, coder: User
) -> None:
    later = document(stay, f"Day 2. {TEXT} New: fever.", title="Progress 2", written_at=ADMITTED_AT + timedelta(days=1))
    page = reader(signed_in(coder), later)
    copied = "".join(re.findall(r'<span class="is-copied"[^>]*>(.*?)</span>', page))
    assert copied == TEXT
    assert f'hx-get="/coding/documents/{note.pk}/"' in page
    assert "Stands first in Consultation" in page
    assert "3 sentences from earlier documents" in page
    assert "is-copied" not in reader(signed_in(coder), note)


def test_copied_text_is_not_told_from_a_passage_the_person_may_not_see(
    coded: CodingRecord, stay: Encounter, marked: Document, coder: User, cleared: User
) -> None:
    later = document(stay, "Takes methadone 40 mg daily.", written_at=ADMITTED_AT + timedelta(days=1))
    assert "is-copied" not in reader(signed_in(coder), later)
    assert "is-copied" in reader(signed_in(cleared), later)


def test_differences_show_words_added_and_removed_but_nothing_withheld(
    coded: CodingRecord, marked: Document, coder: User
) -> None:
    newest = amended(marked, TEXT.replace("Acute on chronic", "Chronic").replace("40 mg", "60 mg"))
    start = newest.text.index("Takes")
    DocumentSection.objects.create(
        version=newest,
        patient_id=marked.patient_id,
        begins=start,
        ends=newest.text.index(" Hypokalemia"),
        labels=["part2"],
    )
    page = signed_in(coder).get(f"/coding/documents/{marked.pk}/differences").content.decode()
    assert "methadone" not in page
    assert "60" not in re.sub(r'"[^"]*"', "", page)
    assert "removed: </span>Acute on chronic</del>" in page
    assert "added: </span>Chronic</ins>" in page
    assert "what changed within it is not shown" in page
    for query in ("?old=9", "?new=9", "?old=0"):
        assert signed_in(coder).get(f"/coding/documents/{marked.pk}/differences{query}").status_code == 404


def test_search_lists_documents_of_this_stay_and_the_reader_marks_the_hits(
    coded: CodingRecord, note: Document, facility: Facility, coder: User
) -> None:
    other = encounter(facility, note.patient)
    document(other, TEXT, title="Elsewhere")
    client = signed_in(coder)
    page = client.post(
        f"/coding/{coded.encounter_id}/documents/search", {"words": "potassium replacing"}
    ).content.decode()
    assert "Consultation" in page
    assert "Elsewhere" not in page
    assert f'hx-post="/coding/documents/{note.pk}/"' in page
    opened = reader(client, note, words="potassium replacing")
    assert re.findall(r'<mark class="hit"[^>]*>(.*?)</mark>', opened) == ["potassium", "replaced"]
    assert "2 hits" in opened
    assert "".join(text for _, text in printed(opened)) == TEXT
    nothing = client.post(f"/coding/{coded.encounter_id}/documents/search", {"words": "<b>zebra</b>"}).content.decode()
    assert "No document of this stay holds “&lt;b&gt;zebra&lt;/b&gt;”." in nothing


def test_search_words_in_a_withheld_passage_are_no_hit(
    coded: CodingRecord, marked: Document, coder: User, cleared: User
) -> None:
    for user, found in ((coder, False), (cleared, True)):
        client = signed_in(user)
        page = client.post(f"/coding/{coded.encounter_id}/documents/search", {"words": "methadone"}).content.decode()
        assert ("Consultation" in page) == found
        assert ('class="hit"' in reader(client, marked, words="methadone")) == found


def test_overlapping_marks_keep_their_meanings(coded: CodingRecord, note: Document, coder: User) -> None:
    pinned(coder, note, "heart failure")
    pinned(coder, note, "systolic heart", "E876")
    found = read_document(by=coder, document_id=note.pk, reader_id=coder.pk, words="heart")
    pieces = [(piece["text"], piece.get("codes", ""), piece["hit"]) for piece in text_pieces(found)]
    assert pieces[1:5] == [
        ("systolic ", "icd10cm:E876", False), ("heart", "icd10cm:E876 icd10cm:I5023", True),
        (" failure", "icd10cm:I5023", False), (TEXT[TEXT.index(". Takes"):], "", False),
    ]  # fmt: skip


def test_reader_needs_as_many_queries_for_twenty_documents_as_for_two(
    coded: CodingRecord, stay: Encounter, note: Document, coder: User
) -> None:
    last = document(stay, f"Last. {TEXT}", written_at=ADMITTED_AT + timedelta(days=3))
    pinned(coder, last, HEART, text=f"Last. {TEXT}")
    client = signed_in(coder)
    address = f"/coding/documents/{last.pk}/"
    few = queries(client, address)
    for number in range(18):
        more = document(stay, f"{number} {TEXT}", written_at=ADMITTED_AT + timedelta(days=1))
        pinned(coder, more, POTASSIUM, "E876", text=f"{number} {TEXT}")
    assert queries(client, address) == few


@pytest.fixture
def returned(facility: Facility, coded: CodingRecord) -> Encounter:
    """An earlier stay of the same patient that ended 20 days before this one, coded and final."""
    before = encounter(
        facility, coded.patient, admitted_at=datetime(2026, 2, 10, 15, tzinfo=UTC),
        discharged_at=datetime(2026, 2, 17, 16, tzinfo=UTC),
    )  # fmt: skip
    lines = [("principal", "I5023", "Y"), ("secondary", "J449", "Y"), ("secondary", "J189", "N")]
    content = {
        "diagnoses": [
            {"role": role, "sequence": place, "code": code, "poa": poa, "title": f"Title {code}"}
            for place, (role, code, poa) in enumerate(lines)
        ],
        "procedures": [], "drg": {"title": "Heart failure with MCC"},
    }  # fmt: skip
    CodingSummary.objects.create(
        encounter=before, patient_id=before.patient_id, facility_id=facility.pk, number=1, content=content, sha256="0" * 64,
        final_drg="291", finalized_by=User.objects.get(is_system=True),
    )  # fmt: skip
    return before


def test_earlier_stays_show_final_codes_readmission_and_chronic_codes_without_evidence(
    returned: Encounter, coded: CodingRecord, note: Document, coder: User
) -> None:
    address = f"/coding/{coded.encounter_id}/earlier-stays"
    client = signed_in(coder)
    page = client.get(address).content.decode()
    assert returned.account_number in page
    assert "DRG 291" in page
    assert "Readmission within 30 days (20 d)" in page
    chronic = page.partition("stays__chronic")[2].partition("</section>")[0]
    assert re.findall(r'codes__code">([^<]+)<', chronic) == ["I50.23", "J44.9"]
    assert chronic.count("Coded, no evidence") == 1
    assert chronic.count("Not coded here") == 1
    pinned(coder, note, HEART)
    chronic = client.get(address).content.decode().partition("stays__chronic")[2].partition("</section>")[0]
    assert re.findall(r'codes__code">([^<]+)<', chronic) == ["J44.9"]
    assert coded.diagnoses.count() == 2


def test_earlier_stays_leave_out_what_is_out_of_reach(
    returned: Encounter, coded: CodingRecord, coder: User, outsider: User
) -> None:
    address = f"/coding/{coded.encounter_id}/earlier-stays"
    assert signed_in(outsider).get(address).status_code == 404
    Encounter.objects.filter(pk=returned.pk).update(labels=["part2"])
    page = signed_in(coder).get(address).content.decode()
    assert returned.account_number not in page
    assert "No earlier stays" in page


def test_earlier_stays_need_as_many_queries_for_ten_as_for_one(
    returned: Encounter, coded: CodingRecord, facility: Facility, coder: User
) -> None:
    client = signed_in(coder)
    address = f"/coding/{coded.encounter_id}/earlier-stays"
    few = queries(client, address)
    for days in range(9):
        at = datetime(2025, 5, 1 + days, 15, tzinfo=UTC)
        encounter(facility, coded.patient, admitted_at=at, discharged_at=at + timedelta(hours=20))
    assert queries(client, address) == few
