"""Reading the text layer of a PDF: the only module that opens PDF files."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from hims.lib.errors import DomainError

MAX_BYTES = 8 * 1024 * 1024
MAX_PAGES = 500
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
        return "\f".join(page.extract_text() for page in reader.pages).replace("\x00", "")
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, RecursionError, AttributeError) as error:
        raise DomainError("This PDF cannot be read. Print it to a new PDF and try again.", field="pdf") from error
