"""Text to charges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from billing.charges.master import items_to_charge
from billing.charges.models import Account, ChargeItem
from billing.charges.rules import ChargeLine
from hims.lib.forms import day_field


class ChargeForm(forms.Form):
    """One charge of the charge master on an account; once: the form sent twice makes one charge."""

    item = forms.ModelChoiceField(queryset=ChargeItem.objects.none(), label="Item", empty_label="Choose")
    service_on = day_field("Service date")
    units = forms.DecimalField(
        label="Units", initial=1, max_digits=7, decimal_places=2, min_value=Decimal("0.01"),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    hcpcs_code = forms.CharField(
        max_length=5, label="HCPCS code", required=False, help_text="Only where the item carries none"
    )
    modifiers = forms.CharField(max_length=11, label="Modifiers", required=False, help_text="Up to four, such as 25 LT")
    pointers = forms.CharField(
        max_length=11,
        label="Diagnosis pointers",
        required=False,
        help_text="Office visits: up to four places, such as 1 2",
    )

    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        choice = self.fields["item"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = items_to_charge(account.facility)

    def clean_hcpcs_code(self) -> str:
        return str(self.cleaned_data["hcpcs_code"]).strip().upper()

    def clean_modifiers(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["modifiers"].upper().replace(",", " ").split())

    def clean_pointers(self) -> tuple[int, ...]:
        words = self.cleaned_data["pointers"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() for word in words):
            raise forms.ValidationError("Enter places as numbers, such as 1 2.")
        return tuple(map(int, words))

    def line(self) -> ChargeLine:
        """The values as the action takes them; the price comes from the charge master."""
        values = self.cleaned_data
        item: ChargeItem = values["item"]
        return ChargeLine(
            encounter_id=self.account.encounter_id, revenue_code=item.revenue_code, description=item.description,
            units=values["units"], amount=round(item.price_amount * values["units"], 2), item_code=item.code,
            service_on=values["service_on"], hcpcs_code=item.hcpcs_code or values["hcpcs_code"],
            modifiers=values["modifiers"], pointers=values["pointers"],
            source_key=f"web|{self.account.pk}|{values['once']}" if values["once"] else "",
        )  # fmt: skip
