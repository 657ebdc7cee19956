"""The page on which a facility adds fields to its abstracts, and switches them off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from audit.gate import facilities_for
from coding.workbench.abstracting.actions import add_field, switch_field
from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.selectors import abstract_field, abstract_fields
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import LineField, add_domain_error
from hims.staff.fields import FacilityField, offer_facilities
from hims.staff.models import Facility
from hims.staff.requests import person


class FieldForm(forms.Form):
    """A new field."""

    facility = FacilityField()
    label = LineField(max_length=60, label="Name")
    kind = forms.ChoiceField(choices=[("", "Choose"), *FieldKind.choices], label="Takes")
    choices = forms.CharField(
        required=False, max_length=4000, label="Choices", help_text="One a line, for a choice from a list",
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)


@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest) -> HttpResponse:
    """The fields of every facility at which the person decides, and a further one."""
    by = person(request)
    known = abstract_fields(by=by)
    form = FieldForm(request.POST or None, facilities=facilities_for(by, Permission.CODING_POLICY))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = add_field(
                by=by, facility=asked["facility"], label=asked["label"], kind=asked["kind"],
                choices=asked["choices"].splitlines(),
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{made.label} is in the abstracts of {made.facility} from now on.")
            return redirect("coding:abstract_fields")
    context = {
        "form": form, "rows": [_row(each) for each in known],
        "crumbs": [
            {"label": "Coding", "url": reverse("coding:worklist")},
            {"label": "House rules", "url": reverse("coding:house_rules")},
            {"label": "Abstract fields"},
        ],
    }  # fmt: skip
    return render(request, "coding/workbench/abstracting/fields.html", context, status=422 if form.errors else 200)


@require_POST
def switch(request: HttpRequest, field_id: UUID) -> HttpResponse:
    """Shown in the abstracts from now on, or no longer."""
    by = person(request)
    field = abstract_field(by=by, field_id=field_id)
    done = switch_field(by=by, field=field, active=bool(request.POST.get("active")))
    messages.success(request, f"{done.label} is switched {'on' if done.active else 'off'}.")
    return redirect("coding:abstract_fields")


def _row(each: AbstractField) -> dict[str, Any]:
    return {
        "label": each.label, "facility": each.facility.name, "kind": each.get_kind_display(), "active": each.active,
        "choices": ", ".join(each.choices), "by": str(each.changed_by),
        "url": reverse("coding:switch_abstract_field", kwargs={"field_id": each.pk}),
    }  # fmt: skip
