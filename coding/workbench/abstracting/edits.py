"""Live edits between the abstract and the codes. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from coding.codesets.rules import dotted
from coding.workbench.abstracting.rules import (
    LOW_GRAMS,
    LOW_WEIGHT_CODES,
    NEONATE_DAYS,
    NEWBORN,
    NEWBORN_ORIGINS,
    USUAL_WEIGHTS,
    ventilation_class,
    ventilation_prefix,
    weight_class,
)
from coding.workbench.edits.findings import INFORM, WARN, Case, Finding
from hims.lib.dates import age_days

VALUE_54 = "UB-04 value code 54; UHDDS, birth weight"
WEIGHTS = "ICD-10-CM, weight class of the code"
HOURS = "ICD-10-PCS table 5A1, duration"
ORIGIN = "UB-04 FL 14 and 15"
NAMES = {
    "discharge_disposition": "Disposition",
    "admission_type": "Type of admission",
    "point_of_origin": "Point of origin",
}


def abstract_edits(case: Case) -> Iterator[Finding]:
    """Birth weight, ventilation and newborn items against the codes, and corrections that registration has overtaken."""
    yield from _moved(case)
    if case.coded.stay.inpatient:
        yield from _newborn(case)
        yield from _weight(case)
        yield from _ventilation(case)


def _moved(case: Case) -> Iterator[Finding]:
    for each in case.coded.abstract.moved:
        text = (
            f"{NAMES.get(each.name, each.name)}: registration now says {each.now or 'nothing'}, it said"
            f" {each.before or 'nothing'} when the abstract was corrected to {each.coder}. Look again."
        )
        yield Finding("abstract_overtaken", WARN, text, codes=(each.name, each.now), source="abstract")


def _newborn(case: Case) -> Iterator[Finding]:
    abstract, stay = case.coded.abstract, case.coded.stay
    if abstract.admission_type != NEWBORN:
        return
    if stay.birth_date <= stay.admitted_on and age_days(stay.birth_date, stay.admitted_on) > NEONATE_DAYS:
        text = f"Admission type 4 (newborn), but the patient was more than {NEONATE_DAYS} days old."
        yield Finding("newborn_age", WARN, text, source=ORIGIN)
        return
    if abstract.birth_weight_grams is None:
        yield Finding(
            "birth_weight_missing", WARN, "The birth weight is missing; a newborn's claim carries it.", source=VALUE_54
        )
    if abstract.point_of_origin and abstract.point_of_origin not in NEWBORN_ORIGINS:
        text = "With admission type 4 (newborn) the point of origin is 5 (born here) or 6 (born elsewhere)."
        yield Finding("newborn_origin", WARN, text, source=ORIGIN)


def _weight(case: Case) -> Iterator[Finding]:
    grams = case.coded.abstract.birth_weight_grams
    for line in case.reported:
        span = weight_class(line.code)
        if span is None:
            continue
        if grams is None:
            text = f"{dotted(line.code)} names a birth weight; enter it in the abstract."
            yield Finding("birth_weight_untold", INFORM, text, line.key, (line.code,), WEIGHTS)
        elif not span.holds(grams):
            text = f"{dotted(line.code)} stands for {span.words('g')}; the abstract says {grams} g."
            yield Finding("birth_weight_class", WARN, text, line.key, (line.code,), WEIGHTS)
    if grams is None:
        return
    yield from _usual(case, grams)
    if grams < LOW_GRAMS and not any(line.code.startswith(LOW_WEIGHT_CODES) for line in case.reported):
        text = f"Birth weight {grams} g without a code of low birth weight (P05, P07): look whether a provider documented it."
        yield Finding("low_weight_uncoded", INFORM, text, source="ICD-10-CM guidelines, section I.C.16.d")


def _usual(case: Case, grams: int) -> Iterator[Finding]:
    for line in case.reported:
        span = USUAL_WEIGHTS.get(line.code)
        if span is not None and not span.holds(grams):
            text = f"{dotted(line.code)} usually means {span.words('g')}; the abstract says {grams} g."
            yield Finding("birth_weight_usual", INFORM, text, line.key, (line.code,), WEIGHTS)


def _ventilation(case: Case) -> Iterator[Finding]:
    hours = case.coded.abstract.ventilation_hours
    coded = [(line, span) for line in case.coded.procedures if (span := ventilation_class(line.code))]
    if hours is None:
        for line, _ in coded:
            text = f"{line.code} names a duration; enter the hours of ventilation in the abstract."
            yield Finding("ventilation_untold", INFORM, text, line.key, (line.code,), HOURS)
        return
    if not coded and hours:
        text = f"{hours} hours of ventilation in the abstract, but no code: {ventilation_prefix(hours)}Z fits."
        yield Finding("ventilation_uncoded", WARN, text, source=HOURS)
    if not coded:
        return
    line, span = max(coded, key=lambda each: each[1].least)
    if not span.holds(hours):
        text = f"{line.code} stands for {span.words('hours')}; the abstract says {hours}: {ventilation_prefix(hours)}Z fits."
        yield Finding("ventilation_class", WARN, text, line.key, (line.code,), HOURS)
