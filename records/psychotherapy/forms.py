"""Text to a psychotherapy note."""

from __future__ import annotations

from typing import Any

from django import forms

from hims.lib.forms import day_field
from hims.staff.models import Facility


class NoteForm(forms.Form):
    """One session."""

    facility = forms.ModelChoiceField(queryset=Facility.objects.none(), label="Facility", empty_label=None)
    session_on = day_field("Day of the session")
    text = forms.CharField(
        label="Note", strip=False, widget=forms.Textarea(attrs={"rows": 16, "autocomplete": "off"}),
        help_text="Only you can read it, also later. It is in no search, export or release.",
    )  # fmt: skip

    def __init__(self, *args: Any, facilities: list[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = Facility.objects.filter(  # type: ignore[attr-defined]
            pk__in=[facility.pk for facility in facilities]
        )
