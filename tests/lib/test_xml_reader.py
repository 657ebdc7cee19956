"""XML that we read: complete elements with their lines, and everything hostile refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.errors import DomainError
from hims.lib.xml_reader import CHUNK, DEEPEST, LONGEST_TEXT, records

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<r><x>&c;</x></r>"""
OUTSIDE = b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r><x>&f;</x></r>'
PARAMETER = b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]><r/>'
PLAIN_DOCTYPE = b'<!DOCTYPE r SYSTEM "r.dtd"><r><x/></r>'


def test_records_come_with_words_attributes_children_and_line() -> None:
    content = b'<r>\n <v>1</v>\n <x a="1">one <b>two</b> three\n  <c/></x>\n</r>'
    version, found = records(content, root="r", names=("v", "x"))
    assert (version.words, version.line) == ("1", 2)
    assert (found.words, found.attributes, found.line) == ("one three", {"a": "1"}, 3)
    assert (found.words_of("b"), found.words_of("none"), len(found.all("c"))) == ("two", "", 1)


def test_records_larger_than_a_piece_come_whole_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    content = b"<r>" + b"<x>word</x>" * 20_000 + b"</r>"
    found = list(records(content, root="r", names=("x",), progress=lambda at, total: told.append((at, total))))
    assert len(found) == 20_000
    assert {node.words for node in found} == {"word"}
    assert (told[0], told[-1]) == ((CHUNK, len(content)), (len(content), len(content)))


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, PARAMETER, PLAIN_DOCTYPE])
def test_document_type_and_entities_are_refused_with_their_line(content: bytes) -> None:
    with pytest.raises(DomainError, match=r"Line \d+: the file declares a document type or entities"):
        list(records(content, root="r", names=("x",)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ends too early"),
        (b"<r><x>", "ends too early"),
        (b"<r>\n<x></y></r>", "Line 2: this is not well-formed XML"),
        (b"<r>\n<x>&unknown;</x></r>", "Line 2"),
        (b"<other/>", "begins with <other>, expected is <r>"),
        (b"PK\x03\x04\x00\x00", "Line 1"),
        (b'<?xml version="1.0" encoding="no-such"?><r/>', "Line 1"),
        ("<r>\n<x>café</x></r>".encode("latin-1"), "Line 2: this is not well-formed XML"),
        (b"<r>" + b"<d>" * (DEEPEST + 1) + b"</d>" * (DEEPEST + 1) + b"</r>", "nested too deeply"),
        (b"<r><x>" + b"y" * (LONGEST_TEXT + 1) + b"</x></r>", "longer than"),
    ],
)
def test_damaged_or_strange_file_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        list(records(content, root="r", names=("x",)))


def test_utf_16_is_read_as_it_declares_itself() -> None:
    (found,) = records(
        '<?xml version="1.0" encoding="utf-16"?><r><x>é</x></r>'.encode("utf-16"), root="r", names=("x",)
    )
    assert found.words == "é"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_never_worse(content: bytes) -> None:
    with contextlib.suppress(DomainError):
        list(records(content, root="r", names=("x",)))


@given(st.text(alphabet="<>&;!?/[]%\"'= \nrxENTITYDOCa1", max_size=200))
def test_any_markup_is_read_or_refused_never_worse(text: str) -> None:
    with contextlib.suppress(DomainError):
        list(records(f"<r>{text}</r>".encode(), root="r", names=("x",)))
