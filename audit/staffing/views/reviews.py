"""Pages of access reviews."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import demand, facilities_for
from audit.staffing.actions import reviews as actions
from audit.staffing.models import Decision
from audit.staffing.presenters import EVIDENCE_HEADER, crumbs, day, evidence_row, item_row, moment
from audit.staffing.review_forms import DecisionForm, ReviewForm, in_a_month, quarter_title
from audit.staffing.selectors import reviews as selectors
from audit.staffing.views.common import page, posted
from hims.lib.access import Permission
from hims.lib.csv_safe import csv_text
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.forms import add_domain_error
from hims.lib.pdf import render_pdf
from hims.staff.requests import person

STATES = (("", "All"), ("waiting", "Waiting"), ("keep", "Kept"), ("end", "Ended"))


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, newest first."""
    by = person(request)
    facilities = facilities_for(by, Permission.ACCESS_CERTIFY)
    found = selectors.access_reviews(by=by, facilities=facilities, after=request.GET.get("after", ""))
    context = {
        "rows": found.rows, "page": found, "overdue": found.overdue, "today": date.today(),
        "crumbs": crumbs(("Access reviews", "")),
    }  # fmt: skip
    return page(request, "staffing/reviews.html", context, tab="reviews")


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A new review of one facility."""
    by = person(request)
    demand(by, Permission.ACCESS_CERTIFY, event="staff.review_form_opened")
    today = date.today()
    form = ReviewForm(
        posted(request), facilities=facilities_for(by, Permission.ACCESS_CERTIFY),
        initial={"title": quarter_title(today), "due_on": in_a_month(today), "facility": request.GET.get("facility")},
    )  # fmt: skip
    if form.is_valid():
        try:
            review = actions.start_review(by=by, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The review has started.")
            return redirect("staffing:review", review_id=review.pk)
    url = reverse("staffing:reviews")
    context = {
        "title": "Start an access review", "submit": "Start", "cancel_url": url,
        "note": "Every role held at the facility is put before somebody who may certify access and does not hold it.",
        "crumbs": crumbs(("Access reviews", url), ("Start", "")),
    }  # fmt: skip
    return page(request, "staffing/form.html", context, form=form)


@require_GET
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review: what lies before the reader, or everything."""
    by = person(request)
    everyone, state = request.GET.get("whose") == "all", request.GET.get("state", "")
    found = selectors.access_review(
        by=by, review_id=review_id, reviewer=None if everyone else by, after=request.GET.get("after", ""),
        state=state if state in dict(STATES) else "",
    )  # fmt: skip
    rows = [item_row(item, by) for item in found.items]
    context = {
        "found": found, "rows": rows, "page": found, "everyone": everyone, "state": state, "states": STATES,
        "overdue": found.review.closed_at is None and found.review.due_on < date.today(), "left": found.total - found.done,
        "tickable": any(row["together"] for row in rows),
        "crumbs": crumbs(("Access reviews", reverse("staffing:reviews")), (found.review.title, "")),
    }  # fmt: skip
    return page(request, "staffing/review.html", context)


@require_POST
def keep(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Keep the ticked roles."""
    by = person(request)
    found = selectors.access_review(by=by, review_id=review_id, reviewer=by).review
    try:
        ids = [UUID(value) for value in request.POST.getlist("item")]
    except ValueError:
        raise DomainError("This page is damaged. Load it again.") from None
    try:
        kept = actions.keep_together(by=by, review=found, item_ids=ids)
    except (AccessDenied, NotVisible, TrailUnavailable):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{kept} role{'s' if kept != 1 else ''} kept.")
    return redirect("staffing:review", review_id=review_id)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Decide about one role."""
    by = person(request)
    found = selectors.item_to_decide(by=by, item_id=item_id)
    form = DecisionForm(posted(request))
    if form.is_valid():
        decision = Decision(form.cleaned_data["decision"])
        try:
            actions.decide(by=by, item=found, decision=decision, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The role is kept." if decision is Decision.KEEP else "The role has ended.")
            return redirect("staffing:review", review_id=found.review_id)
    trail = (
        ("Access reviews", reverse("staffing:reviews")),
        (found.review.title, _url(found.review_id)),
        (str(found), ""),
    )
    context = {"row": item_row(found, by), "crumbs": crumbs(*trail), "cancel_url": _url(found.review_id)}
    return page(request, "staffing/review_item.html", context, form=form)


@require_POST
def evidence(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """The whole review as a file, CSV or PDF."""
    by = person(request)
    wanted = "pdf" if request.POST.get("form") == "pdf" else "csv"
    found = selectors.review_evidence(by=by, review_id=review_id, form=wanted)
    rows = [evidence_row(item) for item in found.items]
    if wanted == "csv":
        body: str | bytes = csv_text(EVIDENCE_HEADER, rows)
        answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    else:
        context = {
            "title": found.review.title, "review": found.review, "header": EVIDENCE_HEADER, "rows": rows,
            "done": found.done, "total": found.total, "due": day(found.review.due_on), "by": str(by),
            "started": moment(found.review.started_at), "closed": moment(found.review.closed_at),
            "now": moment(timezone.now()),
        }  # fmt: skip
        answer = HttpResponse(render_pdf("staffing/evidence_pdf.html", context), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="access-review.{wanted}"'
    return answer


def _url(review_id: UUID) -> str:
    return reverse("staffing:review", args=[review_id])
