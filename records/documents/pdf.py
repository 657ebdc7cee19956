"""Reading the text layer of a PDF: the only module that opens PDF files."""

from __future__ import annotations

import io
import logging
import time

from pypdf import PageObject, PdfReader, PdfWriter

from hims.lib.errors import DomainError
from hims.lib.text import clean_lines

MAX_BYTES = 8 * 1024 * 1024
MAX_PAGES = 500
MAX_CHARACTERS = 500_000
MAX_PAGE_BYTES = 4 * 1024 * 1024
MAX_SECONDS = 15.0
TOO_MUCH = "This PDF takes too long to read. Print it to a new PDF, or split it, and try again."
NO_NOTICE = "This file is damaged, so the notice that must go with it cannot be put in. Print the document from its page instead."
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def text_of_pdf(content: bytes) -> str:
    """The text layer, pages parted by a form feed; "" for a scan. Raises DomainError for what is no readable PDF."""
    if len(content) > MAX_BYTES:
        raise DomainError(f"The file is larger than {MAX_BYTES // (1024 * 1024)} MB.", field="pdf")
    if not content.startswith(b"%PDF-"):
        raise DomainError("This file is not a PDF.", field="pdf")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise DomainError("This PDF is encrypted. Save it without a password.", field="pdf")
        if len(reader.pages) > MAX_PAGES:
            raise DomainError(f"This PDF has more than {MAX_PAGES} pages.", field="pdf")
        return clean_lines(_text_layer(reader))
    except DomainError:
        raise
    except Exception as error:  # whatever a damaged file does to the library, it is a damaged file
        raise DomainError("This PDF cannot be read. Print it to a new PDF and try again.", field="pdf") from error


def with_first_page(content: bytes, page: bytes) -> bytes:
    """The PDF with another one before it. Raises DomainError when the file is too damaged to be put together."""
    try:
        joined = PdfWriter()
        joined.append(io.BytesIO(page))
        joined.append(io.BytesIO(content))
        made = io.BytesIO()
        joined.write(made)
    except Exception as error:  # whatever a damaged file does to the library, it is a damaged file
        raise DomainError(NO_NOTICE) from error
    return made.getvalue()


def _text_layer(reader: PdfReader) -> str:
    pages: list[str] = []
    length, until = 0, time.monotonic() + MAX_SECONDS
    for page in reader.pages:
        if time.monotonic() > until or _size(page) > MAX_PAGE_BYTES:
            raise DomainError(TOO_MUCH, field="pdf")
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > MAX_CHARACTERS:
            raise DomainError(f"The text of this PDF is longer than {MAX_CHARACTERS:,} characters.", field="pdf")
    return "\f".join(pages)


def _size(page: PageObject) -> int:
    """Bytes of what draws the page, unpacked: a few kilobytes may hold many million operations."""
    contents = page.get_contents()
    return len(contents.get_data()) if contents is not None else 0
