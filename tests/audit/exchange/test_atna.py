"""DICOM audit messages in syslog: what RFC 5424 and RFC 5425 ask of the bytes."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from itertools import product

import pytest
from defusedxml.ElementTree import fromstring

from audit.exchange.dicom import audit_message
from audit.exchange.syslog import BOM, framed, syslog_message
from audit.trail.enums import Category, Purpose, Result
from tests.audit.exchange.test_fhir import A, B, event

AT = datetime(2026, 3, 9, 18, 0, 1, 5, tzinfo=UTC)
# RFC 5424, section 6: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA SP MSG.
HEADER = re.compile(
    rb"<(\d{1,3})>(1) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128})"
    rb" ([\x21-\x7e]{1,32}) (-) "
)


def read_frames(stream: bytes) -> list[bytes]:
    """As a receiver of RFC 5425 reads them: MSG-LEN SP SYSLOG-MSG, MSG-LEN without leading zero."""
    found = []
    while stream:
        length, _, rest = stream.partition(b" ")
        assert re.fullmatch(rb"[1-9]\d*", length)
        assert len(rest) >= int(length)
        found.append(rest[: int(length)])
        stream = rest[int(length) :]
    return found


def test_frames_are_found_again_by_their_octets() -> None:
    messages = [syslog_message(audit_message(event(actor_name=name)), at=AT, host="h", process="1")
                for name in ("Ann", "Zoë Ångström 漢字", "x" * 100)]  # fmt: skip
    assert read_frames(b"".join(framed(message) for message in messages)) == messages


def test_length_counts_octets_not_characters() -> None:
    message = syslog_message("<a>ü</a>", at=AT, host="h", process="1")
    assert framed(message).startswith(f"{len(message)} ".encode())
    assert len(message) > len(message.decode("utf-8"))


@pytest.mark.parametrize(
    ("host", "process", "shown"),
    [("hims.example", "4711", (b"hims.example", b"4711")), ("", "", (b"-", b"-")), ("zwei wörter", "a b", (b"zweiwrter", b"ab")),
     ("x" * 300, "y" * 60, (b"x" * 255, b"y" * 48))],
)  # fmt: skip
def test_header_is_that_of_rfc_5424(host: str, process: str, shown: tuple[bytes, bytes]) -> None:
    message = syslog_message("<a/>", at=AT, host=host, process=process)
    found = HEADER.match(message)
    assert found is not None
    assert found.groups() == (
        b"85",
        b"1",
        b"2026-03-09T18:00:01.000005Z",
        shown[0],
        b"HIMS",
        shown[1],
        b"IHE+RFC-3881",
        b"-",
    )
    assert message[found.end() :] == BOM + b"<a/>"


@pytest.mark.parametrize(("category", "result", "purpose"), list(product(Category, Result, Purpose)))
def test_every_event_is_well_formed_and_in_the_order_of_the_schema(
    category: Category, result: Result, purpose: Purpose
) -> None:
    text = audit_message(
        event(category=category, result=result, purpose=purpose, patient_ids=[A, B], detail={"text": "a&b<c"})
    )
    root = fromstring(text)
    assert root.tag == "AuditMessage"
    names = [child.tag for child in root]
    assert names == ["EventIdentification", "ActiveParticipant", "ActiveParticipant", "AuditSourceIdentification",
                     *["ParticipantObjectIdentification"] * 3]  # fmt: skip
    what = root[0]
    assert what.attrib["EventActionCode"] in "CRUDE"
    assert what.attrib["EventOutcomeIndicator"] in ("0", "4", "8")
    assert what[0].tag == "EventID"
    assert what[0].attrib.keys() == {"csd-code", "codeSystemName", "originalText"}
    for item in root[4:]:
        assert item[0].tag == "ParticipantObjectIDTypeCode"
        assert item[1].tag in ("ParticipantObjectName", "ParticipantObjectQuery")
        assert {child.tag for child in item[2:]} <= {"ParticipantObjectDetail"}
    assert [item.attrib["ParticipantObjectID"] for item in root[4:6]] == [str(A), str(B)]


def test_detail_is_kept_whole_and_encoded() -> None:
    root = fromstring(audit_message(event(detail={"text": 'a "quoted" & <tagged> ü'})))
    told = {
        item.attrib["type"]: b64decode(item.attrib["value"]).decode() for item in root.iter("ParticipantObjectDetail")
    }
    assert told["text"] == 'a "quoted" & <tagged> ü'


def test_hostile_names_stay_text() -> None:
    root = fromstring(audit_message(event(actor_name='"/><x onload="', actor_role="<script>, ]]>")))
    assert root[1].attrib["UserName"] == '"/><x onload="'
    assert [role.attrib["csd-code"] for role in root[1]] == ["<script>", "]]>"]


@pytest.mark.parametrize(
    ("values", "event_id", "types"),
    [
        ({"category": "sign_in", "event": "staff.signed_in"}, "110114", {"110122"}),
        ({"category": "sign_in", "event": "staff.signed_out"}, "110114", {"110123"}),
        ({"category": "admin", "event": "emergency.opened"}, "110113", {"110127"}),
        ({"category": "admin", "event": "emergency.ended"}, "110113", {"110128"}),
        ({"category": "read", "purpose": "emergency"}, "110110", {"110127"}),
        ({"category": "search"}, "110112", set()),
        ({"category": "export", "event": "claim.exported"}, "110106", set()),
        ({"category": "search", "event": "audit.viewed"}, "110101", set()),
    ],
)  # fmt: skip
def test_event_has_the_code_of_dicom(values: dict[str, str], event_id: str, types: set[str]) -> None:
    root = fromstring(audit_message(event(**values)))
    assert root[0][0].attrib["csd-code"] == event_id
    found = {each.attrib["csd-code"] for each in root.iter("EventTypeCode") if each.attrib["codeSystemName"] == "DCM"}
    assert found == types
