"""What explains an access: each source, where it ends, and that a batch costs the same whatever its size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.access.models import AccessGrant, EmployeeChart, GrantSource
from audit.monitoring.facts import Strength
from audit.monitoring.models import AccessExplanation, PrivacyAlert
from audit.monitoring.registry import Ask, explain, missing_words, sources
from audit.walls import standing_for
from billing.charges.enums import AccountState
from billing.charges.models import Account
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodingSummary
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from hims.staff.selectors import system_user
from records.documents.models import Document
from records.encounters.models import Encounter, EncounterProvider
from records.explanations import facts_about, surname_words
from records.registry.models import Address, Coverage, Patient, Payer, Phone
from tests.factories import coding as make_coding
from tests.factories import records as make

pytestmark = pytest.mark.django_db
ADMITTED, LEFT = make.ADMITTED_AT, make.DISCHARGED_AT
LONG_BEFORE = datetime(2026, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def stay(facility: Facility) -> Encounter:
    """Discharged, five days long; nobody is registered anew."""
    made = make.encounter(facility)
    Patient.objects.update(created_at=LONG_BEFORE)
    return made


@pytest.fixture
def provider(person: Callable[..., User], facility: Facility) -> User:
    return person("lena", Role.PROVIDER, facility)


def source_of(user: User, encounter: Encounter, at: datetime) -> str:
    """Name of the source, "" when nothing explains the access."""
    Membership.objects.update(valid_from=LONG_BEFORE)
    ask = Ask(user.pk, encounter.patient_id, at)
    with standing_for(system_user()):
        told = explain([ask])
    return told[ask].source if ask in told else ""


@pytest.mark.parametrize("part", ["attending", "consulting"])
@pytest.mark.parametrize(
    ("at", "source"),
    [
        (ADMITTED - 30 * DAY, "provider"),
        (ADMITTED - 31 * DAY, ""),
        (LEFT, "provider"),
        (LEFT + 30 * DAY, "provider"),
        (LEFT + 31 * DAY, ""),
    ],
)
def test_provider_is_explained_within_thirty_days_of_the_stay(
    part: str, at: datetime, source: str, provider: User, facility: Facility
) -> None:
    mine = make.provider(user=provider)
    stay = make.encounter(facility, attending=mine if part == "attending" else None)
    Patient.objects.update(created_at=LONG_BEFORE)
    if part != "attending":
        EncounterProvider.objects.create(encounter=stay, provider=mine, role=part)
    assert source_of(provider, stay, at) == source


def test_provider_of_another_patient_is_not_explained(provider: User, stay: Encounter, facility: Facility) -> None:
    make.encounter(facility, attending=make.provider(user=provider))
    assert source_of(provider, stay, LEFT) == ""


def test_author_is_explained(provider: User, stay: Encounter) -> None:
    make.document(stay, author=make.provider(user=provider), written_at=LEFT)
    assert source_of(provider, stay, LEFT + 29 * DAY) == "author"
    assert source_of(provider, stay, LEFT + 31 * DAY) == ""


@pytest.mark.parametrize(
    ("at", "source"),
    [
        (ADMITTED - 3 * DAY, "registration"),
        (ADMITTED - 4 * DAY, ""),
        (ADMITTED + DAY, "registration"),
        (LEFT + 7 * DAY, "registration"),
        (LEFT + 8 * DAY, ""),
    ],
)
def test_records_specialist_is_explained_while_the_patient_comes_and_goes(
    at: datetime, source: str, specialist: User, stay: Encounter
) -> None:
    assert source_of(specialist, stay, at) == source


def test_records_specialist_is_explained_by_a_new_registration(specialist: User, facility: Facility) -> None:
    patient = make.patient(facility)
    ask = Ask(specialist.pk, patient.pk, patient.created_at)
    assert explain([ask])[ask].sentence == "Registered as a patient on that day"


def test_unsigned_document_explains_a_records_specialist(specialist: User, stay: Encounter) -> None:
    at = LEFT + 40 * DAY
    make.document(stay)
    assert source_of(specialist, stay, at) == ""
    Document.objects.update(status="draft", created_at=LEFT)
    assert source_of(specialist, stay, at) == "unsigned"


def test_specialist_of_another_house_is_not_explained(
    person: Callable[..., User], other_facility: Facility, stay: Encounter
) -> None:
    assert source_of(person("amy", Role.RECORDS_SPECIALIST, other_facility), stay, LEFT) == ""


def test_coder_is_explained_by_open_work_and_more_strongly_by_the_own(coder: User, stay: Encounter) -> None:
    record = make_coding.coding_record(stay)
    assert source_of(coder, stay, LEFT + 90 * DAY) == "open_coding"
    assert source_of(coder, stay, ADMITTED) == ""
    record.coder, record.status = coder, CodingStatus.IN_PROGRESS
    record.save()
    assert source_of(coder, stay, LEFT + 90 * DAY) == "coder"


def test_finalized_coding_explains_until_it_was_final(
    coder: User, person: Callable[..., User], stay: Encounter
) -> None:
    other = person("olga", Role.CODER, Facility.objects.get(pk=stay.facility_id))
    record = make_coding.coding_record(stay)
    record.status = CodingStatus.FINALIZED
    record.save()
    summary = finalized(stay, other)
    assert source_of(coder, stay, summary.finalized_at - timedelta(hours=1)) == "open_coding"
    assert source_of(coder, stay, summary.finalized_at + timedelta(hours=1)) == ""
    assert source_of(other, stay, summary.finalized_at + 30 * DAY - timedelta(hours=1)) == "coder"
    assert source_of(other, stay, summary.finalized_at + 31 * DAY) == ""


def finalized(stay: Encounter, by: User) -> CodingSummary:
    """A summary, made now."""
    return CodingSummary.objects.create(
        encounter=stay, patient_id=stay.patient_id, facility_id=stay.facility_id, number=1, content={}, sha256="0" * 64,
        finalized_by=by,
    )  # fmt: skip


def test_reviewer_is_explained_for_fourteen_days(person: Callable[..., User], stay: Encounter, coder: User) -> None:
    reviewer = person("victor", Role.CODING_REVIEWER, Facility.objects.get(pk=stay.facility_id))
    summary = finalized(stay, coder)
    assert source_of(reviewer, stay, summary.finalized_at + 14 * DAY - timedelta(hours=1)) == "coding_review"
    assert source_of(reviewer, stay, summary.finalized_at + 15 * DAY) == ""


def test_cdi_specialist_is_explained_while_the_patient_is_here(person: Callable[..., User], stay: Encounter) -> None:
    cdi = person("grace", Role.CDI_SPECIALIST, Facility.objects.get(pk=stay.facility_id))
    assert source_of(cdi, stay, ADMITTED + DAY) == "concurrent_review"
    assert source_of(cdi, stay, LEFT + 4 * DAY) == ""


@pytest.mark.parametrize(
    ("state", "source"),
    [
        (AccountState.NOT_CODED, "account"),
        (AccountState.HELD, "account"),
        (AccountState.CANCELLED, ""),
        (AccountState.BILLED, ""),
    ],
)
def test_biller_is_explained_by_the_account(state: AccountState, source: str, biller: User, stay: Encounter) -> None:
    Account.objects.create(encounter=stay, patient_id=stay.patient_id, facility_id=stay.facility_id, state=state)
    assert source_of(biller, stay, LEFT + 50 * DAY) == source


def grant(user: User, stay: Encounter, source: GrantSource, **values: Any) -> AccessGrant:
    during = values.pop("during", (LEFT, LEFT + DAY))
    return AccessGrant.objects.create(user=user, patient_id=stay.patient_id, source=source, during=during, **values)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (GrantSource.EMERGENCY, "emergency"),
        (GrantSource.CARE_TEAM, "care_team"),
        (GrantSource.VISIT, "appointment"),
        (GrantSource.RELEASE, "release"),
        (GrantSource.WORK_ITEM, "grant"),
        (GrantSource.AUDIT_LIST, "grant"),
    ],
)
def test_grant_explains_while_it_holds(kind: GrantSource, source: str, provider: User, stay: Encounter) -> None:
    grant(provider, stay, kind)
    assert source_of(provider, stay, LEFT) == source
    assert source_of(provider, stay, LEFT + DAY) == ""


def test_every_source_of_grants_explains() -> None:
    from audit.monitoring.sources import GRANTS

    assert sorted(kind for _, kinds, _, _ in GRANTS for kind in kinds) == sorted(GrantSource)


def test_grant_to_a_group_explains_its_members(provider: User, coder: User, stay: Encounter) -> None:
    group = provider.memberships.get().role
    during = (LEFT, LEFT + DAY)
    AccessGrant.objects.create(group=group, patient_id=stay.patient_id, source=GrantSource.CARE_TEAM, during=during)
    assert source_of(provider, stay, LEFT) == "care_team"
    assert source_of(coder, stay, LEFT) == ""


def test_own_work_explains_for_three_days(coder: User, stay: Encounter) -> None:
    AccessExplanation.objects.create(
        actor_id=coder.pk, patient_id=stay.patient_id, day=LEFT.date(), actor_name="x", changed=1, first_at=LEFT,
        last_at=LEFT,
    )  # fmt: skip
    assert source_of(coder, stay, LEFT + 3 * DAY) == "work"
    assert source_of(coder, stay, LEFT + 4 * DAY) == ""


def test_privacy_officer_is_explained_by_an_alert_about_someone_else(
    privacy_officer: User, coder: User, stay: Encounter
) -> None:
    now = datetime.now(UTC)
    assert source_of(privacy_officer, stay, now) == ""
    alert = PrivacyAlert.objects.create(
        rule="co_worker", score=70, actor_id=privacy_officer.pk, actor_name="x", patient_id=stay.patient_id,
        day=LEFT.date(), first_at=LEFT, last_at=LEFT, seen="x",
    )  # fmt: skip
    assert source_of(privacy_officer, stay, now) == ""
    PrivacyAlert.objects.filter(pk=alert.pk).update(actor_id=coder.pk)
    assert source_of(privacy_officer, stay, now) == "privacy"
    assert source_of(coder, stay, now) == ""


def test_own_explanation_is_preferred_to_that_of_a_group(coder: User, stay: Encounter) -> None:
    make_coding.coding_record(stay)
    grant(coder, stay, GrantSource.WORK_ITEM)
    ask = Ask(coder.pk, stay.patient_id, LEFT)
    assert explain([ask])[ask].strength == Strength.OWN


def test_explaining_many_costs_as_many_statements_as_one(coder: User, facility: Facility) -> None:
    asks = [Ask(coder.pk, make.encounter(facility).patient_id, LEFT + 60 * DAY) for _ in range(40)]

    def statements(batch: list[Ask]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            explain(batch)
        return len(seen)

    one = statements(asks[:1])
    assert one == statements(asks)
    assert one <= len(sources()) + 1


def test_every_source_says_what_was_missing() -> None:
    assert len(missing_words()) == len({words for words in missing_words() if words}) == len(sources())


def test_facts_about_patients_are_told_in_two_statements(coder: User, facility: Facility) -> None:
    home, died = make.patient(facility), make.patient(facility, deceased_on=datetime(2026, 2, 1, tzinfo=UTC).date())
    make.encounter(facility, home, status="in_progress", discharged_at=None)
    make.encounter(facility, died)
    Address.objects.create(patient=home, line="12 Élm Street ", postal_code="60099-1234")
    Phone.objects.create(patient=home, value="(555) 555-0101")
    payer = Payer.objects.create(code="X", name="X", electronic_id="X")
    Coverage.objects.create(patient=home, payer=payer, member_id="M1")
    EmployeeChart.objects.create(user=coder, patient_id=home.pk)
    with CaptureQueriesContext(connection) as seen:
        told = facts_about([home.pk, died.pk])
    assert len(seen) == 2
    assert told[home.pk].households == {
        "home:12 elm street |60099", "telephone:5555550101", f"insurance contract:{payer.pk}|m1",
    }  # fmt: skip
    assert (told[home.pk].in_house, told[home.pk].employee_id) == (True, coder.pk)
    assert (told[died.pk].in_house, told[died.pk].last_seen_on) == (False, LEFT.date())
    assert told[died.pk].deceased_on == died.deceased_on


@pytest.mark.parametrize(
    ("name", "words"),
    [("Garcia-López", {"garcia", "lopez"}), ("Da Silva", {"silva"}), ("O'Dell", {"o'dell"}), ("Ng", set())],
)
def test_surnames_are_compared_by_their_words(name: str, words: set[str]) -> None:
    assert surname_words(name) == words
