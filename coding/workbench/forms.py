"""Text to values of the coding pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms

from coding.codesets.enums import CodeSystem
from coding.workbench.enums import CodingStatus, DiagnosisRole, Poa
from hims.lib.errors import DomainError
from hims.lib.forms import DAY_FORMATS
from hims.staff.models import Facility
from records.encounters.enums import EncounterClass
from records.encounters.models import Provider

F = TypeVar("F", bound=forms.Form)
OPEN = "open"
ALL = "all"
STATUSES = [(OPEN, "To do"), *CodingStatus.choices, (ALL, "All")]
SYSTEMS = [(system.value, system.label) for system in (CodeSystem.ICD10CM, CodeSystem.ICD10PCS, CodeSystem.HCPCS)]


class WorklistForm(forms.Form):
    """Which encounters to list."""

    status = forms.ChoiceField(choices=STATUSES, required=False, label="Status")
    encounter_class = forms.ChoiceField(choices=[("", "All"), *EncounterClass.choices], required=False, label="Class")
    facility = forms.ModelChoiceField(
        queryset=Facility.objects.none(), required=False, empty_label="All", label="Facility"
    )

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["facility"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Facility.objects.filter(pk__in=[facility.pk for facility in facilities])

    def wanted(self) -> dict[str, Any]:
        """Arguments of the worklist selector; what is not a choice falls back to the standard."""
        self.is_valid()
        data = self.cleaned_data
        status = data.get("status") or OPEN
        facility = data.get("facility")
        return {
            "status": "" if status == ALL else status,
            "encounter_class": data.get("encounter_class") or "",
            "facility_id": facility.pk if facility else None,
        }


class ChangeForm(forms.Form):
    """Every change names the version it was made on."""

    version = forms.IntegerField(min_value=0)


class ServiceFields(forms.Form):
    """The details of a service line, as typed; pointers: numbers or letters of the diagnoses."""

    serviced_on = forms.DateField(required=False, input_formats=DAY_FORMATS)
    modifiers = forms.CharField(required=False, max_length=40)
    units = forms.IntegerField(required=False)
    revenue_code = forms.CharField(required=False, max_length=4)
    ndc = forms.CharField(required=False, max_length=20)
    pointers = forms.CharField(required=False, max_length=40)
    provider = forms.ModelChoiceField(queryset=Provider.objects.all(), required=False)


class AddForm(ServiceFields, ChangeForm):
    """A picked or typed code; poa and place when a removed line comes back."""

    code = forms.CharField(max_length=16, error_messages={"required": "Type a code or words, then choose a code."})
    system = forms.ChoiceField(choices=SYSTEMS)
    role = forms.ChoiceField(choices=[("", ""), *DiagnosisRole.choices], required=False)
    poa = forms.ChoiceField(choices=Poa.choices, required=False)
    performed_on = forms.DateField(required=False, input_formats=DAY_FORMATS)
    place = forms.IntegerField(required=False, min_value=1)


class MoveForm(ChangeForm):
    place = forms.IntegerField()


class PoaForm(ChangeForm):
    poa = forms.CharField(required=False, max_length=1)


class ProcedureForm(ChangeForm):
    performed_on = forms.DateField(required=False, input_formats=DAY_FORMATS)
    provider = forms.ModelChoiceField(queryset=Provider.objects.all(), required=False)


class ReopenForm(ChangeForm):
    reason = forms.CharField(required=False, max_length=200)


def values_of(form: F) -> dict[str, Any]:
    """The cleaned values. Raises DomainError with the first fault."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise DomainError(str(errors[0]), field=field)
    return form.cleaned_data
