"""Pages of accounts that look forgotten."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from audit.authority import authority_of
from audit.staffing.forms import LeaversForm
from audit.staffing.presenters import LEAVERS_HEADER, account_row, crumbs, leaver_row
from audit.staffing.selectors import accounts as selectors
from audit.staffing.views.common import either, page
from hims.lib.access import Permission
from hims.lib.csv_safe import csv_text
from hims.staff.requests import person


@require_GET
def leavers(request: HttpRequest) -> HttpResponse:
    """Leavers and dormant accounts, one kind at a time."""
    by = person(request)
    form = LeaversForm(request.GET or {"kind": "unused", "unused_days": "90"})
    wanted = form.wanted() if form.is_valid() else {"kind": "unused", "unused_days": 90}
    listed = either(by, selectors.leavers_to_manage, selectors.leavers_to_certify)
    found = listed(by=by, **wanted, after=request.GET.get("after", ""))
    context = {
        "rows": [account_row(account) for account in found.rows], "page": found, **wanted,
        "manages": authority_of(by).may(Permission.STAFF_MANAGE), "me": str(by.pk),
        "crumbs": crumbs(("Leavers and dormant accounts", "")), "export_url": reverse("staffing:leavers_file"),
    }  # fmt: skip
    return page(request, "staffing/leavers.html", context, tab="leavers", form=form)


@require_POST
def leavers_file(request: HttpRequest) -> HttpResponse:
    """Every kind in one CSV file."""
    by = person(request)
    form = LeaversForm(request.POST)
    days = form.wanted()["unused_days"] if form.is_valid() else 90
    listed = either(by, selectors.leavers_file_to_manage, selectors.leavers_file_to_certify)
    rows = [leaver_row(kind, account) for kind, account in listed(by=by, unused_days=days)]
    answer = HttpResponse(csv_text(LEAVERS_HEADER, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="leavers.csv"'
    return answer
