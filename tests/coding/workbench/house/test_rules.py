"""House rules: when one fires. No database; laws as properties."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.house.edits import house_edits
from coding.workbench.house.forms import typed_values
from coding.workbench.house.rules import (
    COMPARED,
    LISTED,
    OPS,
    PRESENCE,
    Condition,
    Fact,
    Kind,
    Op,
    Rule,
    Snapshot,
    Value,
    as_json,
    condition_fault,
    fails,
    fires,
    from_json,
    holds,
)
from coding.workbench.house.vocabulary import FACTS, OP_WORDS, facts_at, sentence
from tests.coding.workbench.edits.cases import case

FACTS_BY_KEY = facts_at([])
CASE: Snapshot = {
    "encounter_class": "inpatient", "admission_type": "4", "discharge_disposition": "01", "sex": "F", "age_days": 0,
    "age_years": 0, "length_of_stay": 3, "service": "Neonatology", "payer_kind": "MC", "drg": "795", "mdc": "15",
    "admitted_on": date(2026, 3, 9), "discharged_on": date(2026, 3, 12), "birth_weight_grams": None,
    "ventilation_hours": 30, "principal": ("Z3800",), "diagnoses": ("Z3800", "P0718"), "procedures": (),
}  # fmt: skip
OPPOSITE = {
    Op.ANY: Op.NONE, Op.STARTS: Op.NOT_STARTS, Op.EQ: Op.NE, Op.LT: Op.GE, Op.GT: Op.LE, Op.FILLED: Op.EMPTY,
}  # fmt: skip


def asked(fact: str, op: Op, *values: str, other: str = "") -> Condition:
    return Condition(fact, op, values, other)


def rule(check: Condition, *groups: tuple[Condition, ...]) -> Rule:
    return Rule("house_1_1", "Test", "warn", "Look", check, groups)


WEIGHT = asked("birth_weight_grams", Op.FILLED)


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        (asked("encounter_class", Op.ANY, "inpatient", "observation"), True),
        (asked("encounter_class", Op.NONE, "inpatient"), False),
        (asked("age_days", Op.LT, "1"), True), (asked("age_days", Op.LT, "0"), False),
        (asked("age_days", Op.LE, "0"), True), (asked("age_days", Op.GE, "0"), True), (asked("age_days", Op.GT, "0"), False),
        (asked("length_of_stay", Op.EQ, "3"), True), (asked("length_of_stay", Op.NE, "3"), False),
        (asked("service", Op.ANY, "neonatology"), True), (asked("service", Op.STARTS, "neo"), True),
        (asked("service", Op.NOT_STARTS, "neo", "card"), False), (asked("drg", Op.ANY, "789", "795"), True),
        (asked("diagnoses", Op.STARTS, "P07"), True), (asked("diagnoses", Op.STARTS, "I50", "J"), False),
        (asked("diagnoses", Op.NOT_STARTS, "I50"), True), (asked("diagnoses", Op.ANY, "P071"), False),
        (asked("procedures", Op.NOT_STARTS, "5A19"), True), (asked("procedures", Op.EMPTY), True),
        (asked("principal", Op.FILLED), True),
        (asked("discharged_on", Op.GT, "2026-03-11"), True), (asked("discharged_on", Op.GT, "2026-03-12"), False),
        (asked("discharged_on", Op.GE, other="admitted_on"), True), (asked("admitted_on", Op.GE, other="discharged_on"), False),
        (asked("birth_weight_grams", Op.LT, "2500"), False), (asked("birth_weight_grams", Op.NE, "2500"), False),
        (asked("birth_weight_grams", Op.EMPTY), True), (asked("length_of_stay", Op.GT, other="birth_weight_grams"), False),
        (asked("local:gone", Op.FILLED), False), (asked("local:gone", Op.EMPTY), True), (asked("local:gone", Op.ANY, "x"), False),
    ],
)  # fmt: skip
def test_condition_holds(condition: Condition, true: bool) -> None:
    assert holds(condition, CASE) is true


def test_rule_without_conditions_asks_every_case() -> None:
    assert fires(rule(WEIGHT), CASE)
    assert not fires(rule(WEIGHT), {**CASE, "birth_weight_grams": 3250})


def test_any_group_suffices_and_all_conditions_of_it_are_needed() -> None:
    newborn, old = asked("admission_type", Op.ANY, "4"), asked("age_years", Op.GE, "18")
    assert fires(rule(WEIGHT, (newborn,)), CASE)
    assert not fires(rule(WEIGHT, (newborn, old)), CASE)
    assert fires(rule(WEIGHT, (newborn, old), (asked("sex", Op.ANY, "F"),)), CASE)


def test_check_of_a_missing_value_fails_only_when_it_must_be_filled_in() -> None:
    assert fails(WEIGHT, CASE)
    assert not fails(asked("birth_weight_grams", Op.GE, "400"), CASE)
    assert fails(asked("birth_weight_grams", Op.GE, "400"), {**CASE, "birth_weight_grams": 399})
    assert not fails(asked("length_of_stay", Op.LE, other="birth_weight_grams"), CASE)
    assert fails(asked("discharge_disposition", Op.ANY, "20"), CASE)
    assert fails(asked("procedures", Op.STARTS, "5A19"), CASE)


@pytest.mark.parametrize(
    ("on", "held"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_rule_is_in_force_on_both_its_ends(on: date, held: bool) -> None:
    made = Rule("k", "n", "stop", "m", WEIGHT, (), date(2026, 1, 1), date(2026, 6, 30))
    assert made.in_force(on) is held
    assert Rule("k", "n", "stop", "m", WEIGHT).in_force(on)


def test_finding_names_the_rule_and_stands_at_the_stay() -> None:
    of = case("Z3800")
    found = list(house_edits(type(of)(of.coded, house=(rule(WEIGHT),), snapshot=CASE)))
    assert [(each.key, each.severity, each.text, each.source, each.line) for each in found] == [
        ("house_1_1::", "warn", "Look", "house rule Test", "")
    ]


@pytest.mark.parametrize(
    ("condition", "part", "said"),
    [
        (asked("nothing", Op.FILLED), "fact", "Choose what the rule looks at."),
        (asked("sex", Op.LT, "F"), "op", "“Sex” cannot be asked this way."),
        (asked("sex", Op.ANY, "X"), "value", "“X” is none of: F, M, U."),
        (asked("sex", Op.ANY), "value", "Enter what it is compared with."),
        (asked("sex", Op.FILLED, "F"), "value", "This question takes no value."),
        (asked("age_days", Op.LT, "1", "2"), "value", "Enter one value."),
        (asked("age_days", Op.LT, "1.5"), "value", "Enter a whole number."),
        (asked("age_days", Op.LT, "²"), "value", "Enter a whole number."),
        (asked("admitted_on", Op.LT, "2026-02-30"), "value", "Enter a date such as 2026-10-01."),
        (asked("diagnoses", Op.STARTS, "I5*"), "value", "I5* is no code and no beginning of one."),
        (asked("sex", Op.ANY, other="age_days"), "other", "Only numbers and dates are compared with another field."),
        (asked("age_days", Op.LT, "1", other="age_years"), "other", "Enter a value or choose a field, not both."),
        (asked("age_days", Op.LT, other="admitted_on"), "other", "Choose another field of the same kind."),
        (asked("age_days", Op.LT, other="age_days"), "other", "Choose another field of the same kind."),
        (asked("drg", Op.ANY, *[str(n) for n in range(41)]), "value", "At most 40 values of 60 characters."),
        (asked("discharged_on", Op.GE, other="admitted_on"), "", ""),
        (asked("diagnoses", Op.STARTS, "P07", "P05"), "", ""),
    ],
)
def test_condition_fault_names_the_part(condition: Condition, part: str, said: str) -> None:
    assert condition_fault(condition, FACTS_BY_KEY) == (part, said)


def test_every_fact_has_a_value_of_its_kind_in_every_operator() -> None:
    assert set(OP_WORDS) == set(Op)
    assert {fact.kind for fact in FACTS} == set(Kind)
    assert {op for ops in OPS.values() for op in ops} == set(Op)


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("i50.23, I50.9 ,, i50.23", Kind.CODES, ("I5023", "I509")), ("01,06", Kind.CHOICE, ("01", "06")),
        ("10/01/2026", Kind.DATE, ("2026-10-01",)), ("2026-10-01", Kind.DATE, ("2026-10-01",)), ("soon", Kind.DATE, ("soon",)),
        ("", Kind.TEXT, ()),
    ],
)  # fmt: skip
def test_typed_values(text: str, kind: Kind, values: tuple[str, ...]) -> None:
    assert typed_values(text, kind) == values


def test_sentence_reads_as_the_rule_works() -> None:
    newborn, old = asked("admission_type", Op.ANY, "4"), asked("age_years", Op.GE, "18")
    assert sentence([[newborn, old], [asked("sex", Op.ANY, "F")]], WEIGHT, FACTS_BY_KEY) == (
        "When Type of admission is any of 4 and Age at admission (years) is at least 18, or when Sex is any of F:"
        " Birth weight (grams) is filled in."
    )
    assert (
        sentence([], asked("local:gone", Op.FILLED), FACTS_BY_KEY)
        == "Always: local:gone (no longer a field) is filled in."
    )


# --- Laws ------------------------------------------------------------------------------------------------------------
TEXTS = st.sampled_from(["", "01", "06", "20", "A", "a"])
CODES = st.lists(st.sampled_from(["I10", "I5023", "P0718", "Z3800"]), max_size=4).map(tuple)
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.CHOICE: TEXTS, Kind.TEXT: TEXTS, Kind.NUMBER: st.none() | st.integers(-3, 3),
    Kind.DATE: st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 5)), Kind.CODES: CODES,
}  # fmt: skip
ASKED: dict[Kind, st.SearchStrategy[str]] = {
    Kind.CHOICE: TEXTS.filter(bool), Kind.TEXT: TEXTS.filter(bool), Kind.NUMBER: st.integers(-3, 3).map(str),
    Kind.DATE: st.dates(date(2026, 3, 1), date(2026, 3, 5)).map(str), Kind.CODES: st.sampled_from(["I", "I50", "I5023", "P07"]),
}  # fmt: skip


@st.composite
def conditions(draw: Any) -> Condition:
    fact: Fact = draw(st.sampled_from(FACTS))
    op: Op = draw(st.sampled_from(OPS[fact.kind]))
    if op in PRESENCE:
        return Condition(fact.key, op)
    most = 1 if op in COMPARED else 3
    return Condition(fact.key, op, tuple(draw(st.lists(ASKED[fact.kind], min_size=1, max_size=most, unique=True))))


@st.composite
def snapshots(draw: Any) -> Snapshot:
    return {fact.key: draw(VALUES[fact.kind]) for fact in FACTS}


GROUPS = st.lists(st.lists(conditions(), min_size=1, max_size=3), max_size=3)


@given(conditions(), snapshots())
def test_opposite_question_has_the_opposite_answer_for_what_is_there(condition: Condition, of: Snapshot) -> None:
    opposite = OPPOSITE.get(condition.op)
    if opposite is None:
        return
    turned = Condition(condition.fact, opposite, condition.values)
    missing = of[condition.fact] in (None, "")
    if missing and condition.op not in PRESENCE:
        assert not holds(condition, of)
        assert not holds(turned, of)
    else:
        assert holds(condition, of) != holds(turned, of)


@given(GROUPS, conditions(), snapshots(), st.randoms(use_true_random=False))
def test_order_of_groups_and_conditions_does_not_matter(
    groups: list[list[Condition]], check: Condition, of: Snapshot, draw: random.Random
) -> None:
    before = fires(rule(check, *map(tuple, groups)), of)
    mixed = [draw.sample(group, len(group)) for group in draw.sample(groups, len(groups))]
    assert fires(rule(check, *map(tuple, mixed)), of) == before


@given(GROUPS.filter(bool), conditions(), snapshots(), conditions())
def test_further_condition_silences_and_further_group_awakens(
    groups: list[list[Condition]], check: Condition, of: Snapshot, more: Condition
) -> None:
    now = fires(rule(check, *map(tuple, groups)), of)
    narrowed = [[*group, more] for group in groups]
    assert not fires(rule(check, *map(tuple, narrowed)), of) or now
    assert fires(rule(check, *map(tuple, [*groups, [more]])), of) or not now


@given(conditions(), snapshots())
def test_rule_never_fires_where_its_check_holds(check: Condition, of: Snapshot) -> None:
    assert not (holds(check, of) and fires(rule(check), of))


@given(st.sampled_from(["diagnoses", "procedures"]), CODES, CODES, st.sampled_from(["I", "I50", "P0"]))
def test_more_codes_never_take_a_beginning_away(
    fact: str, some: tuple[str, ...], more: tuple[str, ...], begin: str
) -> None:
    question = asked(fact, Op.STARTS, begin)
    assert not holds(question, {fact: some}) or holds(question, {fact: some + more})


@given(GROUPS, conditions())
def test_kept_rule_reads_back_equal(groups: list[list[Condition]], check: Condition) -> None:
    assert from_json(as_json(groups, check)) == (tuple(map(tuple, groups)), check)


@given(conditions(), snapshots())
def test_what_the_designer_accepts_can_be_asked_of_every_case(condition: Condition, of: Snapshot) -> None:
    assert isinstance(holds(condition, of), bool)
    assert condition.op in (*PRESENCE, *LISTED) or isinstance(fails(condition, of), bool)
