"""The text layer of a PDF; whatever a file does, it is read or refused."""

from __future__ import annotations

import random
import time
import zlib

import pytest

from hims.lib.errors import DomainError
from hims.proof.paper import assembled
from records.documents import pdf as reading
from records.documents.pdf import text_of_pdf
from tests.records.documents.pdfs import encrypted, pdf


def test_text_of_pdf_is_its_pages_parted_by_form_feeds() -> None:
    assert text_of_pdf(pdf("Heart failure.", "Discharged home.")) == "Heart failure.\fDischarged home."


def test_text_of_a_scan_is_blank() -> None:
    assert text_of_pdf(pdf("")) == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a PDF"),
        (b"PK\x03\x04 a spreadsheet", "not a PDF"),
        (b"<html>%PDF-1.4", "not a PDF"),
        (b"%PDF-1.4", "cannot be read"),
        (b"%PDF-1.4\n" + b"\x00" * 500, "cannot be read"),
        (pdf("x")[:200], "cannot be read"),
    ],
)
def test_text_of_what_is_no_pdf_is_refused_beside_the_field(content: bytes, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence) as refused:
        text_of_pdf(content)
    assert refused.value.field == "pdf"


def test_text_of_an_encrypted_pdf_is_refused() -> None:
    with pytest.raises(DomainError, match="encrypted"):
        text_of_pdf(encrypted(pdf("secret")))


def test_text_of_a_pdf_too_large_is_refused_unread() -> None:
    with pytest.raises(DomainError, match="larger than 8 MB"):
        text_of_pdf(b"%PDF-" + b"0" * reading.MAX_BYTES)


@pytest.mark.parametrize(
    ("limit", "sentence"), [("MAX_PAGES", "more than 1 pages"), ("MAX_CHARACTERS", "longer than 1 ")]
)
def test_text_of_a_pdf_with_too_much_in_it_is_refused(
    limit: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, limit, 1)
    with pytest.raises(DomainError, match=sentence):
        text_of_pdf(pdf("one", "two"))


@pytest.mark.parametrize("seed", range(60))
def test_text_of_a_damaged_pdf_is_read_or_refused(seed: int) -> None:
    draw = random.Random(seed)
    content = bytearray(pdf("Heart failure.", "Discharged home."))
    for _ in range(draw.randint(1, 40)):
        content[draw.randrange(8, len(content))] = draw.randrange(256)
    try:
        text = text_of_pdf(bytes(content))
    except DomainError as refused:
        text = refused.message
    assert "\x00" not in text
    text.encode()


def packed(operations: bytes, pages: int = 1) -> bytes:
    """A PDF whose pages share one compressed stream of operations."""
    stream = zlib.compress(operations, 9)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R /Resources << /Font << /F1"
        b" << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    )
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    return assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
         b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream), *[page] * pages]
    )  # fmt: skip


def test_text_of_a_page_of_many_million_operations_is_refused_soon() -> None:
    content, began = packed(b"BT ET " * 4_000_000), time.monotonic()
    assert len(content) < 100_000
    with pytest.raises(DomainError, match="takes too long") as refused:
        text_of_pdf(content)
    assert refused.value.field == "pdf"
    assert time.monotonic() - began < 5


def test_text_of_many_pages_that_share_one_heavy_stream_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.documents.pdf.MAX_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(DomainError, match="takes too long"):
        text_of_pdf(packed(b"BT ET " * 100_000, pages=400))
    assert time.monotonic() - began < 5


def test_text_of_an_ordinary_packed_pdf_is_read() -> None:
    assert text_of_pdf(packed(b"BT /F1 12 Tf (Heart failure) Tj ET", pages=2)) == "Heart failure\fHeart failure"
