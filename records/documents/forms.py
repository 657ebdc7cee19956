"""Text to document values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from hims.lib.forms import LineField, LocalMomentField
from records.documents.enums import DocumentType
from records.documents.pdf import MAX_BYTES
from records.encounters.models import Provider
from records.sensitivity.forms import CHOICES


class DocumentForm(forms.Form):
    """A new document: text, or a PDF whose text layer is read."""

    document_type = forms.ChoiceField(choices=DocumentType.choices, label="Type")
    title = LineField(max_length=120, label="Title")
    author = forms.ModelChoiceField(queryset=Provider.objects.all(), label="Author", required=False)
    written_at = LocalMomentField(label="Written at", help_text="Facility time")
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    pdf = forms.FileField(label="or a PDF", required=False, widget=forms.FileInput(attrs={"accept": "application/pdf"}))
    labels = forms.MultipleChoiceField(
        choices=CHOICES, required=False, label="Protected as", widget=forms.CheckboxSelectMultiple,
        help_text="Leave open what is not specially protected.",
    )  # fmt: skip
    sign = forms.BooleanField(label="Signed by its author", required=False, help_text="A signed document is locked.")

    def clean_pdf(self) -> UploadedFile[Any] | None:
        """Too large a file is refused before any of it is read into memory."""
        pdf: UploadedFile[Any] | None = self.cleaned_data["pdf"]
        if pdf is not None and (pdf.size or 0) > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // (1024 * 1024)} MB.")
        return pdf


class AmendForm(forms.Form):
    """A further version of a signed document."""

    text = forms.CharField(label="Amended text", strip=False, widget=forms.Textarea(attrs={"rows": 18}))
    reason = LineField(label="Reason", max_length=200)
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RetractForm(forms.Form):
    """A document that no longer counts."""

    reason = LineField(label="Reason", max_length=200)
