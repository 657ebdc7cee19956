"""Pages of the history of a coding: the panel, keeping a state, and the reconciliation of states that disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import demand
from coding.workbench.forms import values_of
from coding.workbench.history import presenters
from coding.workbench.history.actions import judge_mismatch, take_snapshot
from coding.workbench.history.enums import SnapshotKind, Verdict
from coding.workbench.history.forms import CompareForm, JudgeForm, KeepForm, MismatchesForm
from coding.workbench.history.selectors import history_for, mismatches, reconciliation_for
from coding.workbench.models import CodingRecord
from coding.workbench.selectors import record_for
from coding.workbench.views import change
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.models import User
from hims.staff.requests import person

PASSED_ON = (AccessDenied, NotVisible, TrailUnavailable)


@require_GET
def history(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The kept states, and the difference of two of them."""
    wanted = CompareForm(request.GET).wanted()
    found = history_for(by=person(request), encounter_id=encounter_id, **wanted)
    return render(request, "coding/workbench/history/panel.html", presenters.history_context(found))


@require_POST
def keep(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The coding as it stands becomes a baseline or a working state."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        kind = SnapshotKind(asked["kind"])
        kept = take_snapshot(by=by, record=record, version=asked["version"], kind=kind, note=asked["note"])
        drg = f" with DRG {kept.final_drg}" if kept.final_drg else ""
        return {"said": f"Kept as state {kept.number}, {kept.get_kind_display().lower()}{drg}."}

    return change(request, encounter_id, KeepForm, step, Permission.DRG_GROUP)


@require_GET
def reconciliation_list(request: HttpRequest) -> HttpResponse:
    """Codings whose states end in different DRGs, oldest first."""
    form = MismatchesForm(request.GET or None)
    wanted = form.wanted() if form.is_bound else {}
    page = mismatches(by=person(request), after=request.GET.get("after", ""), **wanted)
    now = timezone.now()
    rows = [presenters.mismatch_row(each, now) for each in page.rows]
    crumbs = [{"label": "Coding", "url": "/coding/"}, {"label": "Reconciliation"}]
    context = {"form": form, "rows": rows, "page": page, "crumbs": crumbs, "filtered": bool(request.GET.get("verdict"))}
    return render(request, "coding/workbench/history/mismatches.html", context)


@require_http_methods(["GET", "POST"])
def reconciliation(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The mismatches of one coding, side by side; a reviewer judges each."""
    by = person(request)
    refused = ""
    if request.method == "POST":
        demand(by, Permission.CODING_REVIEW, event="coding.mismatch_judged")
        record = record_for(by=by, encounter_id=encounter_id)
        try:
            _judge(by, record, values_of(JudgeForm(request.POST)))
        except PASSED_ON:
            raise
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, "Your judgement is kept.")
            return redirect("coding:reconciliation", encounter_id=encounter_id)
    found = reconciliation_for(by=by, encounter_id=encounter_id)
    context = presenters.reconciliation_context(found, today=timezone.localdate(), judge=by.pk)
    status = 422 if refused else 200
    return render(
        request, "coding/workbench/history/reconciliation.html", {**context, "refused": refused}, status=status
    )


def _judge(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> None:
    judge_mismatch(
        by=by, record=record, mismatch_id=asked["mismatch"], verdict=Verdict(asked["verdict"]), reason=asked["reason"]
    )
