"""The second wall: what the database itself shows to the application's role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from audit.walls import Standing, behind, standing, standing_for, unwalled
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentVersion
from records.encounters.models import Encounter
from records.registry.models import Address, Patient
from tests.factories import records as make
from tests.walls import at_the_door

pytestmark = pytest.mark.django_db
PARENTS = ("patient_id", "encounter_id", "document_id", "version_id", "record_id", "account_id", "facility_ids")


@pytest.fixture
def door() -> Iterator[None]:
    with at_the_door():
        yield


def tables_of_patients() -> set[str]:
    """Tables with a column that leads to a patient. Those of the app audit know patients by id alone."""
    ours = ("records_", "coding_", "billing_", "scheduling_")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.table_name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name"
            " WHERE c.table_schema = 'public' AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
            " AND c.column_name = ANY (%s)",
            [list(PARENTS)],
        )
        return {name for (name,) in cursor.fetchall() if name.startswith(ours)}


def forced() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_table_that_leads_to_a_patient_is_under_forced_row_security() -> None:
    assert tables_of_patients() - forced() == set()


def test_application_role_is_no_superuser_and_does_not_bypass_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.django_db(databases=["default", "owner"])
def test_cases_are_under_forced_row_security_with_all_that_hangs_on_them() -> None:
    wanted = {model._meta.db_table for model in apps.get_app_config("audit").get_models() if "Case" in model.__name__}
    assert {"audit_case", "audit_casenote", "audit_caseevidence"} <= wanted
    assert (wanted | {"audit_breachassessment"}) - forced() == set()


@pytest.mark.django_db(databases=["default", "owner"])
def test_without_context_no_table_shows_a_row(facility: Facility) -> None:
    stay = make.encounter(facility)
    make.document(stay)
    with at_the_door(), connection.cursor() as cursor:
        for table in sorted(forced()):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table


def test_rows_of_the_own_facility_only(facility: Facility, other_facility: Facility, coder: User, door: None) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        here, there = make.encounter(facility), make.encounter(other_facility)
        make.document(here, "here")
        make.document(there, "there")
        Address.objects.create(patient=there.patient, line="1 Shore Road")
    with standing_for(coder):
        assert list(Encounter.objects.all()) == [here]
        assert list(Patient.objects.all()) == [here.patient]
        assert [version.text for version in DocumentVersion.objects.all()] == ["here"]
        assert Document.objects.count() == 1
        assert Address.objects.count() == 0


def test_restricted_chart_is_hidden_until_a_grant_opens_it(
    facility: Facility, coder: User, privacy_officer: User, door: None
) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        patient = make.patient(facility, confidential=True)
    with standing_for(privacy_officer):
        assert Patient.objects.filter(pk=patient.pk).exists()
    with standing_for(coder):
        assert not Patient.objects.filter(pk=patient.pk).exists()
    given = make.grant(coder, patient.pk)
    with standing_for(coder):
        assert Patient.objects.filter(pk=patient.pk).exists()
    given.delete()
    with standing_for(coder):
        assert not Patient.objects.filter(pk=patient.pk).exists()


def test_row_of_another_facility_cannot_be_written(
    facility: Facility, other_facility: Facility, coder: User, door: None
) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        patient = make.patient(facility)
    with standing_for(coder), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        make.encounter(other_facility, patient)


def test_context_ends_with_its_transaction(facility: Facility, coder: User, door: None) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        make.encounter(facility)
    with standing_for(coder):
        assert Encounter.objects.count() == 1
    assert Encounter.objects.count() == 0


def test_work_inside_other_work_gives_the_context_back(
    facility: Facility, other_facility: Facility, coder: User, outsider: User, door: None
) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        here = make.encounter(facility)
        there = make.encounter(other_facility)
    with standing_for(coder):
        with standing_for(outsider):
            assert list(Encounter.objects.all()) == [there]
        assert list(Encounter.objects.all()) == [here]


def test_feed_is_trusted_at_its_facilities(specialist: User, facility: Facility) -> None:
    assert standing(specialist).trusted == ""
    assert standing(specialist, Permission.DATA_IMPORT).trusted == str(facility.pk)


def test_strange_context_shows_nothing(facility: Facility, door: None) -> None:
    with unwalled("00000000-0000-0000-0000-000000000000"):
        make.encounter(facility)
    with behind(Standing(uid="", facilities="")):
        assert Encounter.objects.count() == 0


@pytest.mark.django_db(databases=["default", "owner"])
def test_owner_is_held_by_force_and_let_through_by_name_only() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, array_agg(policyname ORDER BY policyname), array_agg(roles::text ORDER BY policyname)"
            " FROM pg_policies GROUP BY tablename"
        )
        for table, names, roles in cursor.fetchall():
            assert names[:1] == ["owner"], table
            assert roles[0] == "{hims_owner}", table


def test_comparisons_of_the_searches_use_their_indexes_under_row_security() -> None:
    wanted = {"word_similarity_op", "word_similarity_commutator_op", "textlike", "ts_match_vq"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proleakproof AND proname = ANY (%s)", [sorted(wanted)])
        assert {name for (name,) in cursor.fetchall()} == wanted


def test_models_of_patients_all_have_a_scope() -> None:
    """Whatever carries a patient has a manager that knows `visible_to`, or hangs on a row that has."""
    hanging = {
        "EncounterProvider", "EncounterLocation", "DocumentFile", "CodedDiagnosis", "CodedProcedure", "CodedService",
        "ServicePointer", "EditOverride", "Grouping", "AccountHold", "SentChange", "Abstract",
    }  # fmt: skip
    bare = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in {"records", "coding", "billing", "scheduling"}
        and any(field.attname in PARENTS for field in model._meta.concrete_fields)
        and not hasattr(model._default_manager.all(), "visible_to")
        and not model.__name__.endswith("Event")
    ]
    assert sorted(set(bare) - hanging) == []
