"""Form fields about staff and facilities."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from hims.staff.models import Facility


class FacilityField(forms.ModelChoiceField[Facility]):
    """A facility out of those the person may act at; `offer` narrows the choice."""

    def __init__(self) -> None:
        super().__init__(queryset=Facility.objects.none(), label="Facility", empty_label=None)

    def offer(self, facilities: Sequence[Facility]) -> None:
        """Only these."""
        self.queryset = Facility.objects.filter(pk__in=[facility.pk for facility in facilities])


def offer_facilities(form: forms.Form, facilities: Sequence[Facility]) -> None:
    """Narrow the form's `facility` field."""
    field = form.fields["facility"]
    if isinstance(field, FacilityField):
        field.offer(facilities)
