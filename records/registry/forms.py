"""Text to registration values."""

from __future__ import annotations

from typing import Any

from django import forms

from hims.lib.forms import LineField, day_field
from hims.staff.fields import FacilityField, offer_facilities
from hims.staff.models import Facility
from records.registry.actions import PatientDetails
from records.registry.enums import AddressUse, PhoneUse, Relationship, Sex
from records.registry.models import Patient, Payer


class PatientForm(forms.Form):
    """Demographics; `facility` and `another_person` only when registering."""

    family_name = LineField(max_length=60, label="Family name", widget=forms.TextInput(attrs={"autofocus": True}))
    given_names = LineField(max_length=60, label="Given names", required=False)
    suffix = LineField(max_length=10, label="Suffix", required=False, help_text="Jr, Sr, III")
    birth_date = day_field("Birth date")
    sex = forms.ChoiceField(choices=[("", "Choose"), *Sex.choices], label="Sex")
    deceased_on = day_field("Date of death", required=False)
    language = LineField(max_length=20, label="Language", required=False)
    address_line = LineField(max_length=55, label="Address", required=False)
    city = LineField(max_length=30, label="City", required=False)
    state = forms.RegexField(r"^[A-Za-z]{2}\Z", label="State", required=False, help_text="Two letters")
    postal_code = forms.RegexField(
        r"^[0-9]{5}(-?[0-9]{4})?\Z", label="ZIP code", required=False, help_text="5 or 9 digits"
    )
    phone = LineField(max_length=20, label="Phone", required=False)

    def details(self) -> PatientDetails:
        """The values as the actions take them."""
        values = {name: self.cleaned_data[name] for name in PatientDetails.__dataclass_fields__}
        values["state"] = values["state"].upper()
        return PatientDetails(**values)


class RegistrationForm(PatientForm):
    """A new patient."""

    facility = FacilityField()
    another_person = forms.BooleanField(
        required=False,
        label="This is another person",
        help_text="Only after checking address, phone and identity papers against the chart with the same name.",
    )

    field_order = ["facility"]

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)


class CoverageForm(forms.Form):
    """A coverage of a patient."""

    payer = forms.ModelChoiceField(queryset=Payer.objects.all(), label="Payer")
    member_id = LineField(max_length=40, label="Member number")
    group_number = LineField(max_length=40, label="Group number", required=False)
    rank = forms.IntegerField(min_value=1, max_value=9, initial=1, label="Rank", help_text="1 is billed first")
    relationship = forms.ChoiceField(choices=Relationship.choices, label="Patient is the subscriber's")
    subscriber_family_name = LineField(
        max_length=60,
        label="Subscriber's family name",
        required=False,
        help_text="When the patient is not the subscriber",
    )
    subscriber_given_names = LineField(max_length=60, label="Subscriber's given names", required=False)
    subscriber_birth_date = day_field("Subscriber's birth date", required=False)
    subscriber_sex = forms.ChoiceField(choices=[("", "Choose"), *Sex.choices], label="Subscriber's sex", required=False)
    starts_on = day_field("Covered from", required=False)
    ends_on = day_field("Covered until", required=False)


def initial_details(patient: Patient) -> dict[str, object]:
    """The form's first content for an existing patient; addresses and phones prefetched."""
    home = next((address for address in patient.addresses.all() if address.use == AddressUse.HOME), None)
    phone = next((phone for phone in patient.phones.all() if phone.use == PhoneUse.HOME), None)
    names = ("family_name", "given_names", "suffix", "birth_date", "sex", "deceased_on", "language")
    return {
        **{name: getattr(patient, name) for name in names},
        "address_line": home.line if home else "",
        "city": home.city if home else "",
        "state": home.state if home else "",
        "postal_code": home.postal_code if home else "",
        "phone": phone.value if phone else "",
    }
