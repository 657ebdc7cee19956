"""Pages of the books. The same partials stand in the pages and in the panels of the workbench."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.codesets import selectors
from coding.codesets.browse import forms, index, pcs_presenters, pcs_rules, presenters, tabular
from coding.codesets.browse.places import Where, is_fragment, where
from coding.codesets.enums import CodeSystem
from coding.codesets.models import Code
from coding.codesets.official.enums import IndexBook
from coding.codesets.selectors import code_on, newest, release_on, shown_titles, validity

HERE = "coding/codesets/browse"
FLAT = (CodeSystem.HCPCS, CodeSystem.CPT)


@require_GET
def index_page(request: HttpRequest, book: str) -> HttpResponse:
    """A book: its letters, the lines of one, of a term, or of what was searched."""
    return _shown(request, "index", index_context(request, forms.book_of(book)), "Index")


@require_GET
def follow(request: HttpRequest, book: str) -> HttpResponse:
    """What a `see` leads to: the one line, or the lines, categories and books it names."""
    at, wanted = where(request.GET), forms.book_of(book)
    shelf = index.open_book(wanted, at.on)
    term = index.line_at(shelf, forms.number_of(request.GET, "term")) if shelf else None
    if shelf is None or term is None:
        raise Http404
    text = term.see_also if request.GET.get("kind") == "also" else term.see
    found = index.leads_to(text, wanted, at.on)
    only = found[0] if len(found) == 1 else None
    if only and only[1] is not None and only[2] is not None:
        context = index_context(request, only[1].book, term=only[2].number)
        context["came"] = presenters.came_from(term, shelf, at, text)
        return _shown(request, "index", context, "Index")
    lines = presenters.follow_lines(found, at)
    back = at.url("index", wanted.value, term=term.number)
    return _shown(request, "follow", {"at": at, "lines": lines, "term": term, "back": back}, "Index")


def index_context(request: HttpRequest, book: IndexBook, *, term: int | None = None) -> dict[str, Any]:
    """What the index page prints."""
    at, asked = where(request.GET), request.GET
    shelf = index.open_book(book, at.on)
    context: dict[str, Any] = {
        "at": at, "book": book, "tabs": presenters.book_tabs(book, at), "shelf": shelf, "columns": presenters.COLUMNS.get(book),
        "q": forms.words_of(asked), "here": at.url("index", book.value),
    }  # fmt: skip
    if shelf is None:
        return context
    number = forms.number_of(asked, "term") if term is None else term
    return {**context, **_index_lines(shelf, at, number, asked, context["q"])}


def _index_lines(shelf: index.Shelf, at: Where, number: int, asked: Any, words: str) -> dict[str, Any]:
    letter, after = asked.get("letter", "")[:4], forms.number_of(asked, "after")
    all_letters = index.letters(shelf)
    told: dict[str, Any] = {
        "letters": presenters.letter_links("index", shelf.book.value, all_letters, letter, at),
    }  # fmt: skip
    if number >= 0:
        listing, path = index.below(shelf, number, after=after), index.path_to(shelf, number)
        more = presenters.page_of(shelf, listing, at, term=number)
        told |= {
            "path": presenters.index_lines(shelf, path, at),
            "term": number,
            "place": f"{shelf.book.value}:{number}",
        }
    elif words:
        listing, more = index.search(shelf, words), ""
    elif letter:
        listing = index.of_letter(shelf, letter, after=after)
        more = presenters.page_of(shelf, listing, at, letter=letter)
    else:
        return told
    searched = bool(words) and number < 0
    base = min((term.level for term in listing.terms), default=0)
    return {
        **told,
        "lines": presenters.index_lines(shelf, listing.terms, at, paths=searched, base=base),
        "more": more,
        "looked": True,
    }


@require_GET
def tabular_page(request: HttpRequest, system: str) -> HttpResponse:
    """The tabular list: the tree around one entry, its notes, its 7th characters; or the chapters."""
    wanted = forms.system_of(system)
    if wanted in FLAT:
        return _shown(request, "flat", flat_context(request, wanted), CodeSystem(wanted).label)
    return _shown(request, "tabular", tabular_context(request, wanted), "Tabular list")


def tabular_context(request: HttpRequest, system: CodeSystem, *, code: str = "") -> dict[str, Any]:
    """What the tabular page prints. Fifteen queries at most."""
    at, code = where(request.GET), code or forms.code_of(request.GET.get("at", ""))
    context: dict[str, Any] = {
        "at": at, "system": system, "sets": presenters.set_tabs(system, at), "release": release_on(system, at.on), "asked": code,
        "here": at.url("tabular", system.value),
    }  # fmt: skip
    row = code_on(system, code, at.on) if code else None
    if row is None:
        late = newest(system, code) if code else None
        reason = validity(system, code, at.on).reason if late else ""
        tree = presenters.tree_lines(tabular.roots(system, at.on), at)
        return {**context, "tree": tree, "problem": reason, "unknown": bool(code) and late is None}
    place = tabular.place_of(row, on=at.on)
    return {
        **context, "row": row, "title": place.title, "tree": presenters.tree_lines(place.tree, at),
        "notes": presenters.linked_notes(place.notes, at), "sevenths": presenters.seventh_lines(place.sevenths, at),
        "previous": _step(place.previous, at), "following": _step(place.following, at), "display": presenters.tabular_name(row),
        "place": f"{system.value}:{row.code}",
    }  # fmt: skip


def _step(row: Code | None, at: Where) -> dict[str, str] | None:
    if row is None:
        return None
    return {"label": presenters.tabular_name(row), "url": at.url("tabular", row.system, at=row.code)}


@require_GET
def branch(request: HttpRequest, system: str) -> HttpResponse:
    """What is below one entry of the tree, as lines of it."""
    at, wanted = where(request.GET), forms.system_of(system)
    row = code_on(wanted, forms.code_of(request.GET.get("at", "")), at.on)
    if row is None:
        raise Http404
    level = min(max(forms.number_of(request.GET, "level"), 1), 9)
    lines = presenters.tree_lines(tabular.opened(row, on=at.on, level=level), at)
    return render(request, f"{HERE}/branch.html", {"tree": lines, "at": at})


def flat_context(request: HttpRequest, system: CodeSystem) -> dict[str, Any]:
    """HCPCS and CPT by their first characters; with nothing loaded, what to load."""
    at, release = where(request.GET), selectors.release_on(system, where(request.GET).on)
    beginning = forms.code_of(request.GET.get("letter", ""))[:4]
    context: dict[str, Any] = {"at": at, "system": system, "sets": presenters.set_tabs(system, at), "release": release}
    if release is None:
        return context
    letters = tabular.letters_of(system, at.on)
    rows, more = (
        tabular.of_letter(system, beginning, at.on, after=forms.code_of(request.GET.get("after", "")))
        if beginning
        else ([], "")
    )
    return {
        **context, "beginning": beginning, "rows": presenters.flat_lines(rows, shown_titles(rows, on=at.on)),
        "letters": presenters.letter_links("tabular", system.value, letters, beginning[:1], at),
        "more": at.url("tabular", system.value, letter=beginning, after=more) if more else "",
        "here": at.url("tabular", system.value),
    }  # fmt: skip


@require_GET
def pcs_page(request: HttpRequest) -> HttpResponse:
    """The builder of ICD-10-PCS codes."""
    return _shown(request, "pcs", pcs_context(request), "PCS tables")


def pcs_context(request: HttpRequest) -> dict[str, Any]:
    """What the builder prints. Nine queries at most."""
    at = where(request.GET)
    text = forms.words_of(request.GET, "code")
    state = pcs_presenters.builder(pcs_rules.typed(text), at)
    return {"at": at, "text": text, "state": state, "states": at.url("pcs_state"), "place": f"pcs:{state['code']}"}


@require_GET
def pcs_state(request: HttpRequest) -> HttpResponse:
    """The builder below its field, after each character."""
    return render(request, f"{HERE}/pcs_state.html", pcs_context(request))


def _shown(request: HttpRequest, name: str, context: dict[str, Any], label: str) -> HttpResponse:
    if is_fragment(request):
        return render(request, f"{HERE}/{name}.html", context)
    page = {**context, "inside": f"{HERE}/{name}.html", "label": label, "crumbs": presenters.crumbs(label)}
    return render(request, f"{HERE}/page.html", page)
