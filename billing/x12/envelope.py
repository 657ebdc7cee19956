"""The envelope: ISA, GS and ST with their trailers, control numbers given from outside.

Uniqueness of the control numbers over time (X12 RFI 1220: GS01 + GS02 + GS03 + GS06) is the caller's, who
keeps them in the database; here they are only written, and the counts in SE, GE and IEA computed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.x12.loops import TransactionSet
from billing.x12.segments import COMPONENT, REPETITION, Segment, clean, render, seg

INTERCHANGE_VERSION = "00501"
LARGEST_CONTROL_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Addresses and numbers of one interchange with one functional group.

    sender_id, receiver_id: ISA06 and ISA08, 2-15 characters; *_qualifier: ISA05 and ISA07, "ZZ" mutually
    defined; sender_code, receiver_code: GS02 and GS03, 2-15 characters, the ids when blank.
    interchange_number: ISA13, group_number: GS06, both 1 to 999,999,999. usage: "P" production or "T" test.
    created_at: facility-local. Raises ValueError outside these ranges.
    """

    sender_id: str
    receiver_id: str
    interchange_number: int
    group_number: int
    created_at: dt.datetime
    usage: str = "T"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    sender_code: str = ""
    receiver_code: str = ""
    acknowledgment_requested: bool = False

    def __post_init__(self) -> None:
        for name in ("interchange_number", "group_number"):
            _check_number(name, getattr(self, name))
        for name in ("sender_id", "receiver_id", "sender_code", "receiver_code"):
            _check_id(name, getattr(self, name), required=name.endswith("_id"))
        if self.usage not in {"P", "T"}:
            raise ValueError("usage is P (production) or T (test)")


def _check_number(name: str, number: int) -> None:
    if not 1 <= number <= LARGEST_CONTROL_NUMBER:
        raise ValueError(f"{name} must be between 1 and {LARGEST_CONTROL_NUMBER}")


def _check_id(name: str, value: str, *, required: bool) -> None:
    if clean(value) != value or len(value) > 15 or (required and len(value) < 2):
        raise ValueError(f"{name} must be 2 to 15 upper-case characters without separators")


def interchange(sets: Sequence[TransactionSet], envelope: Envelope) -> list[Segment]:
    """All segments of the file, ISA to IEA.

    Raises ValueError when the sets are none, follow different guides, or repeat a control number.
    """
    guides = {each.guide for each in sets}
    if len(guides) != 1:
        raise ValueError("one functional group holds transaction sets of one guide")
    if len({each.control_number for each in sets}) != len(sets):
        raise ValueError("transaction set control numbers repeat within the group")
    body = [segment for each in sets for segment in _framed(each)]
    group = str(envelope.group_number)
    return [
        _isa(envelope),
        _gs(envelope, guides.pop()),
        *body,
        seg("GE", str(len(sets)), group),
        seg("IEA", "1", f"{envelope.interchange_number:09d}"),
    ]


def document(sets: Sequence[TransactionSet], envelope: Envelope) -> bytes:
    """The file itself: ASCII, one segment a line, byte-identical for the same input."""
    return render(interchange(sets, envelope))


def _framed(each: TransactionSet) -> list[Segment]:
    """ST, body, SE; the count in SE01 includes both."""
    _check_number("control_number", each.control_number)
    control = f"{each.control_number:04d}"
    trailer = seg("SE", str(len(each.body) + 2), control)
    return [seg("ST", "837", control, each.guide), *each.body, trailer]


def _isa(envelope: Envelope) -> Segment:
    """The one segment of fixed width: 106 characters with its terminator."""
    at = envelope.created_at
    return (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        envelope.sender_qualifier,
        envelope.sender_id.ljust(15),
        envelope.receiver_qualifier,
        envelope.receiver_id.ljust(15),
        f"{at:%y%m%d}",
        f"{at:%H%M}",
        REPETITION,
        INTERCHANGE_VERSION,
        f"{envelope.interchange_number:09d}",
        "1" if envelope.acknowledgment_requested else "0",
        envelope.usage,
        COMPONENT,
    )


def _gs(envelope: Envelope, guide: str) -> Segment:
    at = envelope.created_at
    sender = envelope.sender_code or envelope.sender_id
    receiver = envelope.receiver_code or envelope.receiver_id
    return seg("GS", "HC", sender, receiver, f"{at:%Y%m%d}", f"{at:%H%M}", str(envelope.group_number), "X", guide)
