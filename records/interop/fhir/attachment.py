"""The content of an attachment or narrative as text, and the file it came as. Nothing is fetched from other places."""

from __future__ import annotations

import base64
import binascii
import re
from html.parser import HTMLParser
from typing import Any

from hims.lib.errors import DomainError
from records.documents.actions import MAX_TEXT
from records.documents.pdf import MAX_BYTES, text_of_pdf
from records.interop.fhir.drafts import DocumentFileDraft
from records.interop.fhir.values import Json, Malformed, line, objs

PDF = "application/pdf"
HTML = frozenset({"text/html", "application/xhtml+xml"})
IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff"})
BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"})
SILENT = frozenset({"script", "style", "head", "title"})
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def content_of(attachments: Any) -> tuple[str, DocumentFileDraft | None]:
    """The best of several attachments: text before PDF before an image. Raises Malformed when none can be kept."""
    held = [each for each in objs(attachments) if isinstance(each.get("data"), str) and each["data"]]
    if not held:
        linked = any(line(each.get("url")) for each in objs(attachments))
        raise Malformed("the content is elsewhere (a link); links are not followed" if linked else "no content")
    ranked = sorted(held, key=lambda each: _rank(_media_type(each)))
    return _read(ranked[0], _media_type(ranked[0]))


def plain_text(text: str) -> str:
    """Text as documents keep it: line ends as LF, no control characters but tab and form feed. Raises Malformed when too long."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    if not clean.isprintable():
        clean = "".join(ch for ch in clean if ch >= " " or ch in "\n\t\f")
    if len(clean) > MAX_TEXT:
        raise Malformed(f"the text is longer than {MAX_TEXT:,} characters")
    return clean.strip()


def html_text(markup: str) -> str:
    """The words of HTML, one block a line."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    joined = "".join(reader.found)
    return plain_text(_BLANK_LINES.sub("\n", "\n".join(" ".join(row.split()) for row in joined.split("\n"))))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self._silent:
            self._silent -= 1
        if tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def _media_type(attachment: Json) -> str:
    return line(attachment.get("contentType")).partition(";")[0].strip().lower() or "text/plain"


def _rank(media_type: str) -> int:
    order = [media_type.startswith("text/plain"), media_type in HTML, media_type == PDF, media_type in IMAGES, True]
    return order.index(True)


def _read(attachment: Json, media_type: str) -> tuple[str, DocumentFileDraft | None]:
    if not media_type.startswith("text/plain") and media_type not in HTML | IMAGES | {PDF}:
        raise Malformed(f"content of type {media_type[:60]} cannot be shown")
    content = _bytes(attachment["data"])
    if media_type == PDF:
        try:
            return plain_text(text_of_pdf(content)), DocumentFileDraft(PDF, content)
        except DomainError as error:
            raise Malformed(error.message) from error
    if media_type in IMAGES:
        return "", DocumentFileDraft(media_type, content)
    text = _decoded(content, line(attachment.get("contentType")))
    return (html_text(text) if media_type in HTML else plain_text(text)), None


def _bytes(data: str) -> bytes:
    if len(data) > MAX_BYTES * 4 // 3 + 4:
        raise Malformed(f"the content is larger than {MAX_BYTES // (1024 * 1024)} MB")
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("the content is not base64") from None


def _decoded(content: bytes, content_type: str) -> str:
    """By the named character set, else UTF-8, else Windows-1252, in which any byte is something."""
    named = _CHARSET.search(content_type)
    for charset in (named[1] if named else "utf-8", "utf-8"):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("cp1252", errors="replace")
