"""Words of the shelf and of the panel about one code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from coding.codesets import selectors as codesets
from coding.codesets.browse import presenters as books
from coding.codesets.browse.guidelines import guidelines_for
from coding.codesets.browse.places import Where
from coding.codesets.browse.tabular import place_of
from coding.codesets.enums import CodeSystem
from coding.codesets.models import Code
from coding.shelf.enums import PlaceKind
from coding.shelf.models import Bookmark, CodeComment, Favourite
from coding.shelf.rules import Candidate
from coding.shelf.selectors import CodeCard, OwnShelf, Transfer
from coding.workbench.models import CodingRecord
from hims.lib.reference_links import links_for
from hims.staff.models import User
from records.presenters import day

WITH_KEYS = 9


def about_code(row: Code, at: Where, *, inpatient: bool | None = None) -> dict[str, Any]:
    """Path, validity, notes, guidelines and states of one entry on a day. Fifteen queries at most."""
    place = place_of(row, on=at.on)
    is_cm = row.system == CodeSystem.ICD10CM
    found = guidelines_for(row.system, row.code, inpatient=inpatient)
    return {
        "row": row, "display": row.display, "title": place.title, "at": at,
        "path": [_step(each, at) for each in place.path],
        "validity": codesets.validity(row.system, row.code, at.on), "release": codesets.release_on(row.system, at.on),
        "severity": codesets.severity_on([row.code], at.on).get(row.code, "") if is_cm else "",
        "poa": codesets.poa_exempt(row.code, at.on) if is_cm and row.billable else None,
        "notes": books.linked_notes(place.notes, at), "sevenths": books.seventh_lines(place.sevenths, at),
        "particular": [each for each in found if not each.general], "general": [each for each in found if each.general],
        "references": links_for(settings.REFERENCE_LINKS, row.display),
    }  # fmt: skip


def _step(row: Code, at: Where) -> dict[str, str]:
    url = at.url("tabular", row.system, at=row.code)
    return {"label": books.tabular_name(row), "code": row.code, "title": row.long_title, "url": url}


def card_lines(card: CodeCard, facilities: Sequence[Any], me: User) -> dict[str, Any]:
    """What is kept of one code."""
    return {
        "uses": card.uses, "note": card.note, "loose": None in card.starred, "last": [_use(row) for row in card.last],
        "groups": [{"id": group.pk, "name": group.name, "starred": group.pk in card.starred} for group in card.groups],
        "comments": [_comment(each, me) for each in card.comments], "facilities": facilities,
    }  # fmt: skip


def _use(row: CodingRecord) -> dict[str, str]:
    return {
        "account": row.encounter.account_number, "on": day(row.discharged_on), "facility": row.facility.code,
        "url": row.get_absolute_url(),
    }  # fmt: skip


def _comment(each: CodeComment, me: User) -> dict[str, Any]:
    return {
        "id": each.pk, "text": each.text, "by": str(each.author), "facility": each.facility.code,
        "on": day(each.written_at.date()), "mine": each.author_id == me.pk,
    }  # fmt: skip


def shelf_lines(shelf: OwnShelf, at: Where) -> dict[str, Any]:
    """Favourites with their titles on the day, groups, bookmarks. The first nine of each have a key."""
    every = [*shelf.loose, *(row for _, rows in shelf.groups for row in rows)]
    titles = _titles(every, at.on)
    return {
        "loose": _numbered("shelf", [_favourite(row, titles) for row in shelf.loose]),
        "groups": _numbered(
            "group",
            [
                {"id": group.pk, "name": group.name, "rows": [_favourite(row, titles) for row in rows], "count": len(rows)}
                for group, rows in shelf.groups
            ]
        ),
        "bookmarks": [_mark(mark, at) for mark in shelf.bookmarks],
    }  # fmt: skip


def _numbered(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the command that adds each of the first ones."""
    return [{**row, "command": f"{kind}.{place}" if place <= WITH_KEYS else ""} for place, row in enumerate(rows, 1)]


def _favourite(row: Favourite, titles: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    title = titles.get((row.system, row.code), "")
    return {
        "id": row.pk,
        "system": row.system,
        "code": row.code,
        "display": row.display,
        "title": title or "not in force on this day",
        "gone": not title,
    }


def _titles(rows: Sequence[Favourite | Candidate], on: date) -> dict[tuple[str, str], str]:
    found = {}
    for system in dict.fromkeys(row.system for row in rows):
        codes = [row.code for row in rows if row.system == system]
        found.update({(system, code): title for code, title in codesets.titles_for(system, codes, on=on).items()})
    return found


def _mark(mark: Bookmark, at: Where) -> dict[str, Any]:
    return {
        "id": mark.pk, "label": mark.label, "kind": mark.get_kind_display(), "panel": mark.kind, **_place(mark, at),
    }  # fmt: skip


def _place(mark: Bookmark, at: Where) -> dict[str, Any]:
    """Where a bookmark leads, as an address and as the words a panel is asked with."""
    left, _, right = mark.place.partition(":")
    if mark.kind == PlaceKind.INDEX:
        return {
            "url": at.url("index", left or "icd10cm_index", term=right),
            "query": json.dumps({"book": left, "term": right}),
        }
    if mark.kind == PlaceKind.TABULAR:
        return {
            "url": at.url("tabular", left or "icd10cm", at=right),
            "query": json.dumps({"system": left, "at": right}),
        }
    return {"url": at.url("pcs", code=right), "query": json.dumps({"code": right})}


def account_lines(rows: Sequence[CodingRecord]) -> list[dict[str, Any]]:
    """Other accounts of the patient that hold codes."""
    return [
        {
            "account": row.encounter.account_number, "class": row.encounter.get_encounter_class_display(),
            "on": day(row.discharged_on), "facility": row.facility.code, "lines": getattr(row, "lines", 0),
            "source": str(row.encounter_id), "status": row.get_status_display(),
        }
        for row in rows
    ]  # fmt: skip


def transfer_lines(transfer: Transfer) -> list[dict[str, Any]]:
    """Codes to take over, those that are refused with the reason."""
    titles = _titles(transfer.candidates, transfer.stay.coded_on)
    return [
        {
            "key": each.key, "display": each.display, "title": titles.get((each.system, each.code), ""),
            "refused": transfer.refused.get(each.key, ""),
        }
        for each in transfer.candidates
    ]  # fmt: skip
