"""The abstract at its doors: what is saved, what follows, what is refused, and who may."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.workbench.abstracting.actions import set_item
from coding.workbench.abstracting.models import Abstract, AbstractField
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.edits.actions import override_edit
from coding.workbench.history.differences import differences
from coding.workbench.models import CodingRecord
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.clients import signed_in
from tests.factories.coding import admitted_for, coding_record, install_codes
from tests.factories.records import encounter, patient, provider
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def coded(record: CodingRecord, coder: User) -> CodingRecord:
    """Pneumonia with its admitting diagnosis; a transfer of it pays otherwise than a discharge home."""
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="J189", poa="Y")
    return record


@pytest.fixture
def newborn(facility: Facility, codes: None) -> CodingRecord:
    """Born here, seen as newborn by registration."""
    install_codes(["Z3800", "P0718", "P0716"])
    born = date(2026, 3, 9)
    stay = encounter(
        facility, patient(facility, birth_date=born, family_name="Baby"), admission_type="4", point_of_origin="5",
        admitted_at=datetime(2026, 3, 9, 15, tzinfo=UTC),
    )  # fmt: skip
    return coding_record(stay)


def say(by: User, record: CodingRecord, name: str, text: str) -> Abstract:
    """State one item; the abstract afterwards."""
    set_item(by=by, record=record, version=record.version, name=name, text=text)
    return Abstract.objects.get(record=record)


def post(by: User, record: CodingRecord, name: str, value: str, /, **more: str) -> Any:
    record.refresh_from_db()
    asked = {"version": record.version, "name": name, "value": value, **more}
    return signed_in(by).post(f"/coding/{record.encounter_id}/abstract/save", asked)


def test_disposition_of_the_coder_counts_for_drg_claim_and_page_and_can_be_taken_back(
    coded: CodingRecord, coder: User
) -> None:
    coded.refresh_from_db()
    before = coded.grouping.final_drg
    row = say(coder, coded, "discharge_disposition", "20")
    assert (row.discharge_disposition, row.against) == ("20", {"discharge_disposition": "01"})
    page = signed_in(coder).get(f"/coding/{coded.encounter_id}/abstract/").content.decode()
    assert "Coder; registration: 01 Home, no services" in page
    assert '<option value="20" selected>20 Died</option>' in page
    summary = finalize(by=coder, record=coded, version=coded.version)
    content = summary.content
    assert content["encounter"]["discharge_disposition"] == "20"
    assert content["registered"]["discharge_disposition"] == "01"
    assert Encounter.objects.get(pk=coded.encounter_id).discharge_disposition == "01"
    assert (summary.final_drg, before) == ("195", "195")


def test_change_of_disposition_groups_the_stay_anew(record: CodingRecord, coder: User) -> None:
    # I21 is not in the small code set; an acute MI that ends in death leaves 280-282 for 283-285.
    install_codes(["I214"])
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I214", poa="Y")
    record.refresh_from_db()
    alive = record.grouping.final_drg
    say(coder, record, "discharge_disposition", "20")
    record.refresh_from_db()
    assert (alive, record.grouping.final_drg) == ("282", "285")
    say(coder, record, "discharge_disposition", "")
    record.refresh_from_db()
    assert record.grouping.final_drg == "282"


def test_saying_what_registration_says_is_no_correction(coded: CodingRecord, coder: User) -> None:
    who = provider()
    Encounter.objects.filter(pk=coded.encounter_id).update(attending=who)
    say(coder, coded, "discharge_disposition", "06")
    row = say(coder, coded, "discharge_disposition", "01")
    assert (row.discharge_disposition, row.against) == ("", {})
    assert say(coder, coded, "attending", str(who)).attending is None


def test_registration_that_moves_on_raises_a_warning_which_is_answered_like_others(
    coded: CodingRecord, coder: User
) -> None:
    say(coder, coded, "discharge_disposition", "06")
    Encounter.objects.filter(pk=coded.encounter_id).update(discharge_disposition="03")
    page = signed_in(coder).get(f"/coding/{coded.encounter_id}/pane").content.decode()
    assert "registration now says 03, it said 01 when the abstract was corrected to 06" in page
    key = "abstract_overtaken:03+discharge_disposition:"
    override_edit(by=coder, record=coded, version=coded.version, edit=key, reason="Record says home health")
    finalize(by=coder, record=coded, version=coded.version)
    assert coded.status == "finalized"


def test_birth_weight_is_asked_for_newborns_and_kept_in_the_summary(newborn: CodingRecord, coder: User) -> None:
    pane = f"/coding/{newborn.encounter_id}/pane"
    add_diagnosis(by=coder, record=newborn, version=0, code="Z3800")
    add_diagnosis(by=coder, record=newborn, version=1, code="P0716", poa="Y")
    client = signed_in(coder)
    assert "The birth weight is missing" in client.get(pane).content.decode()
    say(coder, newborn, "birth_weight_grams", "2100")
    page = client.get(pane).content.decode()
    assert "P07.16 stands for 1500 to 1749 g; the abstract says 2100 g." in page
    assert "The birth weight is missing" not in page


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("birth_weight_grams", "3250", "A birth weight belongs to newborns; this patient was"),
        ("birth_weight_grams", "3.2", "Enter a whole number."),
        ("ventilation_hours", "145", "has no room for 145 hours of ventilation."),
        ("ventilation_hours", "<b>", "Enter a whole number."),
        ("discharge_disposition", "99", "Choose one of the list."),
        ("attending", "1234567890", "No clinician has the NPI 1234567890."),
        ("attending", "Nobody", "No clinician is called Nobody."),
        ("operating", "Twin", "Several clinicians are called so. Enter the NPI."),
    ],
)
def test_fault_stands_beside_its_field_as_it_was_typed(
    name: str, value: str, said: str, coded: CodingRecord, newborn: CodingRecord, coder: User
) -> None:
    provider("Twin", npi="1000000012")
    provider("Twin", npi="1000000020")
    record = newborn if value == "3.2" else coded
    answer = post(coder, record, name, value, row="1")
    page = answer.content.decode()
    assert said in page
    if name == "birth_weight_grams" and record == coded:
        assert (answer.status_code, "HX-Retarget" in answer) == (422, False)  # this panel has no such row
        return
    assert (answer.status_code, answer["HX-Retarget"]) == (422, f"#abstract-{name}-row")
    assert f'id="abstract-{name}-row"' in page
    assert 'aria-invalid="true"' in page
    assert "<b>" not in page
    assert not Abstract.objects.exists()


@pytest.mark.parametrize("asked", [{"name": "nothing"}, {"name": "local:gone"}, {"name": ""}, {"version": "x"}])
def test_nonsense_is_refused_with_a_sentence(asked: dict[str, str], coded: CodingRecord, coder: User) -> None:
    answer = post(coder, coded, "attending", "x", **asked)
    assert answer.status_code == 422
    assert "data-refused" in answer.content.decode()


def test_saved_item_answers_with_row_undo_and_codes_side(coded: CodingRecord, coder: User) -> None:
    page = post(coder, coded, "ventilation_hours", "30", row="1").content.decode()
    assert "Mechanical ventilation saved." in page
    assert "&quot;value&quot;: &quot;&quot;" in page
    assert 'id="abstract-ventilation_hours-row" hx-swap-oob="outerHTML"' in page
    assert "5A1945Z fits" in page
    assert "abstract-ventilation_hours-row" not in post(coder, coded, "ventilation_hours", "").content.decode()
    assert Abstract.objects.get().ventilation_hours is None


@pytest.mark.parametrize("text", ["1000000038", "Reyes", "mateo reyes", "Mateo Reyes, MD"])
def test_clinician_is_found_by_npi_and_by_name(text: str, coded: CodingRecord, coder: User) -> None:
    who = provider(npi="1000000038")
    assert say(coder, coded, "operating", text).operating == who
    page = signed_in(coder).get(f"/coding/{coded.encounter_id}/abstract/").content.decode()
    assert "NPI 1000000038." in page
    undo = set_item(by=coder, record=coded, version=coded.version, name="operating", text="")
    assert say(coder, coded, "operating", undo.before).operating == who


def test_stale_and_finalized_codings_take_no_abstract(coded: CodingRecord, coder: User) -> None:
    assert post(coder, coded, "ventilation_hours", "30", version="0").status_code == 409
    finalize(by=coder, record=coded, version=coded.version)
    answer = post(coder, coded, "ventilation_hours", "30", row="1")
    assert (answer.status_code, "finalized" in answer.content.decode()) == (422, True)
    assert "data-abstract-item" not in signed_in(coder).get(f"/coding/{coded.encounter_id}/abstract/").content.decode()


def test_roles_and_houses(
    coded: CodingRecord, coder: User, outsider: User, biller: User, him_manager: User, person: Any, facility: Facility
) -> None:
    address = f"/coding/{coded.encounter_id}/abstract/"
    assert [signed_in(who).get(address).status_code for who in (coder, him_manager, outsider, biller)] == [
        200,
        200,
        404,
        403,
    ]
    assert post(outsider, coded, "ventilation_hours", "30").status_code == 404
    assert post(biller, coded, "ventilation_hours", "30").status_code == 403
    post(coder, coded, "ventilation_hours", "30")
    assert ("coding.abstract_set", "done") in told(coder)


def test_abstract_of_a_confidential_patient_is_out_of_reach(coded: CodingRecord, coder: User) -> None:
    Patient.objects.filter(pk=coded.patient_id).update(confidential=True)
    assert signed_in(coder).get(f"/coding/{coded.encounter_id}/abstract/").status_code == 404


def test_facility_fields_are_added_asked_and_switched_off(
    coded: CodingRecord, facility: Facility, other_facility: Facility, coder: User, him_manager: User
) -> None:
    manager, page = signed_in(him_manager), "/coding/abstract-fields/"
    sent = {"facility": facility.pk, "label": "Trauma level", "kind": "choice", "choices": "I\nII\n\nIII"}
    assert manager.post(page, sent).status_code == 302
    field = AbstractField.objects.get()
    assert (field.key, field.choices) == ("trauma_level", ["I", "II", "III"])
    for asked, said in (
        (sent, "has a field of this name already."),
        ({**sent, "label": "A", "choices": "I"}, "List at least two choices"),
        ({**sent, "label": "A", "kind": "text"}, "Only a choice has a list."),
        ({**sent, "label": ""}, "This field is required."),
        ({**sent, "label": "A", "facility": other_facility.pk}, "Select a valid choice"),
    ):
        answer = manager.post(page, asked)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert post(coder, coded, "local:trauma_level", "IV", row="1").status_code == 422
    assert post(coder, coded, "local:trauma_level", "II", row="1").status_code == 200
    assert Abstract.objects.get().local == {"trauma_level": "II"}
    manager.post(f"{page}{field.pk}/switch", {})
    assert "Trauma level" not in signed_in(coder).get(f"/coding/{coded.encounter_id}/abstract/").content.decode()
    assert post(coder, coded, "local:trauma_level", "I", row="1").status_code == 422
    assert signed_in(coder).get(page).status_code == 403
    summary = finalize(by=coder, record=coded, version=CodingRecord.objects.get(pk=coded.pk).version)
    assert summary.content["abstract"]["local"] == [{"key": "trauma_level", "label": "Trauma level", "value": "II"}]


@pytest.mark.parametrize(
    ("kind", "good", "bad"), [("number", "12", "twelve"), ("date", "2026-03-10", "March"), ("text", "ß", "x" * 201)]
)
def test_facility_field_takes_its_kind(
    kind: str, good: str, bad: str, coded: CodingRecord, coder: User, him_manager: User, facility: Facility
) -> None:
    signed_in(him_manager).post("/coding/abstract-fields/", {"facility": facility.pk, "label": "Own", "kind": kind})
    assert post(coder, coded, "local:own", bad).status_code == 422
    assert post(coder, coded, "local:own", good).status_code == 200
    assert Abstract.objects.get().local == {"own": good}
    assert post(coder, coded, "local:own", "").status_code == 200
    assert Abstract.objects.get().local == {}


def test_field_of_another_house_cannot_be_switched(
    coded: CodingRecord, facility: Facility, other_facility: Facility, him_manager: User
) -> None:
    there = AbstractField.objects.create(
        facility=other_facility, key="own", label="Own", kind="text", changed_by=him_manager,
        changed_at=datetime(2026, 3, 9, tzinfo=UTC),
    )  # fmt: skip
    assert signed_in(him_manager).post(f"/coding/abstract-fields/{there.pk}/switch").status_code == 404


def test_history_names_what_the_abstract_changed(coded: CodingRecord, coder: User) -> None:
    first = finalize(by=coder, record=coded, version=coded.version).content
    later = {
        **first, "encounter": {**first["encounter"], "discharge_disposition": "06"},
        "abstract": {
            "ventilation_hours": 30, "attending": {"name": "Mateo Reyes"}, "local": [{"key": "a", "label": "A", "value": "x"}],
        },
    }  # fmt: skip
    found = {each.title: (each.before, each.after) for each in differences(first, later)}
    assert found == {
        "Disposition": ("01", "06"), "Ventilation hours": ("none", "30"), "Attending": ("none", "Mateo Reyes"), "A": ("none", "x"),
    }  # fmt: skip
    older = {name: value for name, value in first.items() if name not in ("abstract", "registered")}
    assert list(differences(older, first)) == []


def test_panel_needs_as_many_queries_with_an_abstract_as_without(coded: CodingRecord, coder: User) -> None:
    client, address = signed_in(coder), f"/coding/{coded.encounter_id}/abstract/"
    pane = f"/coding/{coded.encounter_id}/pane"

    def count(page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    few = [count(address), count(pane)]
    for name in ("attending", "operating", "other_operating"):
        who = provider(f"Clinician {name}", npi=f"10000000{len(name)}")
        say(coder, coded, name, str(who.pk))
    say(coder, coded, "discharge_disposition", "06")
    assert [count(address), count(pane)] == few
