"""The risk assessment: a breach is presumed, 45 CFR 164.402."""

from __future__ import annotations

import pytest

from audit.cases.breach import Assessment, BreachException, Factor, Level, Verdict, faults, verdict


def factors(*levels: Level) -> dict[Factor, tuple[Level, str]]:
    return {factor: (level, "because") for factor, level in zip(Factor, levels, strict=True)}


LOW, MEDIUM, HIGH = Level.LOW, Level.MEDIUM, Level.HIGH


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((LOW, LOW, LOW, LOW), Verdict.LOW_PROBABILITY),
        ((MEDIUM, LOW, LOW, LOW), Verdict.LOW_PROBABILITY),
        ((LOW, LOW, LOW, MEDIUM), Verdict.LOW_PROBABILITY),
        ((MEDIUM, MEDIUM, LOW, LOW), Verdict.BREACH),
        ((HIGH, LOW, LOW, LOW), Verdict.BREACH),
        ((LOW, HIGH, LOW, LOW), Verdict.BREACH),
        ((LOW, LOW, HIGH, LOW), Verdict.BREACH),
        ((LOW, LOW, LOW, HIGH), Verdict.BREACH),
        ((HIGH, HIGH, HIGH, HIGH), Verdict.BREACH),
    ],
)
def test_verdict_by_the_four_factors(levels: tuple[Level, ...], expected: Verdict) -> None:
    assert verdict(Assessment(factors=factors(*levels))) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Assessment(permitted=True), Verdict.PERMITTED),
        (Assessment(secured=True), Verdict.SECURED),
        *((Assessment(exception=each), Verdict.EXCEPTED) for each in BreachException if each),
        (Assessment(secured=True, factors=factors(HIGH, HIGH, HIGH, HIGH)), Verdict.SECURED),
    ],
)
def test_verdict_without_factors_needs_a_reason_of_its_own(found: Assessment, expected: Verdict) -> None:
    assert faults(found) == []
    assert verdict(found) == expected
    assert not expected.is_breach


def test_assessment_that_leaves_out_a_factor_is_not_complete() -> None:
    whole = factors(LOW, LOW, LOW, LOW)
    three = {factor: value for factor, value in whole.items() if factor.value != "acquired"}
    assert [name for name, _ in faults(Assessment(factors=three))] == ["acquired"]
    with pytest.raises(ValueError, match="not complete"):
        verdict(Assessment(factors=three))


def test_assessment_without_words_is_not_complete() -> None:
    bare: dict[Factor, tuple[Level, str]] = {**factors(LOW, LOW, LOW, LOW), Factor.NATURE: (LOW, "  ")}
    assert [name for name, _ in faults(Assessment(factors=bare))] == ["nature_words"]


def test_assessment_of_nothing_lacks_all_four_factors() -> None:
    assert [name for name, _ in faults(Assessment())] == [factor.value for factor in Factor]


def test_every_word_has_a_title() -> None:
    for vocabulary in (Factor, BreachException, Verdict):
        assert all(each.words for each in vocabulary)
