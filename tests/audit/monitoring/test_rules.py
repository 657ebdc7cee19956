"""The rules of privacy monitoring, each by a table of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from audit.monitoring.facts import Access, Baseline, Circumstances, Day, Outflow, PatientFacts, StaffFacts, Strength
from audit.monitoring.rules import RULE, RULES

ME, COLLEAGUE = UUID(int=1), UUID(int=2)
PATIENT, MYSELF = UUID(int=10), UUID(int=11)
ON = date(2026, 3, 9)
NONE, POOL, OWN = Strength.NONE, Strength.POOL, Strength.OWN


def verdict(rule: str, /, *, limits: dict[str, int] | None = None, **facts: Any) -> str | None:
    """What the rule says of an access to one patient; facts: fields of the patient, the person and the access."""
    patient = {name: facts.pop(name) for name in list(facts) if name in PatientFacts.__dataclass_fields__}
    person = {"surnames": facts.pop("my_surnames", frozenset()), "households": facts.pop("my_households", frozenset())}
    baseline = facts.pop("baseline", Baseline())
    patient_id = facts.pop("of", PATIENT)
    access = Access(ME, patient_id, ON, **{"opened": 3, "explained": NONE, **facts})
    what = Circumstances(
        StaffFacts(ME, own_patient_id=MYSELF, **person), baseline, PatientFacts(patient_id, **patient), access
    )
    return RULE[rule].verdict(what, limits or {})


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        ({"of": MYSELF}, True),
        ({"of": MYSELF, "explained": OWN}, True),
        ({"of": MYSELF, "opened": 0, "refused": 1}, True),
        ({"of": MYSELF, "opened": 0, "changed": 1}, True),
        ({"of": MYSELF, "opened": 0, "listed": 5}, False),
        ({}, False),
    ],
)
def test_own_chart_is_minded_however_it_is_explained(facts: dict[str, Any], raised: bool) -> None:
    assert (verdict("own_chart", **facts) is not None) is raised


HOME = frozenset({"home:12 elm street|60099"})


@pytest.mark.parametrize(
    ("rule", "tie"),
    [
        ("household", {"households": HOME, "my_households": HOME}),
        ("co_worker", {"employee_id": COLLEAGUE}),
        ("restricted", {"restricted": True}),
    ],
)
@pytest.mark.parametrize(
    ("access", "raised"),
    [
        ({"explained": NONE}, True),
        ({"explained": POOL}, True),
        ({"explained": OWN}, False),
        ({"opened": 1}, True),
        ({"opened": 0, "listed": 9}, False),
    ],
)
def test_tie_is_minded_unless_something_of_ones_own_explains_it(
    rule: str, tie: dict[str, Any], access: dict[str, Any], raised: bool
) -> None:
    assert (verdict(rule, **tie, **access) is not None) is raised


@pytest.mark.parametrize(("explained", "raised"), [(NONE, True), (POOL, False), (OWN, False)])
def test_namesake_is_minded_unless_anything_explains_it(explained: Strength, raised: bool) -> None:
    names: dict[str, Any] = {"surnames": frozenset({"okafor"}), "my_surnames": frozenset({"okafor", "ellis"})}
    assert (verdict("same_surname", **names, opened=1, explained=explained) is not None) is raised


@pytest.mark.parametrize(("refused", "explained", "raised"), [(1, NONE, True), (1, OWN, False), (0, NONE, False)])
def test_attempt_at_a_restricted_chart_is_minded(refused: int, explained: Strength, raised: bool) -> None:
    found = verdict("restricted", restricted=True, opened=0, refused=refused, explained=explained)
    assert (found is not None) is raised


@pytest.mark.parametrize("rule", ["household", "same_surname", "co_worker", "restricted"])
def test_patient_without_a_tie_is_not_minded(rule: str) -> None:
    assert verdict(rule, households=frozenset({"home:1 oak|60098"}), my_households=HOME) is None


def test_household_says_what_is_shared_and_not_where() -> None:
    both = HOME | {"telephone:5555550101"}
    said = verdict("household", households=both, my_households=both)
    assert said == "Opened the chart of someone of the same household (same home, same telephone)."


def test_own_chart_is_no_household_and_no_namesake() -> None:
    tie: dict[str, Any] = {"of": MYSELF, "households": HOME, "my_households": HOME}
    assert verdict("household", **tie) is None
    assert verdict("same_surname", of=MYSELF, surnames=frozenset({"ellis"}), my_surnames=frozenset({"ellis"})) is None


def test_restricted_chart_of_a_member_of_staff_is_left_to_the_co_worker_rule() -> None:
    assert verdict("restricted", restricted=True, employee_id=COLLEAGUE) is None


@pytest.mark.parametrize(
    ("died", "explained", "opened", "raised"),
    [
        (date(2026, 2, 6), NONE, 2, True),
        (date(2026, 2, 6), NONE, 1, False),
        (date(2026, 2, 7), NONE, 2, False),
        (date(2025, 1, 1), POOL, 9, False),
        (None, NONE, 9, False),
    ],
)
def test_deceased_patient_is_minded_after_thirty_days(
    died: date | None, explained: Strength, opened: int, raised: bool
) -> None:
    assert (verdict("deceased", deceased_on=died, explained=explained, opened=opened) is not None) is raised


@pytest.mark.parametrize(
    ("last", "in_house", "opened", "raised"),
    [
        (date(2025, 9, 9), False, 2, True),
        (date(2025, 9, 10), False, 2, False),
        (date(2025, 9, 9), False, 1, False),
        (date(2025, 9, 9), True, 2, False),
        (None, False, 2, False),
    ],
)
def test_old_chart_is_minded_after_the_limit(last: date | None, in_house: bool, opened: int, raised: bool) -> None:
    found = verdict("long_after_discharge", last_seen_on=last, in_house=in_house, opened=opened)
    assert (found is not None) is raised


@pytest.mark.parametrize(
    ("worked", "opened_at", "raised"),
    [
        (range(8, 17), {10}, False),
        (range(8, 17), {17}, False),
        (range(8, 17), {18}, True),
        (range(8, 17), {3, 10}, True),
        (range(7), {3}, False),
        (range(7), {23}, False),
        ((), {12}, False),
        ((), {3}, True),
    ],
)
def test_unusual_hour_is_measured_by_the_persons_own_hours(worked: Any, opened_at: set[int], raised: bool) -> None:
    found = verdict("after_hours", baseline=Baseline((9,) * 9, frozenset(worked)), hours=frozenset(opened_at))
    assert (found is not None) is raised


@pytest.mark.parametrize(
    ("opened", "explained", "limits", "raised"),
    [(3, NONE, {}, True), (2, NONE, {}, False), (2, NONE, {"opens": 2}, True), (9, POOL, {}, False)],
)
def test_no_relationship_needs_several_openings(
    opened: int, explained: Strength, limits: dict[str, int], raised: bool
) -> None:
    assert (verdict("no_relationship", opened=opened, explained=explained, limits=limits) is not None) is raised


def of_day(rule: str, day: Day, usual: tuple[int, ...] = (), **limits: int) -> str | None:
    return RULE[rule].verdict(Circumstances(StaffFacts(ME), Baseline(usual), day=day), limits)


@pytest.mark.parametrize(
    ("opened", "usual", "raised"),
    [
        (60, (20,) * 10, True),
        (50, (20,) * 10, False),
        (39, (5,) * 10, False),
        (60, (10, 40) * 5, False),
        (100, (20,) * 4, False),
        (121, (20,) * 4, True),
        (121, (), True),
    ],
)
def test_volume_is_measured_by_the_persons_own_days(opened: int, usual: tuple[int, ...], raised: bool) -> None:
    assert (of_day("volume_spike", Day(ME, ON, opened=opened), usual) is not None) is raised


@pytest.mark.parametrize(
    ("tiny", "fruitless", "raised"), [(6, 6, True), (10, 6, True), (11, 6, False), (9, 5, False), (0, 0, False)]
)
def test_browsing_needs_many_fruitless_searches(tiny: int, fruitless: int, raised: bool) -> None:
    assert (of_day("browsing", Day(ME, ON, tiny=tiny, fruitless=fruitless)) is not None) is raised


@pytest.mark.parametrize(("patients", "raised"), [(50, False), (51, True), (0, False)])
@pytest.mark.parametrize(("reason", "words"), [("", "no reason was given"), ("payer audit", "the reason given")])
def test_bulk_outflow_is_minded_with_and_without_reason(patients: int, raised: bool, reason: str, words: str) -> None:
    out = Outflow(ME, ON, datetime(2026, 3, 9, tzinfo=UTC), "audit.exported", patients, reason)
    said = RULE["bulk_outflow"].verdict(Circumstances(StaffFacts(ME), outflow=out), {})
    assert (said is not None) is raised
    assert not raised or words in str(said)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_without_its_facts_says_nothing(rule: Any) -> None:
    assert rule.verdict(Circumstances(StaffFacts(ME)), {}) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_standard_limits_lie_within_their_range(rule: Any) -> None:
    assert [limit.name for limit in rule.limits if not limit.lowest <= limit.default <= limit.highest] == []
