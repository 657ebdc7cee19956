"""Text to admission and discharge values. Choices of code-like fields come from the caller: code sets live above this app."""

from __future__ import annotations

from typing import Any

from django import forms

from hims.lib.forms import LineField, LocalMomentField, at_zone
from hims.staff.fields import FacilityField, offer_facilities
from hims.staff.models import Facility
from records.encounters.actions import Admission
from records.encounters.enums import EncounterClass
from records.encounters.models import Provider
from records.encounters.vocabulary import ADMISSION_TYPES, DISPOSITIONS, POINTS_OF_ORIGIN


class AdmissionForm(forms.Form):
    """A new encounter."""

    facility = FacilityField()
    encounter_class = forms.ChoiceField(choices=EncounterClass.choices, label="Class")
    admitted_at = LocalMomentField(label="Admitted at", help_text="Facility time")
    admission_type = forms.ChoiceField(choices=ADMISSION_TYPES, label="Type of admission")
    point_of_origin = forms.ChoiceField(choices=POINTS_OF_ORIGIN, label="Point of origin")
    attending = forms.ModelChoiceField(queryset=Provider.objects.all(), label="Attending", required=False)
    service = LineField(max_length=60, label="Service", required=False)
    reason = LineField(max_length=200, label="Reason", required=False)
    unit = LineField(max_length=60, label="Unit", required=False)
    room = LineField(max_length=20, label="Room", required=False)
    bed = LineField(max_length=20, label="Bed", required=False)

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)

    def admission(self) -> Admission:
        """The values as the action takes them."""
        values = {name: self.cleaned_data[name] for name in Admission.__dataclass_fields__}
        zone = self.cleaned_data["facility"].time_zone
        return Admission(**{**values, "admitted_at": at_zone(values["admitted_at"], zone)})


class DischargeForm(forms.Form):
    """The end of an encounter.

    correcting: the form was opened on a discharge that had happened; without it a second discharge is refused, so that a page
    opened before a colleague's discharge cannot overwrite it.
    """

    discharged_at = LocalMomentField(label="Discharged at", help_text="Facility time")
    discharge_disposition = forms.ChoiceField(choices=[("", "Choose"), *DISPOSITIONS], label="Discharged to")
    correcting = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """Another bed."""

    unit = LineField(max_length=60, label="Unit")
    room = LineField(max_length=20, label="Room", required=False)
    bed = LineField(max_length=20, label="Bed", required=False)
    at = LocalMomentField(label="From", help_text="Facility time")
