"""XML that we write is well formed, whatever the words."""

from __future__ import annotations

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.text import squeeze
from hims.lib.xml_text import Element, document


def test_document_has_its_declaration_and_escapes_words() -> None:
    root = Element("a", {"b": '"<&>'}, [Element("c", text="1 < 2 & 3")])
    assert (
        document(root) == """<?xml version="1.0" encoding="UTF-8"?><a b='"&lt;&amp;&gt;'><c>1 &lt; 2 &amp; 3</c></a>"""
    )


def test_element_without_content_is_closed_at_once() -> None:
    assert str(Element("a")) == "<a/>"


@given(st.text(), st.text())
def test_any_words_come_back_as_they_are_kept(value: str, text: str) -> None:
    root = fromstring(document(Element("a", {"b": value}, text=text)).encode("utf-8", "surrogatepass"))
    assert root.attrib["b"] == squeeze(value)
    assert (root.text or "") == squeeze(text)
