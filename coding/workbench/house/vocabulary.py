"""What house rules may look at, with the words for it, and the sentence a rule makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.edits.findings import INFORM, STOP, WARN
from coding.workbench.house.rules import Condition, Fact, Kind, Op
from records.encounters.enums import EncounterClass
from records.encounters.vocabulary import ADMISSION_TYPES, ALL_DISPOSITIONS, POINTS_OF_ORIGIN
from records.registry.enums import PayerKind, Sex

LOCAL = "local:"
SEVERITIES = [(STOP, "Stop: blocks finalizing"), (WARN, "Warn: wants a reason"), (INFORM, "Inform: a hint")]
OP_WORDS = {
    Op.FILLED: "is filled in", Op.EMPTY: "is empty", Op.ANY: "is any of", Op.NONE: "is none of",
    Op.STARTS: "starts with any of", Op.NOT_STARTS: "starts with none of", Op.EQ: "equals", Op.NE: "differs from",
    Op.LT: "is less than", Op.LE: "is at most", Op.GT: "is more than", Op.GE: "is at least",
}  # fmt: skip


def _choices(pairs: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((value, str(words)) for value, words in pairs if value)


FACTS: tuple[Fact, ...] = (
    Fact("encounter_class", "Encounter class", Kind.CHOICE, _choices(EncounterClass.choices)),
    Fact("admission_type", "Type of admission", Kind.CHOICE, _choices(ADMISSION_TYPES)),
    Fact("point_of_origin", "Point of origin", Kind.CHOICE, _choices(POINTS_OF_ORIGIN)),
    Fact("admitted_on", "Admission date", Kind.DATE),
    Fact("discharged_on", "Discharge date", Kind.DATE),
    Fact("discharge_disposition", "Disposition", Kind.CHOICE, _choices(ALL_DISPOSITIONS)),
    Fact("length_of_stay", "Length of stay (days)", Kind.NUMBER),
    Fact("age_years", "Age at admission (years)", Kind.NUMBER),
    Fact("age_days", "Age at admission (days)", Kind.NUMBER),
    Fact("sex", "Sex", Kind.CHOICE, _choices(Sex.choices)),
    Fact("service", "Service", Kind.TEXT),
    Fact("payer_kind", "Expected payer (kind)", Kind.CHOICE, _choices(PayerKind.choices)),
    Fact("payer", "Expected payer (code)", Kind.TEXT),
    Fact("attending_npi", "Attending NPI", Kind.TEXT),
    Fact("operating_npi", "Operating NPI", Kind.TEXT),
    Fact("other_operating_npi", "Other operating NPI", Kind.TEXT),
    Fact("birth_weight_grams", "Birth weight (grams)", Kind.NUMBER),
    Fact("ventilation_hours", "Ventilation (hours)", Kind.NUMBER),
    Fact("principal", "Principal diagnosis", Kind.CODES),
    Fact("diagnoses", "Diagnoses", Kind.CODES),
    Fact("procedures", "Procedures and services", Kind.CODES),
    Fact("diagnosis_count", "Number of diagnoses", Kind.NUMBER),
    Fact("procedure_count", "Number of procedures", Kind.NUMBER),
    Fact("drg", "MS-DRG", Kind.TEXT),
    Fact("mdc", "MDC", Kind.TEXT),
)
_KINDS = {
    FieldKind.TEXT: Kind.TEXT, FieldKind.NUMBER: Kind.NUMBER, FieldKind.DATE: Kind.DATE, FieldKind.CHOICE: Kind.CHOICE,
}  # fmt: skip


def facts_at(fields: Iterable[AbstractField]) -> dict[str, Fact]:
    """Everything a rule of a facility may look at, by key; its own fields come last."""
    own = (
        Fact(
            f"{LOCAL}{row.key}", row.label, _KINDS[FieldKind(row.kind)], tuple((value, value) for value in row.choices)
        )
        for row in fields
    )
    return {fact.key: fact for fact in (*FACTS, *own)}


def sentence(groups: Iterable[Iterable[Condition]], check: Condition, facts: Mapping[str, Fact]) -> str:
    """The rule as a person reads it: "When sex is any of F, and age ... : birth weight is filled in"."""
    told = [" and ".join(_words(each, facts) for each in group) for group in groups]
    when = f"When {', or when '.join(told)}: " if told else "Always: "
    return f"{when}{_words(check, facts)}."


def _words(asked: Condition, facts: Mapping[str, Fact]) -> str:
    label = facts[asked.fact].label if asked.fact in facts else f"{asked.fact} (no longer a field)"
    against = ", ".join(asked.values)
    if asked.other:
        against = facts[asked.other].label if asked.other in facts else asked.other
    return f"{label} {OP_WORDS[asked.op]} {against}".strip()
