"""Words of stale evidence, looked for in the newest version of their document."""

from __future__ import annotations

from collections.abc import Iterable

from coding.workbench.evidence.models import Evidence
from coding.workbench.evidence.rules import unchanged_places
from hims.lib.access import Permission
from hims.staff.models import User
from records.documents.models import Document, DocumentVersion
from records.sensitivity.passages import Shown, Span, without
from records.sensitivity.withheld import spans_withheld_from

AROUND = 60


class FoundAgain:
    """One piece of evidence and its words in the newest text.

    hidden_then, hidden_now: what is withheld from the person in the version it is pinned to, and in the newest one. readable: they
    may see the words as they were pinned; places: in the newest text, none of them within a withheld passage.
    """

    def __init__(
        self, row: Evidence, newest: DocumentVersion, *, hidden_then: Iterable[Span], hidden_now: Iterable[Span]
    ) -> None:
        self.row, self.newest, self.hidden = row, newest, list(hidden_now)
        old = Span(row.begins or 0, row.ends or 0)
        self.readable = Shown(len(row.version.text), hidden_then).to_shown(old) is not None
        self.words = row.version.text[old.start : old.end] if self.readable else ""
        self.places = unchanged_places(self.words, newest.text, self.hidden)
        self._shown = Shown(len(newest.text), self.hidden)

    def shown(self, place: Span) -> int:
        """Where a place begins in the newest text as it is shown."""
        there = self._shown.to_shown(place)
        return -1 if there is None else there.start

    def around(self, place: Span) -> tuple[str, str, str]:
        """The words before, at and after a place, as they are shown."""
        text, start = without(self.newest.text, self.hidden), self.shown(place)
        end = start + place.end - place.start
        return text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND]


def found_by(by: User, row: Evidence) -> FoundAgain | None:
    """Inside an action of `by`: None when the document is out of reach. row: with its version."""
    if not Document.objects.visible_to(by, Permission.CODING_VIEW).filter(pk=row.document_id).exists():
        return None
    newest = DocumentVersion.objects.filter(document=row.document_id).defer("search").order_by("-number")[:1].get()
    then, now = (spans_withheld_from(by, Permission.CODING_VIEW, pk) for pk in (row.version_id, newest.pk))
    return FoundAgain(row, newest, hidden_then=then, hidden_now=now)
