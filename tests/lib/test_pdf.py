"""PDF documents: made without a single fetch, with what the template says."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from hims.lib.pdf import refusing_fetcher, render_pdf

CANARY = "canary-4711"


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


@pytest.fixture
def template(tmp_path: Path, settings: Any) -> Any:
    """Writes a template and gives its name."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    def write(main: str) -> str:
        (tmp_path / "probe.html").write_text('{% extends "pdf/base.html" %}{% block main %}' + main + "{% endblock %}")
        return "probe.html"

    return write


def test_render_pdf_with_words_contains_them_and_the_page_number(template: Any) -> None:
    made = render_pdf(template("<p>Four {{ thing }}</p>"), {"title": "Evidence", "thing": "memberships"})
    assert made.startswith(b"%PDF-")
    assert "Four memberships" in text_of(made)
    assert "Evidence" in text_of(made)
    assert "Page 1 of 1" in text_of(made)


def test_render_pdf_with_markup_in_a_value_prints_it_as_text(template: Any) -> None:
    made = render_pdf(template("<p>{{ thing }}</p>"), {"thing": "<img src=x>"})
    assert "<img src=x>" in text_of(made)


@pytest.mark.parametrize(
    "probe",
    [
        '<img src="file://{path}">',
        '<link rel="attachment" href="file://{path}">',
        '<link rel="stylesheet" href="file://{path}">',
        '<p class="x">text</p><object data="file://{path}" type="text/plain"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{path}"/></svg>',
    ],
)
def test_render_pdf_with_a_reference_to_a_file_leaves_the_file_out(template: Any, tmp_path: Path, probe: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    made = render_pdf(template(probe.replace("{path}", str(secret)) + "<p>still here</p>"), {})
    reader = PdfReader(io.BytesIO(made))
    assert "still here" in text_of(made)
    assert CANARY not in text_of(made)
    assert dict(reader.attachments) == {}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "file:///etc/passwd", "data:text/plain,hello", "ftp://x/y"])
def test_refusing_fetcher_answers_no_address(url: str) -> None:
    fetcher = refusing_fetcher()
    for ask in (fetcher.fetch, fetcher.open, fetcher):
        with pytest.raises(ValueError, match="everything it needs"):
            ask(url)


def test_render_pdf_with_a_refused_address_logs_nothing_of_it(template: Any) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        render_pdf(template(f'<img src="http://127.0.0.1:9/{CANARY}">'), {})
        root.error("the handler works")
    finally:
        root.removeHandler(handler)
    assert written.getvalue() == "the handler works\n"
