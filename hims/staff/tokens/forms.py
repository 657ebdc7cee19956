"""The form that makes an API token."""

from __future__ import annotations

from typing import Any

from django import forms

from hims.lib.forms import LineField, mark_needed
from hims.staff.models import User
from hims.staff.reauthentication import demo_hint, ways_of
from hims.staff.tokens.actions import scopes_open_to

DAYS = [("7", "7 days"), ("30", "30 days"), ("60", "60 days"), ("90", "90 days")]


class IdentityFields(forms.Form):
    """Password, or where the person has an app the code instead: what `confirm_identity` asks for."""

    password = forms.CharField(
        label="Your password", required=False, strip=False, max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    code = forms.CharField(
        label="Or a code", required=False, max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip

    def offer_ways(self, user: User) -> None:
        """Only the fields that this person can fill; the demonstration says its password."""
        ways = ways_of(user)
        if "code" not in ways:
            del self.fields["code"]
        if "password" not in ways and "code" in ways:
            del self.fields["password"]
        elif demo_hint():
            self.fields["password"].help_text = f"{demo_hint()}."
        if len(ways) == 1:
            mark_needed(self, *(name for name in ("password", "code") if name in self.fields))

    def identity(self) -> dict[str, str]:
        """The keyword arguments of `confirm_identity`."""
        return {name: self.cleaned_data[name] for name in ("password", "code") if self.cleaned_data.get(name)}


class TokenForm(IdentityFields):
    """Name, what it may do, how long, and who asks."""

    name = LineField(label="Name", max_length=80, help_text="What will use it, such as “Lab interface, test system”.")
    scopes = forms.MultipleChoiceField(
        label="May", widget=forms.CheckboxSelectMultiple, help_text="Never more than you may yourself when it is used."
    )
    days = forms.TypedChoiceField(label="Lasts", choices=DAYS, initial="30", coerce=int)
    field_order = ("name", "scopes", "days", "password", "code")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_ways(user)
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = [(permission.value, permission.label) for permission in scopes_open_to(user)]
