"""Reads of the shelf, and of what codes were used for here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.shelf.judging import judge
from coding.shelf.models import Bookmark, CodeComment, CodeGroup, Favourite, PersonalNote
from coding.shelf.rules import Candidate, taken_over
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.reading import coded_stay
from coding.workbench.rules import Stay
from hims.lib.access import Permission

LAST_USES = 10
MOST_COMMENTS = 50
MOST_ACCOUNTS = 20


@dataclass(frozen=True)
class OwnShelf:
    """What one person keeps: loose favourites, groups with theirs, bookmarks."""

    loose: list[Favourite]
    groups: list[tuple[CodeGroup, list[Favourite]]]
    bookmarks: list[Bookmark]
    patient_ids: tuple[()] = ()


@dataclass(frozen=True)
class CodeCard:
    """What is kept and known here of one code.

    uses: final codings in reach that have it; last: the newest of them. starred: ids of the groups it stands in, None for
    the loose favourites.
    """

    uses: int
    last: list[CodingRecord]
    starred: set[int | None]
    groups: list[CodeGroup]
    note: str
    comments: list[CodeComment]
    patient_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Transfer:
    """Codes that may be taken over into a coding, and why others may not."""

    record: CodingRecord
    stay: Stay
    candidates: list[Candidate]
    refused: dict[str, str]
    source: str

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.CODING_VIEW, Favourite, event="shelf.viewed")
def own_shelf(favourites: QuerySet[Favourite]) -> OwnShelf:
    """Favourites, groups and bookmarks of the person who asks. Three queries."""
    rows = list(favourites.order_by("position", "pk"))
    groups = [(group, [row for row in rows if row.group_id == group.pk]) for group in gate.rows_of(CodeGroup)]
    return OwnShelf([row for row in rows if row.group_id is None], groups, list(gate.rows_of(Bookmark)))


@gate.query(Permission.CODING_VIEW, CodingRecord, event="shelf.code_viewed", detail=("system", "code"))
def code_card(records: QuerySet[CodingRecord], *, system: str, code: str) -> CodeCard:
    """One code: its uses in reach, and what the person and the facilities keep of it. Six queries."""
    lines: Any = CodedProcedure if system == CodeSystem.ICD10PCS else CodedDiagnosis
    used = records.filter(Exists(lines.objects.filter(record=OuterRef("pk"), code=code)), status=CodingStatus.FINALIZED)
    last = list(used.select_related("encounter", "facility").order_by("-discharged_on", "-pk")[:LAST_USES])
    note = gate.rows_of(PersonalNote).filter(system=system, code=code).values_list("text", flat=True).first()
    comments = gate.rows_of(CodeComment).filter(system=system, code=code, withdrawn_at=None)
    starred = gate.rows_of(Favourite).filter(system=system, code=code).values_list("group_id", flat=True)
    return CodeCard(
        used.count() if last else 0, last, set(starred), list(gate.rows_of(CodeGroup)), note or "",
        list(comments.select_related("author", "facility")[:MOST_COMMENTS]), sorted({row.patient_id for row in last}),
    )  # fmt: skip


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.reference_opened")
def stay_for_reference(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> CodingRecord:
    """The record whose coding day, and setting, a book beside it follows."""
    return records.select_related("encounter", "patient", "abstract").get(encounter_id=encounter_id)


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.accounts_listed")
def other_accounts(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> list[CodingRecord]:
    """Other codings of the same patient in reach that hold codes, newest first, with `lines` counted. Two queries."""
    record = records.get(encounter_id=encounter_id)
    rows = records.filter(patient_id=record.patient_id).exclude(pk=record.pk)
    counted = rows.annotate(lines=Count("diagnoses", distinct=True) + Count("procedures", distinct=True))
    found = counted.filter(lines__gt=0).select_related("encounter", "facility")
    return list(found.order_by("-discharged_on", "-pk")[:MOST_ACCOUNTS])


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.transfer_viewed")
def transfer_from(
    records: QuerySet[CodingRecord], *, encounter_id: UUID, source_id: UUID | None = None, group_id: int | None = None
) -> Transfer:
    """Codes of another account of the same patient, or of a group (0: the loose favourites), judged for this one.

    DoesNotExist when the account is not in reach or another patient's. Constant queries.
    """
    record = records.select_related("encounter", "patient", "abstract").get(encounter_id=encounter_id)
    coded = coded_stay(record)
    if source_id is not None:
        source = records.filter(patient_id=record.patient_id).exclude(pk=record.pk)
        other = source.select_related("encounter", "patient", "abstract").get(encounter_id=source_id)
        theirs = coded_stay(other)
        candidates, name = taken_over(theirs.diagnoses, theirs.procedures), f"account {other.encounter.account_number}"
    else:
        candidates, name = _of_group(group_id)
    return Transfer(record, coded.stay, candidates, judge(coded, candidates), name)


def _of_group(group_id: int | None) -> tuple[list[Candidate], str]:
    rows = gate.rows_of(Favourite).order_by("position", "pk")
    name = gate.rows_of(CodeGroup).get(pk=group_id).name if group_id else "favourites"
    picked: Sequence[Favourite] = list(rows.filter(Q(group_id=group_id) if group_id else Q(group=None)))
    return [Candidate(row.system, row.code) for row in picked], name
