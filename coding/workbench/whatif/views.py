"""The what-if panel. For those who see coding and may group; every use is in the trail."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.gate import demand
from coding.workbench.whatif.forms import SEPARATOR, asked_codes
from coding.workbench.whatif.presenters import panel_context, tried_context
from coding.workbench.whatif.selectors import tried_codes_for, what_if_for
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.requests import person

PASSED_ON = (AccessDenied, NotVisible, TrailUnavailable)


@require_GET
def what_if(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Every single change of the coding as it stands."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="coding.what_if_viewed")
    found = what_if_for(by=by, encounter_id=encounter_id)
    return render(request, "coding/workbench/whatif/panel.html", panel_context(found))


@require_POST
def tried(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The codes under consideration, each by itself; nothing is added to the coding."""
    by = person(request)
    demand(by, Permission.CODING_VIEW, event="coding.what_if_tried")
    demand(by, Permission.DRG_GROUP, event="coding.what_if_tried")
    try:
        wanted = asked_codes(request.POST)
        pairs = [(system, code) for system, _, code in (each.partition(SEPARATOR) for each in wanted)]
        found = tried_codes_for(by=by, encounter_id=encounter_id, codes=pairs)
    except PASSED_ON:
        raise
    except DomainError as error:
        return _refused(request, error.message)
    answer = render(request, "coding/workbench/whatif/tried.html", tried_context(found, kept=wanted))
    answer.headers["HX-Trigger-After-Swap"] = "what-if-tried"
    return answer


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """The sentence goes to its own line; what was tried before stays in sight."""
    context = {"refused": sentence}
    answer = render(request, "coding/workbench/partials/message.html", context, status=422)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#what-if-message", "innerHTML"
    return answer
