"""Words for the abstract's panel: each item, where it comes from, and how it is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.items import ITEMS, LOCAL
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.reading import CLINICIANS, abstract_of, clinician, effective
from coding.workbench.abstracting.rules import NEONATE_DAYS, NEWBORN
from coding.workbench.abstracting.selectors import AbstractPanel
from hims.lib.dates import age_days
from records.encounters.models import Provider
from records.encounters.rules import length_of_stay_days
from records.presenters import age_words, day, moment, mrn_of

REGISTRATION, CODER = "Registration", "Coder"
INPUTS = {FieldKind.TEXT: "text", FieldKind.NUMBER: "number", FieldKind.DATE: "date", FieldKind.CHOICE: "choice"}


def panel_context(panel: AbstractPanel, *, may_edit: bool) -> dict[str, Any]:
    """What the panel prints, section by section."""
    record, abstract = panel.record, abstract_of(panel.record)
    sections = [
        {"key": "patient", "title": "Patient", "rows": _patient(panel)},
        {"key": "stay", "title": "Stay", "rows": _stay(panel)},
        {"key": "clinicians", "title": "Clinicians and payer", "rows": _people(panel)},
        {"key": "care", "title": "Newborn and ventilation", "rows": _care(panel)},
        {
            "key": "own",
            "title": f"Fields of {record.encounter.facility.name}",
            "rows": [_own(panel, each) for each in panel.fields],
        },
    ]
    return {
        "sections": [section for section in sections if section["rows"]], "editable": may_edit,
        "url": reverse("coding:abstract", kwargs={"encounter_id": record.encounter_id}),
        "clinicians": [_known(each) for each in panel.clinicians],
        "changed": f"Last changed by {abstract.changed_by}, {moment(abstract.changed_at, record.encounter.facility.time_zone)}."
        if abstract else "",
    }  # fmt: skip


def item_row(panel: AbstractPanel, name: str) -> dict[str, Any] | None:
    """The row of one item that can be changed, None when the panel has no such item."""
    rows = [*_stay(panel), *_people(panel), *_care(panel), *(_own(panel, each) for each in panel.fields)]
    return next((row for row in rows if row["name"] == name), None)


def typed(row: Mapping[str, Any], text: str, fault: str) -> dict[str, Any]:
    """The row as it was sent, with the sentence beside it."""
    chosen = [{**each, "chosen": each["value"] == text} for each in row["choices"]]
    return {**row, "value": text[:200], "choices": chosen, "error": fault}


def _read(label: str, value: str, source: str = REGISTRATION) -> dict[str, Any]:
    return {"name": "", "label": label, "kind": "read", "words": value or "not recorded", "from": source}


def _patient(panel: AbstractPanel) -> list[dict[str, Any]]:
    record, patient, place = panel.record, panel.record.patient, panel.address
    return [
        _read("Record number", mrn_of(patient, record.facility_id)),
        _read(
            "Born", f"{day(patient.birth_date)}, {age_words(patient.birth_date, panel.stay.admitted_on)} at admission"
        ),
        _read("Sex", patient.get_sex_display()),
        _read("Race, ethnicity", ", ".join(filter(None, (patient.race, patient.ethnicity)))),
        _read("Residence", " ".join(filter(None, (place.city, place.state, place.postal_code))) if place else ""),
    ]


def _stay(panel: AbstractPanel) -> list[dict[str, Any]]:
    encounter, stay = panel.record.encounter, panel.stay
    zone = encounter.facility.time_zone
    days = f", {length_of_stay_days(stay.admitted_on, stay.discharged_on)} days" if stay.discharged_on else ""
    return [
        _read("Hospital", f"{encounter.facility.name}, NPI {encounter.facility.npi or 'none'}"),
        _read("Account, class", f"{encounter.account_number}, {encounter.get_encounter_class_display()}"),
        _read("Admitted", moment(encounter.admitted_at, zone)),
        _coded(panel, "admission_type"),
        _coded(panel, "point_of_origin"),
        _read(
            "Discharged", f"{moment(encounter.discharged_at, zone)}{days}" if encounter.discharged_at else "in house"
        ),
        _coded(panel, "discharge_disposition"),
    ]


def _people(panel: AbstractPanel) -> list[dict[str, Any]]:
    stated = [_clinician(panel, name) for name in CLINICIANS]
    others = [
        _read(entry.get_role_display(), _known(entry.provider)["words"])
        for entry in panel.record.encounter.providers.all()
        if entry.role not in ("attending", "operating")
    ]
    payer = panel.coverage.payer if panel.coverage else None
    return [*stated, *others, _read("Expected payer", f"{payer} ({payer.get_kind_display()})" if payer else "")]


def _care(panel: AbstractPanel) -> list[dict[str, Any]]:
    if not panel.stay.inpatient:
        return []
    weight, hours = (_number(panel, name) for name in ("birth_weight_grams", "ventilation_hours"))
    return [weight, hours] if weight["value"] or _newborn(panel) else [hours]


def _newborn(panel: AbstractPanel) -> bool:
    stay = panel.stay
    young = stay.birth_date <= stay.admitted_on and age_days(stay.birth_date, stay.admitted_on) <= NEONATE_DAYS
    return young or effective(panel.record, "admission_type") == NEWBORN


def _row(name: str, kind: str, *, value: str, **more: Any) -> dict[str, Any]:
    item = ITEMS.get(name)
    return {
        "name": name, "dom": f"abstract-{name.replace(':', '-')}", "kind": kind, "value": value, "choices": [],
        "label": item.label if item else "", "hint": item.hint if item else "", "source": item.source if item else "",
        "error": "", "corrected": False, "words": value, "from": CODER if value else "", **more,
    }  # fmt: skip


def _coded(panel: AbstractPanel, name: str) -> dict[str, Any]:
    """An item of which registration has a value too."""
    abstract, registered = abstract_of(panel.record), getattr(panel.record.encounter, name)
    value, stated = effective(panel.record, name), bool(abstract and getattr(abstract, name))
    known = dict(ITEMS[name].choices)
    return _row(
        name, "choice", value=value, words=known.get(value, value) or "not recorded", corrected=stated,
        choices=_choices([*ITEMS[name].choices, *([] if value in known or not value else [(value, value)])], value),
        **{"from": _from(known.get(registered, registered), stated=stated)},
    )  # fmt: skip


def _choices(pairs: Iterable[tuple[str, str]], value: str) -> list[dict[str, Any]]:
    return [{"value": key, "words": words, "chosen": key == value} for key, words in pairs]


def _from(registered: str, *, stated: bool) -> str:
    if not stated:
        return REGISTRATION if registered else "missing at registration"
    return f"{CODER}; registration: {registered or 'none'}"


def _clinician(panel: AbstractPanel, name: str) -> dict[str, Any]:
    abstract, counted = abstract_of(panel.record), clinician(panel.record, name)
    stated = abstract is not None and getattr(abstract, name) is not None
    where = _from(str(panel.record.encounter.attending or ""), stated=stated) if name == "attending" else ""
    if name != "attending":
        where = CODER if stated else _recorded(panel, name)
    words = _known(counted)["words"] if counted else "not stated"
    npi = counted.npi if counted else ""
    return _row(
        name,
        "clinician",
        value=str(counted) if counted else "",
        words=words,
        npi=npi,
        corrected=stated,
        **{"from": where},
    )


def _recorded(panel: AbstractPanel, name: str) -> str:
    """Who goes on the claim as operating when the abstract names nobody."""
    if name != "operating":
        return ""
    taking_part = next(
        (entry.provider for entry in panel.record.encounter.providers.all() if entry.role == "operating"), None
    )
    if panel.step_clinician:
        return f"from the principal procedure: {panel.step_clinician}"
    return f"{REGISTRATION}: {taking_part}" if taking_part else ""


def _known(provider: Provider) -> dict[str, str]:
    npi = f"NPI {provider.npi}" if provider.npi else "no NPI"
    return {"value": provider.npi or str(provider), "words": f"{provider}, {npi}"}


def _number(panel: AbstractPanel, name: str) -> dict[str, Any]:
    abstract = abstract_of(panel.record)
    value = getattr(abstract, name) if abstract else None
    text = "" if value is None else str(value)
    return _row(name, "number", value=text, words=text or "not stated", corrected=value is not None)


def _own(panel: AbstractPanel, each: AbstractField) -> dict[str, Any]:
    abstract = abstract_of(panel.record)
    value = str(abstract.local.get(each.key, "")) if abstract else ""
    return _row(
        f"{LOCAL}{each.key}", INPUTS[FieldKind(each.kind)], value=value, words=value or "not stated", label=each.label,
        corrected=bool(value), choices=_choices([(choice, choice) for choice in each.choices], value),
    )  # fmt: skip
