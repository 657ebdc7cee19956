"""Audit messages as syslog: the line of RFC 5424 in the octet-counting frames of RFC 5425 (syslog over TLS). No Django."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# Facility 10 (security/authorization), severity 5 (notice), as IHE ATNA asks for: 10 * 8 + 5.
PRIORITY = 85
VERSION = 1
APP_NAME, MESSAGE_ID = "HIMS", "IHE+RFC-3881"
BOM = b"\xef\xbb\xbf"
_HOST, _OTHER = 255, 48


def syslog_message(xml: str, *, at: datetime, host: str, process: str) -> bytes:
    """One RFC 5424 message: header, no structured data, and the XML as UTF-8 with its byte order mark.

    at: aware; it is written in UTC with microseconds. host, process: printable ASCII; what is not is left out.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    header = f"<{PRIORITY}>{VERSION} {moment} {_name(host, _HOST)} {APP_NAME} {_name(process, _OTHER)} {MESSAGE_ID} - "
    return header.encode("ascii") + BOM + xml.encode("utf-8")


def framed(message: bytes) -> bytes:
    """The frame of RFC 5425, section 4.3: the number of octets, a space, the message."""
    return str(len(message)).encode("ascii") + b" " + message


def _name(text: str, longest: int) -> str:
    return re.sub(r"[^\x21-\x7e]", "", text)[:longest] or "-"
