"""What was filed is held against its digest, when it is given out and every night. Source: 45 CFR 164.312(c)(1), (2)."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any

import pytest
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from audit import shelves
from audit.tasks import check_files
from billing.claims.models import ClaimFile
from hims.jobs.models import Job
from hims.jobs.tasks import run_job
from hims.lib.digests import require_intact
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.documents.models import Document, DocumentFile, DocumentVersion
from tests.clients import signed_in
from tests.factories import records as make
from tests.records.documents.pdfs import pdf
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


PAGE = pdf("Heart failure.")
DIGEST = hashlib.sha256(PAGE).hexdigest()


def flipped(content: bytes, bit: int) -> bytes:
    """One bit of it is another."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def filed(facility: Facility, content: bytes) -> DocumentFile:
    version = make.document(make.encounter(facility)).versions.get()
    return DocumentFile.objects.create(version=version, media_type="application/pdf", content=content, sha256=DIGEST)


def sent(facility: Facility, by: User, content: bytes) -> ClaimFile:
    return ClaimFile.objects.create(
        facility=facility, form="837I", name="sent.837", receiver_id="R", interchange_number=1, usage="T", claim_count=1,
        sender_id="S", group_number=1, content=content, sha256=DIGEST, created_by=by,
    )  # fmt: skip


def night() -> dict[str, int]:
    """What the jobs of one night found, the parts that follow included; the worker has loaded every app's work."""
    autodiscover_modules("tasks")
    check_files()
    check_files()
    totals = {"files": 0, "damaged": 0}
    while waiting := Job.objects.filter(name=shelves.CHECK, state="pending").first():
        run_job(str(waiting.pk))
        waiting.refresh_from_db()
        assert waiting.state == "done", waiting.error
        totals = {name: totals[name] + waiting.result[name] for name in totals}
    return totals


def damages() -> list[dict[str, object]]:
    return [event for event in events_of(system_user()) if event["event"] == "file.damaged"]


def test_one_bit_flipped_in_each_of_a_thousand_files_is_seen() -> None:
    draw = Random(1)
    assert require_intact(PAGE, DIGEST) == PAGE
    for _ in range(1000):
        with pytest.raises(DomainError, match="not as it was filed"):
            require_intact(flipped(PAGE, draw.randrange(len(PAGE) * 8)), DIGEST)


def test_file_that_changed_is_not_given_out_and_the_refusal_is_recorded(
    coder: User, biller: User, facility: Facility
) -> None:
    good, bad = filed(facility, PAGE), filed(facility, flipped(PAGE, 4000))
    urls = [reverse("records:document_file", args=[file.version.document_id]) for file in (good, bad)]
    assert [signed_in(coder).get(url).status_code for url in urls] == [200, 409]
    assert told(coder)[-1] == ("document.downloaded", "refused")
    answer = signed_in(biller).get(sent(facility, biller, flipped(PAGE, 4000)).get_absolute_url())
    assert (answer.status_code, "not as it was filed" in answer.content.decode()) == (409, True)
    assert told(biller)[-1] == ("claim.file_downloaded", "refused")


def test_night_finds_every_file_that_changed_and_no_other(
    biller: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "PART", 2)
    before = len(damages())
    files = [filed(facility, PAGE) for _ in range(4)]
    assert night() == {"files": 8, "damaged": 0}
    Job.objects.all().delete()
    bad = filed(facility, flipped(PAGE, 11))
    claims = sent(facility, biller, flipped(PAGE, 12))
    text = make.document(make.encounter(facility)).versions.get()
    DocumentVersion.objects.create(
        document=Document.objects.get(pk=text.document_id), patient_id=text.patient_id, number=2, text="Other words.",
        sha256=text.sha256, signed_at=text.signed_at, signed_by="Reyes",
    )  # fmt: skip
    assert night() == {"files": 5 + 7 + 1, "damaged": 3}
    rows: list[dict[str, Any]] = [dict(event) for event in damages()[before:]]
    found = {(row["detail"]["shelf"], tuple(row["patient_ids"])) for row in rows}
    assert found == {
        ("document files", (bad.version.patient_id,)), ("signed texts", (text.patient_id,)), ("claim files", ())
    }  # fmt: skip
    assert files[0].version.patient_id not in {patient for _, patients in found for patient in patients}
    assert str(claims.pk) in {row["detail"]["file"] for row in rows}
