"""Text to document values."""

from __future__ import annotations

from django import forms

from hims.lib.forms import LocalMomentField
from records.documents.enums import DocumentType
from records.encounters.models import Provider


class DocumentForm(forms.Form):
    """A new document: text, or a PDF whose text layer is read."""

    document_type = forms.ChoiceField(choices=DocumentType.choices, label="Type")
    title = forms.CharField(max_length=120, label="Title")
    author = forms.ModelChoiceField(queryset=Provider.objects.all(), label="Author", required=False)
    written_at = LocalMomentField(label="Written at", help_text="Facility time")
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    pdf = forms.FileField(label="or a PDF", required=False, widget=forms.FileInput(attrs={"accept": "application/pdf"}))
    sign = forms.BooleanField(label="Signed by its author", required=False, help_text="A signed document is locked.")


class AmendForm(forms.Form):
    """A further version of a signed document."""

    text = forms.CharField(label="Amended text", strip=False, widget=forms.Textarea(attrs={"rows": 18}))
    reason = forms.CharField(label="Reason", max_length=200)


class RetractForm(forms.Form):
    """A document that no longer counts."""

    reason = forms.CharField(label="Reason", max_length=200)
