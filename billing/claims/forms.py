"""Text to what a claim lacks."""

from __future__ import annotations

from django import forms


class PayerNumberForm(forms.Form):
    """The payer's number of a claim that has left."""

    payer_control_number = forms.CharField(
        max_length=50, label="Payer's control number", help_text="From the remittance; a replacement names it"
    )
