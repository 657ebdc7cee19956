"""Pages of investigation cases: the list, one case, and its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.cases.actions import add_evidence, record_step, set_patients, write_note
from audit.cases.enums import CaseState
from audit.cases.forms import FindPatientForm, NoteForm, StepForm, ticked
from audit.cases.models import Case
from audit.cases.presenters import (
    assessment_rows,
    case_facts,
    case_row,
    clock_rows,
    day,
    evidence_row,
    moment,
    patient_rows,
)
from audit.cases.selectors import (
    CaseFile,
    case_counts,
    case_file,
    case_list,
    case_to_change,
    case_to_print,
    chosen_events,
)
from audit.monitoring.limits import demand_reason
from audit.staffing.finders import finder
from audit.subjects import patient_names
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.pdf import render_pdf
from hims.staff.models import User
from hims.staff.requests import person

PRIVACY = {"label": "Privacy", "url": "/privacy/"}
CASES = {"label": "Cases", "url": "/privacy/cases/"}
SORTS = (("deadline", "Nearest deadline"), ("-deadline", "Farthest deadline"), ("newest", "Newest case"))


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Cases of the person's facilities, the nearest deadline first."""
    by = person(request)
    state = request.GET.get("state", CaseState.OPEN)
    sort = request.GET.get("sort", "deadline")
    page = case_list(by=by, state=state, sort=sort, after=request.GET.get("after", ""))
    counts = case_counts(by=by, today=timezone.localdate())
    now = timezone.now()
    context = {
        "rows": [case_row(case, now) for case in page.rows], "page": page, "sort": sort, "sorts": SORTS, "state": state,
        "overdue": counts.overdue, "crumbs": [PRIVACY, {"label": "Cases"}],
        "tabs": [
            {"label": "Open", "url": "?state=open", "current": state == "open", "count": counts.open},
            {"label": "Closed", "url": "?state=closed&sort=newest", "current": state == "closed"},
            {"label": "All", "url": "?state=all", "current": state not in ("open", "closed")},
        ],
    }  # fmt: skip
    return render(request, "privacy/cases.html", context)


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case with its clock, evidence, steps and notes."""
    by = person(request)
    found = case_file(by=by, case_id=case_id)
    return render(request, "privacy/case.html", {**_page(by, found), **_forms(found.case)})


def _page(by: User, found: CaseFile) -> dict[str, Any]:
    """What the page and the file of a case both show."""
    zone = found.case.facility.time_zone
    ids = found.patient_ids
    names = patient_names(by, ids)
    return {
        "case": found.case, "title": f"Case {found.case.number}", "facts": case_facts(found),
        "clock": clock_rows(found, timezone.now()), "zone": zone,
        "assessments": [assessment_rows(each, zone) for each in reversed(found.assessments)],
        "evidence": [evidence_row(item, zone, names) for item in found.evidence],
        "altered": sum(not item.unchanged for item in found.evidence),
        "patients": patient_rows(found.case.patient_ids, names),
        "evidence_patients": len(ids) - len(set(found.case.patient_ids)),
        "steps": [{"on": day(step.done_on), "words": step.get_kind_display(), "text": step.text,
                   "by": f"{step.recorded_by}, {moment(step.recorded_at, zone)}"} for step in found.steps],
        "notes": [{"text": note.text, "by": str(note.written_by), "at": moment(note.written_at, zone)}
                  for note in found.notes],
        "closed": moment(found.case.closed_at, zone) if found.case.closed_at else "", "subjects": found.subjects,
        "crumbs": [PRIVACY, CASES, {"label": found.case.number}],
    }  # fmt: skip


def _forms(case: Case) -> dict[str, Any]:
    return {
        "note_form": NoteForm(auto_id="note_%s"),
        "step_form": StepForm(zone=case.facility.time_zone, auto_id="step_%s"),
        "find_form": FindPatientForm(auto_id="find_%s"),
    }


@require_POST
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One more note."""
    found = case_to_change(by=person(request), case_id=case_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    return _added(
        request, found, "note_form", form, lambda: write_note(by=person(request), case=found, **form.cleaned_data)
    )


@require_POST
def step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Something was done."""
    found = case_to_change(by=person(request), case_id=case_id)
    form = StepForm(request.POST, zone=found.facility.time_zone, auto_id="step_%s")
    return _added(
        request, found, "step_form", form, lambda: record_step(by=person(request), case=found, **form.values())
    )


def _added(request: HttpRequest, found: Case, name: str, form: Any, act: Callable[[], object]) -> HttpResponse:
    """Back to the case, or the case again with the form and its errors."""
    if form.is_valid():
        try:
            act()
            return redirect(f"{found.get_absolute_url()}#{name.removesuffix('_form')}s")
        except (AccessDenied, NotVisible, TrailUnavailable):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    by = person(request)
    context = {**_page(by, case_file(by=by, case_id=found.pk)), **_forms(found), name: form}
    return render(request, "privacy/case.html", context, status=422)


@require_POST
def evidence(request: HttpRequest) -> HttpResponse:
    """The ticked events of a search become evidence of the chosen case."""
    by = person(request)
    try:
        found = case_to_change(by=by, case_id=UUID(request.POST.get("case", "")))
    except ValueError:
        raise DomainError("Choose a case.", field="case") from None
    events = chosen_events(by=by, chosen=ticked(request.POST.getlist("events")))
    added = add_evidence(by=by, case=found, events=events)
    plural = "" if added.count == 1 else "s"
    words = (
        f"{added.count} event{plural} added." if added.count else "Nothing new: these events are in the case already."
    )
    messages.success(request, words)
    return redirect(found)


@require_POST
def patients(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Patients come into the case by medical record number or from its evidence, or leave it."""
    by = person(request)
    found = case_to_change(by=by, case_id=case_id)
    ids: list[UUID] = list(found.patient_ids)
    if "remove" in request.POST:
        ids = [key for key in ids if str(key) != request.POST["remove"]]
    elif "from_evidence" in request.POST:
        rows = case_file(by=by, case_id=case_id).evidence
        ids += [UUID(key) for item in rows for key in item.row.frozen["patient_ids"]]
    else:
        numbers = [word for word in request.POST.get("text", "")[:1000].replace(",", " ").split() if "\x00" not in word]
        known = finder().by_number(by=by, facility=found.facility, numbers=numbers)
        if not known:
            messages.error(request, "No patient of this facility has this medical record number.")
            return redirect(found)
        ids += [patient.patient_id for patient in known]
    set_patients(by=by, case=found, patient_ids=ids)
    return redirect(found)


@require_POST
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole case as PDF; an event of its own, and with a reason when many patients are in it."""
    by = person(request)
    count = len(case_file(by=by, case_id=case_id).patient_ids)
    try:
        reason = demand_reason(count, request.POST.get("reason", ""))
    except DomainError as error:
        context = {"error": error.message, "kind": "pdf", "kind_label": "PDF", "action": request.path,
                   "cancel_url": f"/privacy/cases/{case_id}/", "crumbs": [PRIVACY, CASES, {"label": "PDF"}]}  # fmt: skip
        return render(request, "audit/export_reason.html", context, status=422)
    found = case_to_print(by=by, case_id=case_id, reason=reason)
    made = render_pdf("privacy/case_pdf.html", {**_page(by, found), "made_at": timezone.now(), "made_by": by})
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="case-{found.case.number}.pdf"'
    return response
