"""The validation designer at its doors: written, tried, switched on, fired, answered; roles and houses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.workbench.abstracting.actions import set_item
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.edits.actions import override_edit
from coding.workbench.house.models import HouseRule, HouseRuleTrial, HouseRuleVersion
from coding.workbench.models import CodingRecord
from hims.lib.access import Role
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.clients import signed_in
from tests.factories.coding import admitted_for, coding_record
from tests.factories.records import encounter, provider
from tests.trail import told

pytestmark = pytest.mark.django_db
LIST = "/coding/house-rules/"
NEW = f"{LIST}new"
ATTENDING = {
    "name": "Attending with NPI", "severity": "stop", "message": "Enter the attending with an NPI.", "rows": "3",
    "c0-fact": "encounter_class", "c0-op": "any", "c0-value": "inpatient",
    "c1-join": "and", "c1-fact": "diagnoses", "c1-op": "starts", "c1-value": "J18, i50.2",
    "check-fact": "attending_npi", "check-op": "filled",
}  # fmt: skip


@pytest.fixture
def manager(him_manager: User) -> Client:
    return signed_in(him_manager)


@pytest.fixture
def coded(record: CodingRecord, coder: User) -> CodingRecord:
    """Pneumonia, ready to be finalized."""
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="J189", poa="Y")
    return record


def written(manager: Client, facility: Facility, **other: str) -> HouseRule:
    answer = manager.post(NEW, {**ATTENDING, "facility": str(facility.pk), **other})
    assert answer.status_code == 302, answer.content.decode()
    return HouseRule.objects.get(name=other.get("name", ATTENDING["name"]))


def switched_on(manager: Client, facility: Facility, **other: str) -> HouseRule:
    rule = written(manager, facility, **other)
    assert manager.post(f"{LIST}{rule.pk}/try", {"version": "1"}).status_code == 200
    assert manager.post(f"{LIST}{rule.pk}/switch", {"version": "1", "active": "1"}).status_code == 302
    rule.refresh_from_db()
    return rule


def pane(by: User, record: CodingRecord) -> str:
    text: str = signed_in(by).get(f"/coding/{record.encounter_id}/pane").content.decode()
    return text


def test_rule_is_written_tried_switched_on_and_stops_a_coding(
    manager: Client, facility: Facility, coded: CodingRecord, coder: User, him_manager: User
) -> None:
    rule = written(manager, facility)
    page = manager.get(f"{LIST}{rule.pk}/").content.decode()
    assert (
        "When Encounter class is any of inpatient and Diagnoses starts with any of J18, I502: Attending NPI is filled in."
        in page
    )
    assert ATTENDING["message"] not in pane(coder, coded)
    refused = manager.post(f"{LIST}{rule.pk}/switch", {"version": "1", "active": "1"})
    assert (refused.status_code, "Try the rule on recent accounts first" in refused.content.decode()) == (422, True)
    page = manager.post(f"{LIST}{rule.pk}/try", {"version": "1"}).content.decode()
    assert "Would fire on 1 of the last 1 accounts (discharged 03/14/2026 to 03/14/2026)" in page
    assert coded.encounter.account_number in page
    assert manager.post(f"{LIST}{rule.pk}/switch", {"version": "1", "active": "1"}).status_code == 302
    shown = pane(coder, coded)
    assert ATTENDING["message"] in shown
    assert "house rule Attending with NPI" in shown
    checks = signed_in(coder).get(f"/coding/{coded.encounter_id}/checklist").content.decode()
    assert ATTENDING["message"] in checks
    with pytest.raises(DomainError, match="Enter the attending with an NPI"):
        finalize(by=coder, record=coded, version=coded.version)
    who = provider(npi="1000000012")
    set_item(by=coder, record=coded, version=coded.version, name="attending", text=str(who.pk))
    assert finalize(by=coder, record=coded, version=coded.version).content["abstract"]["attending"]["npi"] == who.npi
    events = [event for event, _ in told(him_manager)]
    assert {"house_rule.written", "house_rule.tried", "house_rule.trial_kept", "house_rule.switched"} <= set(events)


def test_warning_of_a_house_rule_wants_an_override_which_falls_with_a_new_wording(
    manager: Client, facility: Facility, coded: CodingRecord, coder: User
) -> None:
    rule = switched_on(manager, facility, severity="warn")
    with pytest.raises(DomainError, match="1 warning waits"):
        finalize(by=coder, record=coded, version=coded.version)
    key = f"house_{rule.pk}_{rule.version}::"
    override_edit(by=coder, record=coded, version=coded.version, edit=key, reason="Locum without number")
    assert "Locum without number" in pane(coder, coded)
    asked = {**ATTENDING, "severity": "warn", "message": "Another wording.", "version": str(rule.version)}
    assert manager.post(f"{LIST}{rule.pk}/edit", asked).status_code == 302
    rule.refresh_from_db()
    version = HouseRuleVersion.objects.get(rule=rule, number=rule.version)
    assert (rule.version, version.active) == (3, False)
    assert "Attending with NPI" not in pane(coder, coded)
    for path, more in (("try", {}), ("switch", {"active": "1"})):
        manager.post(f"{LIST}{rule.pk}/{path}", {"version": "3", **more})
    with pytest.raises(DomainError, match="1 warning waits"):
        finalize(by=coder, record=coded, version=coded.version)


def test_hint_blocks_nothing_and_switching_off_silences(
    manager: Client, facility: Facility, coded: CodingRecord, coder: User
) -> None:
    rule = switched_on(manager, facility, severity="inform")
    assert ATTENDING["message"] in pane(coder, coded)
    assert manager.post(f"{LIST}{rule.pk}/switch", {"version": "2"}).status_code == 302
    assert ATTENDING["message"] not in pane(coder, coded)
    page = manager.get(f"{LIST}{rule.pk}/").content.decode()
    assert page.count("<td>Off</td>") == 2
    assert page.count("<td>On</td>") == 1
    finalize(by=coder, record=coded, version=coded.version)


@pytest.mark.parametrize(
    ("days", "fired"),
    [
        ({"starts_on": "2026-03-14"}, True), ({"starts_on": "2026-03-15"}, False), ({"ends_on": "2026-03-14"}, True),
        ({"ends_on": "2026-03-13"}, False), ({"starts_on": "2026-03-01", "ends_on": "2026-03-31"}, True),
    ],
)  # fmt: skip
def test_rule_holds_for_the_days_of_discharge_it_names(
    days: dict[str, str], fired: bool, manager: Client, facility: Facility, coded: CodingRecord, coder: User
) -> None:
    switched_on(manager, facility, **days)
    assert (ATTENDING["message"] in pane(coder, coded)) is fired


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"severity": "loud"}, "severity", "Select a valid choice."),
        ({"c0-value": "hospital"}, "c0-value", "“hospital” is none of:"),
        ({"c0-op": "lt"}, "c0-op", "cannot be asked this way."),
        ({"c2-value": "x"}, "c2-fact", "Choose the field this belongs to."),
        ({"check-fact": ""}, "check-fact", "Choose what must hold."),
        ({"check-fact": "age_days", "check-op": "le", "check-value": "x"}, "check-value", "Enter a whole number."),
        (
            {"check-fact": "age_days", "check-op": "le", "check-other": "admitted_on"},
            "check-other",
            "of the same kind.",
        ),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "ends_on", "lies before the first one."),
        ({"message": "x" * 301}, "message", "at most 300 characters"),
    ],
)
def test_fault_stands_beside_its_field_and_nothing_is_kept(
    change: dict[str, str], field: str, said: str, manager: Client, facility: Facility
) -> None:
    answer = manager.post(NEW, {**ATTENDING, "facility": str(facility.pk), **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    beside = page[page.index(f'for="id_{field}"') :].split("field__errors", 1)[1][:400]
    assert said in beside
    assert not HouseRule.objects.exists()


def test_further_row_is_offered_without_saving(manager: Client, facility: Facility) -> None:
    answer = manager.post(NEW, {**ATTENDING, "facility": str(facility.pk), "more": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="c3-fact"' in page
    assert 'value="Attending with NPI"' in page
    assert "field__errors" not in page
    assert not HouseRule.objects.exists()


def test_or_begins_a_new_group_and_the_page_brings_it_back(manager: Client, facility: Facility) -> None:
    rule = written(
        manager, facility, **{"c1-join": "or", "c2-join": "and", "c2-fact": "sex", "c2-op": "any", "c2-value": "F"}
    )
    content = HouseRuleVersion.objects.get(rule=rule).content
    assert [len(group) for group in content["groups"]] == [1, 2]
    page = manager.get(f"{LIST}{rule.pk}/edit").content.decode()
    assert '<option value="or" selected>or</option>' in page
    assert 'value="J18, I502"' in page
    assert f'name="version" value="{rule.version}"' in page


def test_stale_page_overwrites_nothing(manager: Client, facility: Facility) -> None:
    rule = switched_on(manager, facility)
    answer = manager.post(f"{LIST}{rule.pk}/edit", {**ATTENDING, "version": "1", "message": "Old page"})
    assert (answer.status_code, "Somebody else has changed this rule" in answer.content.decode()) == (422, True)
    for path in ("try", "switch"):
        assert manager.post(f"{LIST}{rule.pk}/{path}", {"version": "1"}).status_code == 422
    assert manager.post(f"{LIST}{rule.pk}/switch", {"version": "x"}).status_code == 422
    assert manager.post(f"{LIST}{rule.pk}/switch", {"version": "2", "active": "1"}).status_code == 422
    assert HouseRuleVersion.objects.count() == 2


def test_name_stands_once_a_facility(manager: Client, facility: Facility) -> None:
    written(manager, facility)
    answer = manager.post(NEW, {**ATTENDING, "facility": str(facility.pk), "name": "ATTENDING with NPI"})
    assert (answer.status_code, "There is a rule ATTENDING with NPI already." in answer.content.decode()) == (422, True)


def test_roles_and_other_houses(
    manager: Client, facility: Facility, other_facility: Facility, coder: User, person: Any, him_manager: User
) -> None:
    rule = written(manager, facility)
    there = person("gail", Role.HIM_MANAGER, other_facility)
    other = signed_in(there)
    paths = [f"{LIST}{rule.pk}/", f"{LIST}{rule.pk}/edit"]
    assert [signed_in(coder).get(path).status_code for path in (LIST, NEW, *paths)] == [403] * 4
    assert [other.get(path).status_code for path in (LIST, NEW, *paths)] == [200, 200, 404, 404]
    assert rule.name not in other.get(LIST).content.decode()
    assert other.post(f"{LIST}{rule.pk}/switch", {"version": "1"}).status_code == 404
    assert other.post(f"{LIST}{rule.pk}/try", {"version": "1"}).status_code == 404
    assert manager.get(f"{NEW}?facility={other_facility.pk}").status_code == 404
    assert manager.post(NEW, {**ATTENDING, "facility": str(other_facility.pk)}).status_code == 404
    assert manager.get(f"{LIST}{uuid4()}/").status_code == 404
    assert rule.name in manager.get(LIST).content.decode()


def test_trial_counts_what_the_manager_may_see_at_the_own_house(
    manager: Client, facility: Facility, other_facility: Facility, coded: CodingRecord, coder: User, him_manager: User
) -> None:
    own, elsewhere = coding_record(encounter(facility)), coding_record(encounter(other_facility))
    for each in (own, elsewhere):
        CodingRecord.objects.filter(pk=each.pk).update(status="in_progress")
    uncoded = coding_record(encounter(facility))
    rule = written(manager, facility, **{"c0-fact": "", "c0-value": "", "c1-fact": "", "c1-value": ""})
    page = manager.post(f"{LIST}{rule.pk}/try", {"version": "1"}).content.decode()
    assert "Would fire on 2 of the last 2 accounts" in page
    for hidden in (elsewhere, uncoded):
        assert Encounter.objects.get(pk=hidden.encounter_id).account_number not in page
    assert Patient.objects.get(pk=own.patient_id).family_name not in page
    trial = HouseRuleTrial.objects.get()
    assert (trial.fired, trial.tested, trial.tried_by) == (2, 2, him_manager)


def test_trial_needs_as_many_queries_for_six_accounts_as_for_one(
    manager: Client, facility: Facility, coded: CodingRecord
) -> None:
    rule = written(manager, facility)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert manager.post(f"{LIST}{rule.pk}/try", {"version": "1"}).status_code == 200
        return len(seen)

    count()
    few = count()
    for _ in range(5):
        more = coding_record(encounter(facility, attending=provider(npi="1000000012")))
        CodingRecord.objects.filter(pk=more.pk).update(status="in_progress")
    assert count() == few


def test_versions_and_trials_are_never_changed(manager: Client, facility: Facility, coded: CodingRecord) -> None:
    switched_on(manager, facility)
    for table in ("coding_houseruleversion", "coding_houseruletrial"):
        for words in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
                connection.cursor().execute(words)


def test_rule_about_an_own_field_is_asked(
    manager: Client, facility: Facility, coded: CodingRecord, coder: User
) -> None:
    manager.post("/coding/abstract-fields/", {"facility": facility.pk, "label": "Hours to theatre", "kind": "number"})
    key = "local:hours_to_theatre"
    switched_on(manager, facility, **{"check-fact": key, "check-op": "le", "check-value": "48"})
    assert ATTENDING["message"] not in pane(coder, coded)
    set_item(by=coder, record=coded, version=coded.version, name=key, text="49")
    assert ATTENDING["message"] in pane(coder, coded)
    set_item(by=coder, record=coded, version=coded.version, name=key, text="48")
    assert ATTENDING["message"] not in pane(coder, coded)
