"""Text to values, for everything about accounts, roles, reviews and audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group

from audit.staffing.actions.accounts import AccountDetails
from audit.staffing.actions.memberships import Assignment
from audit.staffing.catalogue import IN_ORDER, words_of
from audit.staffing.models import Account
from audit.staffing.selectors.accounts import AccountFilter
from hims.lib.access import Permission, Role
from hims.lib.forms import LineField, day_field
from hims.staff.fields import FacilityField, offer_facilities
from hims.staff.models import Facility

STATUSES = (("", "Any"), ("active", "Open"), ("closed", "Closed"), ("roleless", "Open, without a role"))


def assignable_roles() -> Any:
    """Roles that people may hold."""
    return Group.objects.filter(name__in=[role.value for role in Role]).exclude(name=Role.SYSTEM.value).order_by("name")


class AccountFilterForm(forms.Form):
    """Everything is optional."""

    text = LineField(max_length=100, label="Find", required=False)
    role = forms.ModelChoiceField(queryset=Group.objects.none(), label="Role", required=False, empty_label="Any")
    facility = forms.ModelChoiceField(
        queryset=Facility.objects.all(), label="Facility", required=False, empty_label="Any"
    )
    status = forms.ChoiceField(choices=STATUSES, label="Account", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = assignable_roles()

    def wanted(self) -> AccountFilter:
        """The filter; call it after is_valid."""
        data = self.cleaned_data
        return AccountFilter(
            text=data["text"], role_id=data["role"].pk if data["role"] else None,
            facility_id=data["facility"].pk if data["facility"] else None, status=data["status"],
        )  # fmt: skip


class AccountForm(forms.Form):
    """What an account says of its person."""

    display_name = LineField(max_length=120, label="Name", help_text="As colleagues and the trail call the person")
    job_title = LineField(max_length=120, label="Job title", required=False)
    email = forms.EmailField(max_length=254, label="E-mail", required=False)

    def details(self) -> AccountDetails:
        """The values as the actions take them."""
        return AccountDetails(**{name: self.cleaned_data[name] for name in AccountDetails.__dataclass_fields__})


class NewAccountForm(AccountForm):
    """A new account."""

    username = LineField(
        max_length=150, label="User name", help_text="Such as ana.lopez; it stays with this person for good",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    is_service = forms.BooleanField(
        label="This is a program, not a person", required=False,
        help_text="It never signs in, and acts through API tokens only",
    )  # fmt: skip
    field_order = ["username"]


class RoleForm(forms.Form):
    """A role at a facility for a time."""

    facility = FacilityField()
    role = forms.ModelChoiceField(queryset=Group.objects.none(), label="Role", empty_label="Choose")
    valid_from = day_field("From")
    valid_to = day_field("Last day", required=False, help_text="Empty: until somebody ends it")

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_facilities(self, facilities)
        field = self.fields["role"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = assignable_roles()

    def assignment(self) -> Assignment:
        """The values as the actions take them."""
        data = self.cleaned_data
        return Assignment(data["role"], data["facility"], data["valid_from"], data["valid_to"])


class ExceptionForm(RoleForm):
    """The same, with a second person who approves that duties stand together."""

    approver = forms.ModelChoiceField(
        queryset=Account.objects.none(), label="Who approves", empty_label="Choose",
        help_text="Somebody else who may certify access at this facility",
    )  # fmt: skip
    reason = LineField(max_length=500, label="Why this person must hold both duties")

    def __init__(self, *args: Any, approvers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["approver"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = approvers
        self.fields["valid_to"].required = True
        self.fields["valid_to"].help_text = "The exception and the role end with this day"


class EndRoleForm(forms.Form):
    """A role ends."""

    reason = LineField(max_length=300, label="Why", widget=forms.TextInput(attrs={"autofocus": True}))
    last_day = day_field("Last day", required=False, help_text="Empty: the role ends now")


class CloseForm(forms.Form):
    """An account is closed."""

    reason = LineField(max_length=300, label="Why", widget=forms.TextInput(attrs={"autofocus": True}))
    end_roles = forms.BooleanField(
        label="End all roles too", required=False, initial=True,
        help_text="Leave it ticked when the person has left; then opening the account again gives nothing back",
    )  # fmt: skip


class NoteForm(forms.Form):
    """A decision about an exception."""

    note = LineField(max_length=500, label="Note", required=False, help_text="Needed when you refuse")


class LeaveForm(forms.Form):
    """Rights lent for a leave. The choices are the rights that the person may lend, by facility."""

    to = forms.ModelChoiceField(queryset=Account.objects.none(), label="Who stands in for you", empty_label="Choose")
    first = day_field("First day")
    last = day_field("Last day")
    reason = LineField(max_length=200, label="Why", help_text="Such as: annual leave")
    rights = forms.MultipleChoiceField(
        label="What you lend", widget=forms.CheckboxSelectMultiple,
        help_text="Only what you hold by a role of your own. The colleague cannot lend it on.",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        colleagues: Any,
        rights: Mapping[int, frozenset[Permission]],
        places: list[Facility],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field, choice = self.fields["to"], self.fields["rights"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues
        self.places = {place.pk: place for place in places}
        if isinstance(choice, forms.MultipleChoiceField):
            choice.choices = [
                (
                    place.name,
                    [
                        (f"{right.value}@{place.pk}", words_of(right))
                        for right in sorted(rights[place.pk], key=IN_ORDER.index)
                    ],
                )
                for place in places
                if rights.get(place.pk)
            ]

    def lent(self) -> list[tuple[Permission, Facility]]:
        """The rights with their facilities; call it after is_valid."""
        pairs = (choice.split("@") for choice in self.cleaned_data["rights"])
        return [(Permission(name), self.places[int(place)]) for name, place in pairs]


class LeaversForm(forms.Form):
    """Which accounts look forgotten."""

    kind = forms.ChoiceField(
        choices=[
            ("unused", "Not signed in lately"), ("ended", "All roles ended"), ("roleless", "Never had a role"),
            ("tokens", "Tokens left behind"),
        ],
        label="Show", required=False,
    )  # fmt: skip
    unused_days = forms.IntegerField(min_value=1, max_value=3650, label="Days without signing in", required=False)

    def wanted(self) -> dict[str, Any]:
        """The values as the selectors take them; call it after is_valid."""
        return {"kind": self.cleaned_data["kind"] or "unused", "unused_days": self.cleaned_data["unused_days"] or 90}


class NewPasswordForm(forms.Form):
    """A password chosen with a code."""

    code = forms.CharField(max_length=200, widget=forms.HiddenInput)
    password = forms.CharField(
        max_length=1024, strip=False, label="New password",
        help_text="A sentence is easier to keep than a puzzle.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )  # fmt: skip
    again = forms.CharField(
        max_length=1024, strip=False, label="The same again",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "The two are not the same.")
        return data
