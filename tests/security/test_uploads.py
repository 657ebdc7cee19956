"""Hostile files at the one door that takes files: refused with a sentence, or kept as bytes that nobody executes.

Encrypted, damaged and over-long files are refused in tests/records/documents too; here stand those that are made to deceive.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hims.proof.paper import assembled, one_page
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentFile
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
AT = "2026-03-10T10:00"
SOUND = one_page("Sound words")
REFUSED = {
    "empty": b"", "zero bytes": b"\x00" * 4096, "HTML": b"<html><script>alert(1)</script>", "SVG": b"<svg onload=alert(1)>",
    "program": b"MZ\x90\x00" + b"\x00" * 200, "ELF": b"\x7fELF" + b"\x00" * 200, "ZIP": b"PK\x03\x04" + b"\x00" * 200,
    "ZIP with a PDF behind": b"PK\x03\x04" + b"\x00" * 60 + SOUND, "HTML before a PDF": b"<script>alert(1)</script>" + SOUND,
    "GIF before a PDF": b"GIF89a" + SOUND, "only a head": b"%PDF-1.7\n", "head and noise": b"%PDF-1.7\n" + b"\xff\x00" * 5000,
    "too large": b"%PDF-1.7\n" + b"0" * (8 * 1024 * 1024 + 1),
    "thousands of pages": assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 10000 /Kids [" + b"3 0 R " * 10_000 + b"] >>",
         b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"]),
    "pages within themselves": assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"]),
    "encrypted": assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>",
         b"<< /Filter /Standard /V 1 /R 2 /O (" + b"x" * 32 + b") /U (" + b"x" * 32 + b") /P -1 >>"],
        b"/Encrypt 3 0 R /ID [<00><00>]"),
    "XML form": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
}  # fmt: skip
KEPT = {
    "script at opening": assembled(
        [b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
         b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"]),
    "program at opening": assembled(
        [b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> >>",
         b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"]),
    "HTML behind": SOUND + b"<script>alert(1)</script>", "ZIP behind": SOUND + b"PK\x03\x04" + b"\x00" * 60,
}  # fmt: skip
NAMES = [
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "a.pdf\x00.exe",
    "x.pdf.exe",
    "x.svg",
    "/etc/shadow",
    "CON",
    "x" * 300 + ".pdf",
    "<script>.pdf",
    "\r\nX: y.pdf",
]


def send(
    user: User, facility: Facility, content: bytes, *, name: str = "scan.pdf", kind: str = "application/pdf"
) -> tuple[int, str]:
    stay = make.encounter(facility)
    answer = signed_in(user).post(
        reverse("records:file_document", args=[stay.pk]),
        {"document_type": "scanned_document", "title": "Scan", "written_at": AT,
         "pdf": SimpleUploadedFile(name, content, content_type=kind)},
    )  # fmt: skip
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("what", REFUSED)
def test_deceiving_file_is_refused_with_a_sentence_soon_and_in_little_memory(
    what: str, specialist: User, facility: Facility
) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    status, page = send(specialist, facility, REFUSED[what])
    assert status == 422
    assert any(word in page for word in ("PDF", "file", "larger"))
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
    assert Document.objects.count() == 0


@pytest.mark.parametrize("what", KEPT)
def test_file_with_something_alive_in_it_comes_back_as_an_attachment_only(
    what: str, specialist: User, facility: Facility
) -> None:
    assert send(specialist, facility, KEPT[what])[0] == 302
    kept = DocumentFile.objects.get()
    answer = signed_in(specialist).get(reverse("records:document_file", args=[kept.version.document_id]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="document-{kept.version.document_id}.pdf"'
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_name_of_a_file_is_never_used(
    name: str, specialist: User, facility: Facility, tmp_path: Path, settings: object
) -> None:
    status, _ = send(specialist, facility, SOUND, name=name)
    assert status in (302, 422)
    for kept in DocumentFile.objects.all():
        answer = signed_in(specialist).get(reverse("records:document_file", args=[kept.version.document_id]))
        assert (
            answer.headers["Content-Disposition"] == f'attachment; filename="document-{kept.version.document_id}.pdf"'
        )


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/x-msdownload", "", "application/pdf; charset=x"]
)
def test_kind_that_the_sender_claims_is_never_used(kind: str, specialist: User, facility: Facility) -> None:
    assert send(specialist, facility, b"<html>", kind=kind)[0] == 422
    assert send(specialist, facility, SOUND, kind=kind)[0] == 302
    assert DocumentFile.objects.get().media_type == "application/pdf"


def test_no_file_of_a_patient_lies_where_the_web_server_serves_files(
    specialist: User, facility: Facility, settings: object
) -> None:
    send(specialist, facility, SOUND)
    assert not Path(settings.MEDIA_ROOT).exists() or not any(Path(settings.MEDIA_ROOT).rglob("*"))  # type: ignore[attr-defined]
    assert getattr(settings, "MEDIA_URL", "") in ("", "/")


def test_path_of_a_static_file_leads_nowhere_else(specialist: User) -> None:
    client = signed_in(specialist, raise_request_exception=False)
    for path in (
        "../hims/settings.py",
        "..%2f..%2fetc/passwd",
        "%2e%2e/manage.py",
        "css/../../manage.py",
        "//etc/passwd",
    ):
        answer = client.get(f"/static/{path}")
        assert answer.status_code in (301, 302, 400, 404), path
        assert "SECRET" not in answer.content.decode(errors="replace")
