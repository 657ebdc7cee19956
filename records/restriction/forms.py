"""Text to restrictions and grants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group

from hims.lib.access import Role
from hims.lib.forms import LineField, day_field
from hims.staff.models import User
from records.registry.enums import Restriction
from records.registry.models import Patient


def people() -> forms.ModelChoiceField[User]:
    """Everybody who may sign in."""
    active = User.objects.filter(is_active=True, is_system=False).order_by("display_name")
    return forms.ModelChoiceField(queryset=active, label="Person", required=False, empty_label="Nobody by name")


class RestrictForm(forms.Form):
    """The mark of one chart."""

    restriction = forms.ChoiceField(choices=[("", "Choose"), *Restriction.choices], label="Why it is restricted")
    alias_family_name = LineField(
        max_length=60, required=False, label="Alias, family name", help_text="What lists show instead of the name."
    )
    alias_given_names = LineField(max_length=60, required=False, label="Alias, given names")
    reason = LineField(max_length=300, label="Reason for this change", help_text="Kept in the trail.")

    @staticmethod
    def of(patient: Patient) -> dict[str, str]:
        """The first content."""
        return {name: getattr(patient, name) for name in ("restriction", "alias_family_name", "alias_given_names")}


class ReasonForm(forms.Form):
    """Why a mark or a link goes."""

    reason = LineField(max_length=300, label="Reason", help_text="Kept in the trail.")


class AccessForm(forms.Form):
    """Who gets access to one patient, why and how long."""

    user = people()
    group = forms.ModelChoiceField(
        queryset=Group.objects.exclude(name=Role.SYSTEM.value).order_by("name"), required=False, label="Or a role",
        empty_label="No role",
    )  # fmt: skip
    reason = LineField(max_length=300, label="Reason")
    until = day_field("Until", help_text="The last day; a year from today at most.")


class EmployeeForm(forms.Form):
    """Whose own chart is looked for."""

    user = people()
    birth_date = day_field("Birth date")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        user: Any = self.fields["user"]
        user.required, user.empty_label = True, "Choose"
