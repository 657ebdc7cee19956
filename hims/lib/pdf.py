"""Pages as PDF: the only module that renders one. Nothing is fetched while it does so, neither from the network nor from disk.

The library takes a second to load, so it is loaded with the first document and not with the program.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

STYLES = "css/pdf.css"
# What these libraries say while they work may quote the page.
for _name in ("weasyprint", "fontTools"):
    logging.getLogger(_name).propagate = False


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The template as a tagged PDF, in the styles of `static/css/pdf.css`.

    template: extends "pdf/base.html", which has the blocks title, note and main; it may not refer to other files.
    """
    from weasyprint import CSS, HTML

    html = render_to_string(template, dict(context))
    document = HTML(string=html, url_fetcher=refusing_fetcher())
    made: bytes = document.write_pdf(stylesheets=[CSS(string=_styles(), url_fetcher=refusing_fetcher())], pdf_tags=True)
    return made


@cache
def refusing_fetcher() -> Any:
    """Answers no address at all: images, style sheets, fonts and attachments that a text smuggles in stay outside."""
    from weasyprint.urls import URLFetcher

    class RefusingFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
            raise ValueError("a document brings everything it needs with it")

    return RefusingFetcher(allowed_protocols=(), allow_redirects=False)


@cache
def _styles() -> str:
    found = finders.find(STYLES)
    if not isinstance(found, str):
        raise RuntimeError(f"{STYLES} is missing")
    return Path(found).read_text(encoding="utf-8")
