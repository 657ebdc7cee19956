"""Who may see what carries a label: the decision table, each line with its source; and the coming of age."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations

import pytest

from hims.lib.labels import Label
from records.sensitivity.rules import (
    NOTICE,
    SHORT_NOTICE,
    claim_is_held,
    is_minor,
    majority_at,
    ordered,
    redisclosure_notice,
    visible,
)

EVERY = [label.value for label in Label]
SETS = [set(some) for some in chain.from_iterable(combinations(EVERY, size) for size in range(len(EVERY) + 1))]

# labels, cleared, consented, emergency, author, visible; source
TABLE = [
    ("", "", "", False, False, True, "nothing protects it beyond the chart"),
    ("part2", "", "", False, False, False, "42 CFR 2.13(a): no use or disclosure but as the part allows"),
    ("part2", "part2", "", False, False, True, "42 CFR 2.12(c)(3): within the program, by need"),
    ("part2", "", "part2", False, False, True, "42 CFR 2.31, 2.33: written consent"),
    ("part2", "hiv", "hiv", False, False, False, "a consent opens the kind it names, no other"),
    ("part2", "", "", True, False, True, "42 CFR 2.51: medical emergency"),
    ("part2", "", "", False, True, False, "authorship opens psychotherapy notes only"),
    ("hiv", "hiv", "", False, False, True, "state law: need to know"),
    ("hiv", "", "hiv", False, False, True, "state law: consent"),
    ("genetic", "", "", False, False, False, "state law"),
    ("reproductive", "reproductive", "", False, False, True, "state law"),
    ("behavioural", "", "behavioural", False, False, True, "state law"),
    ("minor", "", "", False, False, False, "45 CFR 164.502(g)(3): care the minor consented to"),
    ("minor", "minor", "", False, False, True, "the same"),
    ("hiv part2", "hiv", "", False, False, False, "every label must be opened"),
    ("hiv part2", "hiv", "part2", False, False, True, "by clearance or consent, each on its own"),
    ("psychotherapy", "", "", False, True, True, "45 CFR 164.508(a)(2)(i)(A): use by the originator"),
    ("psychotherapy", "", "psychotherapy", False, False, False, "45 CFR 164.508(b)(3)(ii): an authorization of its own"),
    ("psychotherapy", " ".join(EVERY), " ".join(EVERY), True, False, False, "no clearance, consent or emergency"),
    ("psychotherapy hiv", "", "", False, True, True, "the author wrote the rest of it too"),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "cleared", "consented", "emergency", "author", "expected", "source"), TABLE)
def test_decision(
    labels: str, cleared: str, consented: str, emergency: bool, author: bool, expected: bool, source: str
) -> None:
    found = visible(
        labels.split(), cleared=cleared.split(), consented=consented.split(), emergency=emergency, author=author
    )
    assert found is expected, source


def test_decision_on_every_combination_follows_the_four_sentences() -> None:
    """128 sets of labels by 128 of clearances by 7 consents, with and without emergency: 229,376 questions, answered by the rule
    in another form than its own."""
    asked = 0
    for labels in SETS:
        for cleared in SETS:
            for consented in (set(), *({word} for word in EVERY[1:])):
                for emergency in (False, True):
                    closed = [word for word in labels if word not in cleared and word not in consented]
                    expected = "psychotherapy" not in labels and (not closed or emergency)
                    assert visible(labels, cleared=cleared, consented=consented, emergency=emergency) is expected
                    asked += 1
    assert asked == 128 * 128 * 7 * 2


def test_more_labels_never_open_and_more_clearances_never_close() -> None:
    for labels in SETS:
        for cleared in SETS[::5]:
            if visible(labels, cleared=cleared):
                assert all(visible(labels, cleared={*cleared, word}) for word in EVERY)
            else:
                assert not any(visible({*labels, word}, cleared=cleared) for word in EVERY)


def test_claim_of_substance_use_treatment_is_held_without_consent() -> None:
    assert claim_is_held(["part2"], [])
    assert claim_is_held(["hiv", "part2"], ["hiv"])
    assert not claim_is_held(["part2"], ["part2"])
    assert not claim_is_held(["hiv"], [])


def test_notice_goes_with_part2_material_only() -> None:
    assert redisclosure_notice(["hiv"], ["part2"]) == NOTICE
    assert redisclosure_notice(["hiv"], []) == ""
    assert NOTICE.startswith(SHORT_NOTICE)
    assert len(SHORT_NOTICE) <= 80


def test_labels_are_kept_once_in_order_and_nothing_else_is_one() -> None:
    assert ordered(["part2", "hiv", "part2"]) == ["hiv", "part2"]
    with pytest.raises(ValueError, match="secret"):
        ordered(["secret"])


BIRTHDAYS = [
    # born, zone, state, comes of age (UTC); why
    (date(2008, 7, 4), "America/Detroit", "MI", datetime(2026, 7, 4, 4, tzinfo=UTC)),  # midnight in summer time
    (date(2008, 12, 31), "America/Detroit", "MI", datetime(2026, 12, 31, 5, tzinfo=UTC)),
    (date(2008, 2, 29), "America/Detroit", "MI", datetime(2026, 3, 1, 5, tzinfo=UTC)),  # no such day in 2026
    (date(2008, 2, 29), "UTC", "MS", datetime(2029, 3, 1, tzinfo=UTC)),
    (date(2004, 2, 29), "Pacific/Kiritimati", "", datetime(2022, 2, 28, 10, tzinfo=UTC)),
    (date(2007, 7, 4), "America/Chicago", "AL", datetime(2026, 7, 4, 5, tzinfo=UTC)),  # 19 there
    (
        date(2008, 3, 8),
        "America/New_York",
        "",
        datetime(2026, 3, 8, 5, tzinfo=UTC),
    ),  # clocks change that day, after midnight
]


@pytest.mark.parametrize(("born", "zone", "state", "at"), BIRTHDAYS)
def test_minor_comes_of_age_at_local_midnight_of_the_birthday(born: date, zone: str, state: str, at: datetime) -> None:
    assert majority_at(born, zone, state) == at
    assert is_minor(born, at - timedelta(seconds=1), zone, state)
    assert not is_minor(born, at, zone, state)
    assert not is_minor(born, at + timedelta(seconds=1), zone, state)
