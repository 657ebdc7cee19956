"""Pages of the shelf, outside of any coding."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.gate import demand, facilities_for
from audit.walls import standing_for
from coding.codesets.browse.forms import code_of
from coding.codesets.browse.places import where
from coding.codesets.enums import CodeSystem
from coding.shelf import actions, presenters
from coding.shelf.forms import BookmarkForm, CommentForm, GroupForm, NoteForm, StarForm
from coding.shelf.models import Bookmark, CodeComment, CodeGroup
from coding.shelf.selectors import code_card, own_shelf
from coding.workbench.forms import values_of
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.staff.models import User
from hims.staff.requests import person

CARD = "coding/shelf/card.html"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Favourites, groups and bookmarks of the person."""
    at = where(request.GET)
    context = {**presenters.shelf_lines(own_shelf(by=person(request)), at), "at": at, "crumbs": [{"label": "Shelf"}]}
    return render(request, "coding/shelf/page.html", context)


@require_GET
def card(request: HttpRequest, system: str, code: str) -> HttpResponse:
    """What is kept of one code, as a fragment for its page."""
    return _card(request, system, code)


@require_POST
def star(request: HttpRequest) -> HttpResponse:
    """Among the favourites, or in a group; or out again."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="shelf.starred")
    asked = values_of(StarForm(request.POST))
    group = _own(CodeGroup, by, asked["group"]) if asked["group"] else None
    there = actions.star(by=by, system=asked["system"], code=asked["code"], group=group)
    name = f" {group}" if group else " the favourites"
    return _card(request, asked["system"], asked["code"], said=f"{'In' if there else 'Out of'}{name}.")


@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """The person's own note on a code."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="shelf.note_written")
    asked = values_of(NoteForm(request.POST))
    actions.write_note(by=by, system=asked["system"], code=asked["code"], text=asked["text"])
    return _card(request, asked["system"], asked["code"], said="Note saved." if asked["text"] else "Note removed.")


@require_POST
def comment(request: HttpRequest) -> HttpResponse:
    """A remark on a code for a facility, or one taken back (withdraw)."""
    by = person(request)
    demand(by, Permission.CODING_EDIT, event="shelf.comment_written")
    asked = values_of(CommentForm(request.POST))
    withdrawn = request.POST.get("withdraw", "")
    if withdrawn.isascii() and withdrawn.isdigit():
        actions.withdraw(by=by, comment=_own(CodeComment, by, int(withdrawn[:15])))
        return _card(request, asked["system"], asked["code"], said="Comment withdrawn.")
    places = facilities_for(by, Permission.CODING_EDIT)
    facility = next((place for place in places if asked["facility"] in {None, place.pk}), None)
    if facility is None:
        raise DomainError("Choose a facility at which you code.", field="facility")
    try:
        actions.comment(by=by, facility=facility, system=asked["system"], code=asked["code"], text=asked["text"])
    except DomainError as error:
        if error.field != "text":
            raise
        return _card(request, asked["system"], asked["code"], refused=error.message, status=422)
    return _card(request, asked["system"], asked["code"], said="Comment shared.")


@require_POST
def groups(request: HttpRequest) -> HttpResponse:
    """A new group, or one removed."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="shelf.group_made")
    asked = values_of(GroupForm(request.POST))
    if asked["remove"]:
        actions.remove_group(by=by, group=_own(CodeGroup, by, asked["remove"]))
        return _toast("Group removed.", refresh=True)
    made = actions.make_group(by=by, name=asked["name"])
    return _toast(f"Group {made} made.", refresh=True)


@require_POST
def bookmark(request: HttpRequest) -> HttpResponse:
    """A place kept, or one removed."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="shelf.bookmarked")
    asked = values_of(BookmarkForm(request.POST))
    if asked["remove"]:
        actions.remove_bookmark(by=by, kept=_own(Bookmark, by, asked["remove"]))
        return _toast("Bookmark removed.", refresh=True)
    kept = actions.bookmark(by=by, kind=asked["kind"], place=asked["place"], label=asked["label"])
    return _toast(f"Bookmarked: {kept}.")


def _own(model: type[Model], by: User, key: int) -> Any:
    """A row the person may name. Raises NotVisible."""
    manager: Any = model._default_manager
    with standing_for(by):
        row = manager.all().visible_to(by, Permission.CODING_VIEW).filter(pk=key).first()
    if row is None:
        raise NotVisible("There is nothing here that you can open.")
    return row


def _card(request: HttpRequest, system: str, code: str, *, status: int = 200, **words: str) -> HttpResponse:
    by, plain = person(request), code_of(code)
    if system not in CodeSystem.values or not plain:
        raise Http404
    return render(request, CARD, {**card_context(by, system, plain), **words}, status=status)


def card_context(by: User, system: str, code: str) -> dict[str, Any]:
    """What is kept of one code, for its card."""
    kept = code_card(by=by, system=system, code=code)
    places = facilities_for(by, Permission.CODING_EDIT)
    return {"card": presenters.card_lines(kept, places, by), "system": system, "code": code}


def _toast(text: str, *, refresh: bool = False) -> HttpResponse:
    told: dict[str, Any] = {"toast": {"text": text, "tone": "done"}}
    if refresh:
        told["shelf-changed"] = ""
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
