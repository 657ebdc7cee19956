"""Text to the values of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from audit.cases.actions import CaseFacts
from audit.cases.breach import Assessment, BreachException, Factor, Level
from audit.cases.enums import CaseKind, CaseOutcome, Location, Sanction, StepKind
from audit.cases.models import Case
from hims.lib.dates import local_date
from hims.lib.forms import LineField, LocalMomentField, at_zone, day_field, local_text, mark_needed
from hims.lib.text import clean_lines
from hims.staff.models import Facility, User

MOST_INDIVIDUALS = 999_999_999
LEVELS = [("", "Choose"), (Level.LOW.value, "low"), (Level.MEDIUM.value, "medium"), (Level.HIGH.value, "high")]
FACTOR_HINTS = {
    Factor.NATURE: "Diagnoses, account or social security numbers weigh more than a name alone.",
    Factor.RECIPIENT: "A recipient who must protect health information too weighs less than a relative or a stranger.",
    Factor.ACQUIRED: "Opened and read, or only within reach?",
    Factor.MITIGATED: "Returned, destroyed, or promised in writing not to be used?",
}


class TextField(forms.CharField):
    """Some lines of text without control characters."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "").strip()


class CaseForm(forms.Form):
    """The facts of a case. patients: ids only; they are chosen elsewhere."""

    facility = forms.ModelChoiceField(queryset=Facility.objects.none(), label="Facility", empty_label=None)
    title = LineField(label="Title", max_length=120, help_text="In a few words, without names of patients.")
    kind = forms.ChoiceField(label="What is thought to have happened", choices=CaseKind.choices)
    discovered_at = LocalMomentField(
        label="Discovered", help_text="The first day it was known, or would have been known by reasonable diligence."
    )
    occurred_from = day_field("Happened from", required=False)
    occurred_to = day_field("Happened to", required=False)
    location = forms.ChoiceField(label="Where the information was", choices=Location.choices)
    subjects = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), label="Members of staff concerned", required=False,
        help_text="They never see this case. Hold Ctrl to choose several.",
    )  # fmt: skip
    affected_count = forms.IntegerField(
        label="Individuals affected", min_value=0, max_value=MOST_INDIVIDUALS, required=False,
        help_text="Only when there are more than the patients named in the case.",
    )  # fmt: skip
    in_one_state = forms.IntegerField(
        label="Most of them in one State", min_value=0, max_value=MOST_INDIVIDUALS, required=False
    )
    delayed_until = day_field(
        "Notices delayed until", required=False, help_text="Only on a written statement of law enforcement (164.412)."
    )
    description = TextField(label="Description", max_length=4000, required=False)

    def __init__(self, *args: Any, facilities: Sequence[Facility], case: Case | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(case) if case else {"discovered_at": found_now(facilities)})
        super().__init__(*args, **kwargs)
        self.case = case
        wanted: Any = self.fields["facility"]
        wanted.queryset = Facility.objects.filter(pk__in=[place.pk for place in facilities])
        people: Any = self.fields["subjects"]
        people.queryset = User.objects.filter(is_system=False).order_by("display_name", "username")
        if case is not None:
            del self.fields["facility"]

    def facts(self, patient_ids: Sequence[UUID], origin_ids: Sequence[UUID] = ()) -> CaseFacts:
        """The facts; call it after is_valid."""
        data = self.cleaned_data
        facility: Facility = self.case.facility if self.case else data["facility"]
        return CaseFacts(
            title=data["title"], kind=CaseKind(data["kind"]), location=Location(data["location"]),
            discovered_at=at_zone(data["discovered_at"], facility.time_zone), description=data["description"],
            subject_ids=[person.pk for person in data["subjects"]], patient_ids=list(patient_ids),
            affected_count=data["affected_count"] or 0, in_one_state=data["in_one_state"],
            occurred_from=data["occurred_from"], occurred_to=data["occurred_to"],
            delayed_until=data["delayed_until"], origin_ids=list(origin_ids),
        )  # fmt: skip


