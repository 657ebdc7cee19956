"""A whole import of coded encounters: read, check, write in chunks; continued by running it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import DataError, IntegrityError, transaction

from coding.workbench.abstracts.actions import check_lines, import_lines
from coding.workbench.abstracts.line import CodedLine, read_line
from coding.workbench.abstracts.source import SourceLine
from coding.workbench.abstracts.writer import Chunk
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User

CHUNK_LINES = 1_000
REFUSALS_AT_MOST = 50
AGAIN = "account_number: it was given before, with other content, in line"


@dataclass
class AbstractsImport:
    """One run over one file; digest: SHA-256 of the file."""

    by: User
    facility: Facility
    digest: str
    discharged_on: date | None = None
    dry_run: bool = False
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[tuple[int, str]] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    _refusals: int = 0
    _accounts: dict[str, CodedLine] = field(default_factory=dict)

    def run(self, lines: Iterable[SourceLine]) -> None:
        """All lines. Each chunk of 1,000 stands or falls alone; with dry_run nothing stays."""
        with _rolled_back() if self.dry_run else _kept():
            waiting: list[CodedLine] = []
            for source in lines:
                self.read += 1
                line = self._checked(source)
                if line is not None:
                    waiting.append(line)
                if len(waiting) >= CHUNK_LINES:
                    self._write(waiting)
                    waiting = []
            if waiting:
                self._write(waiting)
        self.rejects.sort()

    @property
    def counts(self) -> dict[str, Any]:
        """For the command's last line."""
        return {
            "read": self.read, "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "rejected": len(self.rejects), "warnings": dict(sorted(self.warnings.items())),
        }  # fmt: skip

    def _checked(self, source: SourceLine) -> CodedLine | None:
        if source.record is None:
            self.rejects.append((source.number, source.reason))
            return None
        try:
            line = read_line(source.number, source.record, self.discharged_on)
        except DomainError as error:
            self.rejects.append((source.number, f"{error.field}: {error.message}" if error.field else error.message))
            return None
        return line if self._is_first(line) else None

    def _is_first(self, line: CodedLine) -> bool:
        """An account comes once; the same line again counts as unchanged."""
        if not line.account_number:
            return True
        earlier = self._accounts.setdefault(line.account_number, line)
        if earlier is line:
            return True
        if replace(line, number=earlier.number) == earlier:
            self.unchanged += 1
        else:
            self.rejects.append((line.number, f"{AGAIN} {earlier.number}"))
        return False

    def _write(self, lines: list[CodedLine]) -> None:
        """Write; when the database refuses, find the line it refuses by halving, so that the others are kept."""
        chunk = Chunk(facility=self.facility, digest=self.digest, lines=lines)
        write = check_lines if self.dry_run else import_lines
        try:
            write(by=self.by, facility=self.facility, chunk=chunk)
        except (DataError, IntegrityError) as error:
            if len(lines) == 1:
                self._refused(lines[0], error)
                return
            middle = len(lines) // 2
            self._write(lines[:middle])
            self._write(lines[middle:])
            return
        self._refusals = 0
        self.created += chunk.created
        self.updated += chunk.updated
        self.unchanged += chunk.unchanged
        self.rejects += chunk.rejects
        self.warnings.update(chunk.warnings)

    def _refused(self, line: CodedLine, error: Exception) -> None:
        """Raises DomainError when nothing else happens any more: then it is not the lines."""
        self._refusals += 1
        if self._refusals >= REFUSALS_AT_MOST:
            raise DomainError(
                f"The database refuses one line after another ({type(error).__name__}); nothing more is tried."
            )
        self.rejects.append((line.number, f"the database refuses it ({type(error).__name__})"))


@contextmanager
def _kept() -> Iterator[None]:
    yield


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Everything inside happens, is counted, and never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
