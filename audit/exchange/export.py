"""Writes the trail of a period to a file, in the format of a receiver; all of it or nothing."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from audit.exchange.dicom import audit_message
from audit.exchange.fhir import audit_events, line
from audit.exchange.syslog import framed, syslog_message
from audit.trail.filters import EventFilter
from audit.trail.models import AuditEvent
from audit.trail.selectors import Written, audit_written
from hims.staff.models import User

Writer = Callable[[AuditEvent, BinaryIO], int]


def as_fhir(event: AuditEvent, out: BinaryIO) -> int:
    """AuditEvents, one JSON object a line; how many."""
    resources = list(audit_events(event))
    for resource in resources:
        out.write(f"{line(resource)}\n".encode())
    return len(resources)


def as_atna(event: AuditEvent, out: BinaryIO) -> int:
    """One DICOM audit message in a syslog frame, ready for a TLS connection to an audit repository."""
    message = syslog_message(audit_message(event), at=event.at, host=socket.gethostname(), process=str(os.getpid()))
    out.write(framed(message))
    return 1


FORMATS: dict[str, Writer] = {"fhir": as_fhir, "atna": as_atna}


def export_to_file(*, by: User, wanted: EventFilter, to: Path, form: str, reason: str = "") -> tuple[int, int]:
    """(events, records written). The file appears when it is complete and on disk, and the export is in the trail."""
    write, records = FORMATS[form], 0
    handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:

            def take(event: AuditEvent) -> None:
                nonlocal records
                records += write(event, out)

            done: Written = audit_written(by=by, wanted=wanted, write=take, reason=reason)
            out.flush()
            os.fsync(out.fileno())
        scratch.replace(to)
    finally:
        scratch.unlink(missing_ok=True)
    return done.count, records