def found_now(facilities: Sequence[Facility]) -> str:
    """The present moment at the first facility, to begin with."""
    return local_text(timezone.now(), facilities[0].time_zone) if facilities else ""


def _initial(case: Case) -> dict[str, Any]:
    return {
        "title": case.title, "kind": case.kind, "location": case.location, "description": case.description,
        "discovered_at": local_text(case.discovered_at, case.facility.time_zone), "subjects": case.subject_ids,
        "occurred_from": case.occurred_from, "occurred_to": case.occurred_to, "delayed_until": case.delayed_until,
        "affected_count": case.affected_count, "in_one_state": case.in_one_state,
    }  # fmt: skip


class NoteForm(forms.Form):
    """One note."""

    text = TextField(label="Note", max_length=4000)


class StepForm(forms.Form):
    """What was done, and when."""

    kind = forms.ChoiceField(label="Step", choices=StepKind.choices)
    done_on = day_field("Day")
    text = LineField(label="Words", max_length=1000, required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"done_on": local_date(timezone.now(), zone)})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """For the action."""
        return {**self.cleaned_data, "kind": StepKind(self.cleaned_data["kind"])}


class AssessmentForm(forms.Form):
    """The risk assessment of 45 CFR 164.402."""

    permitted = forms.BooleanField(label="The Privacy Rule permitted this use or disclosure", required=False)
    secured = forms.BooleanField(
        label="The information was secured (encrypted or destroyed by the Secretary's guidance)", required=False
    )
    exception = forms.ChoiceField(
        label="Exception", required=False, choices=[(each.value, each.words) for each in BreachException]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for factor in Factor:
            self.fields[factor.value] = forms.ChoiceField(
                label=factor.words, choices=LEVELS, required=False, help_text=FACTOR_HINTS[factor]
            )
            self.fields[f"{factor.value}_words"] = LineField(
                label="What this rests on", max_length=1000, required=False
            )
            mark_needed(self, factor.value, f"{factor.value}_words")
        self.fields["text"] = TextField(label="Remarks", max_length=4000, required=False)

    def found(self) -> Assessment:
        """The assessment; call it after is_valid."""
        data = self.cleaned_data
        factors = {
            factor: (Level(data[factor.value]), data[f"{factor.value}_words"])
            for factor in Factor
            if data[factor.value]
        }
        return Assessment(
            permitted=data["permitted"],
            secured=data["secured"],
            exception=BreachException(data["exception"]),
            factors=factors,
        )


class CloseForm(forms.Form):
    """The outcome."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Choose"), *(each for each in CaseOutcome.choices if each[0])]
    )
    sanction = forms.ChoiceField(label="Sanction", choices=Sanction.choices)
    words = TextField(label="What was found", max_length=4000)

    def values(self) -> dict[str, Any]:
        """For the action."""
        data = self.cleaned_data
        return {
            "outcome": CaseOutcome(data["outcome"]), "sanction": Sanction(data["sanction"]), "words": data["words"]
        }  # fmt: skip


class FindPatientForm(forms.Form):
    """Whom to add to a case."""

    text = LineField(label="Find a patient", max_length=100)


def ticked(values: Sequence[str]) -> list[tuple[datetime, UUID]]:
    """The events that were ticked, from "moment|event id" texts; what is none is left out."""
    found = []
    for value in values[:1000]:
        moment, _, key = value.partition("|")
        try:
            at, event_id = datetime.fromisoformat(moment), UUID(key)
        except ValueError:
            continue
        if at.tzinfo is not None:
            found.append((at, event_id))
    return found


def year_of(text: str, today: date) -> int:
    """The year asked for, this year when it is none."""
    asked = int(text) if len(text) == 4 and text.isascii() and text.isdecimal() else 0
    return asked if 2009 <= asked <= today.year else today.year
