"""The text layer of a PDF; whatever a file does, it is read or refused."""

from __future__ import annotations

import random

import pytest

from hims.lib.errors import DomainError
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
