"""Writes of the shelf, and codes taken over into a coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.codesets.enums import CodeSystem
from coding.codesets.models import Code
from coding.shelf.enums import PlaceKind
from coding.shelf.judging import judge
from coding.shelf.models import Bookmark, CodeComment, CodeGroup, Favourite, PersonalNote
from coding.shelf.rules import Candidate, role_for
from coding.workbench.changing import changing
from coding.workbench.coded import CodedStay
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.rules import DiagnosisLine
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User

KEPT = frozenset({CodeSystem.ICD10CM, CodeSystem.ICD10PCS, CodeSystem.HCPCS, CodeSystem.CPT})
LONGEST_NOTE = 2000
MOST_FAVOURITES, MOST_GROUPS, MOST_BOOKMARKS = 500, 50, 200


@dataclass(frozen=True)
class Taken:
    """What a transfer did. refused: sentences."""

    record: CodingRecord
    added: list[str]
    refused: list[str]

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.command(Permission.CODING_VIEW, subject="group", event="shelf.starred", detail=("system", "code"))
def star(*, by: User, system: str, code: str, group: CodeGroup | None = None) -> bool:
    """Put a code among the favourites (or in a group), or take it out again; True when it stands there now."""
    _known(system, code)
    rows = Favourite.objects.filter(owner=by)
    there = rows.filter(group=group, system=system, code=code)
    if there.exists():
        there.delete()
        return False
    count = rows.count()
    if count >= MOST_FAVOURITES:
        raise DomainError(f"There are {MOST_FAVOURITES} favourites; take some out first.", field="code")
    Favourite.objects.create(owner=by, group=group, system=system, code=code, position=count)
    return True


@gate.command(Permission.CODING_VIEW, subject="subject", event="shelf.group_made", category=Category.CREATE)
def make_group(*, by: User, name: str, subject: None = None) -> CodeGroup:
    """A new group of codes. Raises DomainError (field name) for a name that is missing, too long or there already."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise DomainError("Give the group a name of at most 60 characters.", field="name")
    own = CodeGroup.objects.filter(owner=by)
    if own.filter(name__iexact=name).exists():
        raise DomainError(f"There is a group {name} already.", field="name")
    if own.count() >= MOST_GROUPS:
        raise DomainError(f"There are {MOST_GROUPS} groups; remove one first.", field="name")
    return CodeGroup.objects.create(owner=by, name=name, position=own.count())


@gate.command(Permission.CODING_VIEW, subject="group", event="shelf.group_removed", category=Category.DELETE)
def remove_group(*, by: User, group: CodeGroup) -> None:
    """A group goes, with what stands in it."""
    CodeGroup.objects.filter(pk=group.pk, owner=by).delete()


@gate.command(Permission.CODING_VIEW, subject="subject", event="shelf.note_written", detail=("system", "code"))
def write_note(*, by: User, system: str, code: str, text: str, subject: None = None) -> None:
    """The person's own note on a code; empty text removes it."""
    _known(system, code)
    words = _text(text)
    if not words:
        PersonalNote.objects.filter(owner=by, system=system, code=code).delete()
        return
    PersonalNote.objects.update_or_create(owner=by, system=system, code=code, defaults={"text": words})


@gate.command(
    Permission.CODING_EDIT, subject="facility", event="shelf.comment_written", category=Category.CREATE,
    detail=("system", "code"),
)  # fmt: skip
def comment(*, by: User, facility: Facility, system: str, code: str, text: str) -> CodeComment:
    """A remark on a code for everyone who codes at the facility. Raises DomainError (field text) when it is empty."""
    _known(system, code)
    words = _text(text)
    if not words:
        raise DomainError("Write the comment first.", field="text")
    return CodeComment.objects.create(facility=facility, author=by, system=system, code=code, text=words)


@gate.command(Permission.CODING_EDIT, subject="comment", event="shelf.comment_withdrawn")
def withdraw(*, by: User, comment: CodeComment) -> CodeComment:
    """An author takes a comment back; it stays on file, unseen."""
    if comment.author_id != by.pk:
        raise DomainError("Only its author withdraws a comment.")
    if comment.withdrawn_at is None:
        comment.withdrawn_at = timezone.now()
        comment.save(update_fields=["withdrawn_at"])
    return comment


@gate.command(Permission.CODING_VIEW, subject="subject", event="shelf.bookmarked", detail=("kind", "place"))
def bookmark(*, by: User, kind: str, place: str, label: str, subject: None = None) -> Bookmark:
    """Keep a place in a book; kept already, it stays one. Raises DomainError (field kind or place)."""
    if kind not in PlaceKind.values:
        raise DomainError("A bookmark lies in the index, the tabular list or the PCS tables.", field="kind")
    if not place or len(place) > 120 or not place.isprintable():
        raise DomainError("This place cannot be bookmarked.", field="place")
    own = Bookmark.objects.filter(owner=by)
    if own.count() >= MOST_BOOKMARKS:
        raise DomainError(f"There are {MOST_BOOKMARKS} bookmarks; remove some first.", field="place")
    words = " ".join(label.split())[:120] or place
    kept, _ = Bookmark.objects.get_or_create(owner=by, kind=kind, place=place, defaults={"label": words})
    return kept


@gate.command(Permission.CODING_VIEW, subject="kept", event="shelf.bookmark_removed", category=Category.DELETE)
def remove_bookmark(*, by: User, kept: Bookmark) -> None:
    """A bookmark goes."""
    Bookmark.objects.filter(pk=kept.pk, owner=by).delete()


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.codes_taken", detail=("source",))
def take_codes(
    *, by: User, record: CodingRecord, version: int, candidates: Sequence[Candidate], source: str = ""
) -> Taken:
    """Codes of another account or of a group become lines here, each judged for this stay; POA and dates are not taken over.

    What is refused is told and left out. Raises DomainError when nothing at all may be taken, StaleCoding for an old page.
    """
    if not candidates:
        raise DomainError("Choose at least one code.", field="code")
    with changing(record, version) as draft:
        why = judge(CodedStay(draft.stay, draft.diagnoses, draft.procedures), candidates)
        fit = [each for each in candidates if each.key not in why]
        if not fit:
            raise DomainError(" ".join(dict.fromkeys(why.values())), field="code")
        _add(draft.record, list(draft.diagnoses), len(draft.procedures), fit)
    return Taken(record, [each.display for each in fit], list(why.values()))


def _add(record: CodingRecord, lines: list[DiagnosisLine], steps: int, fit: Sequence[Candidate]) -> None:
    diagnoses, procedures = [], []
    for each in fit:
        if each.system == CodeSystem.ICD10PCS:
            steps += 1
            procedures.append(CodedProcedure(record=record, sequence=steps, code=each.code))
            continue
        role = role_for(each, lines)
        place = sum(line.role == role for line in lines) + 1
        lines.append(DiagnosisLine(0, role, place, each.code))
        diagnoses.append(CodedDiagnosis(record=record, role=role, sequence=place, code=each.code))
    CodedDiagnosis.objects.bulk_create(diagnoses)
    CodedProcedure.objects.bulk_create(procedures)


def _known(system: str, code: str) -> None:
    """Raises DomainError (field code) for what no loaded release has."""
    if system not in KEPT or not Code.objects.filter(system=system, code=code).exists():
        raise DomainError(f"There is no code {code[:16]} in the loaded releases.", field="code")


def _text(text: str) -> str:
    words = text.replace("\x00", "").strip()
    if len(words) > LONGEST_NOTE:
        raise DomainError(f"At most {LONGEST_NOTE} characters.", field="text")
    return words
