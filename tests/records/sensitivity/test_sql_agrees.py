"""The SQL that narrows every list is the rule: on every combination of labels, clearances, consents and emergency."""

from __future__ import annotations

import pytest

from hims.lib.access import Permission
from hims.lib.labels import CLEARANCES, Label
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.sensitivity.rules import visible
from tests.factories.records import encounter, patient
from tests.records.sensitivity.scenes import consents, documents, glass_broken, reader, subsets

pytestmark = pytest.mark.django_db
LABELS = subsets(label.value for label in Label)
OPENED = subsets(label.value for label in CLEARANCES)


def in_reach(user: User) -> set[object]:
    fresh = User.objects.get(pk=user.pk)
    return set(Document.objects.all().visible_to(fresh, Permission.CHART_VIEW).values_list("pk", flat=True))


@pytest.mark.slow
def test_rows_in_reach_are_those_of_the_rule_on_every_combination(facility: Facility, him_manager: User) -> None:
    """128 sets of labels by 64 of clearances by 64 of consents, with and without emergency: 1,048,576 answers."""
    charts = []
    for consented in OPENED:
        stay = encounter(facility, patient(facility))
        consents(stay.patient_id, consented, him_manager)
        charts.append((consented, documents(stay, LABELS)))
    asked = 0
    for cleared in OPENED:
        user = reader(facility, *cleared)
        for emergency in (False, True):
            if emergency:
                glass_broken(user, [rows[0].patient_id for _, rows in charts])
            found = in_reach(user)
            expected = {
                row.pk
                for consented, rows in charts
                for row in rows
                if visible(row.labels, cleared=cleared, consented=consented, emergency=emergency)
            }
            assert found == expected, (cleared, emergency)
            asked += sum(len(rows) for _, rows in charts)
    assert asked == 128 * 64 * 64 * 2


def test_document_takes_over_the_labels_of_its_encounter(facility: Facility, him_manager: User) -> None:
    own = [(), ("hiv",), ("part2",), ("psychotherapy",)]
    person = patient(facility)
    consents(person.pk, ["genetic"], him_manager)
    rows = [
        (words, row) for words in LABELS for row in documents(encounter(facility, person, labels=sorted(words)), own)
    ]
    for cleared in (*OPENED[:8], OPENED[-1]):
        user = reader(facility, *cleared)
        for emergency in (False, True):
            if emergency:
                glass_broken(user, [person.pk])
            found = in_reach(user)
            for words, row in rows:
                both = {*words, *row.labels}
                expected = visible(both, cleared=cleared, consented=["genetic"], emergency=emergency)
                assert (row.pk in found) is expected, (cleared, both, emergency)
