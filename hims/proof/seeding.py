"""Fills an empty database with the hospital of the proof. Rows are made directly: the proof is about doors, not about forms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRow
from django.db import transaction
from django.utils import timezone

from audit.access.models import AccessGrant, EmployeeChart, GrantSource, LabelConsent
from audit.walls import Standing, behind
from billing.charges.models import ChargeItem
from coding.codesets.models import Code, CodeSetRelease, CodeSeverity
from hims.proof.people import CLEARED, MINE, Actor, rights_of_role
from hims.proof.reach import Fact
from hims.proof.stays import Seeder
from hims.proof.world import Chart, Thing, World, charts_for
from hims.staff.models import Facility, Membership, User
from records.registry.models import Address, Coverage, MedicalRecordNumber, Patient, PatientUserException, Payer, Phone

PAST = timedelta(days=3)
DIAGNOSES = ("I130", "I5023", "E119", "R0602")
PROCEDURES = ("02HV33Z",)
FIRST_DAY = date(2015, 10, 1)


def seed(people: tuple[Actor, ...]) -> World:
    """Everything at once, committed. The database holds no patients yet."""
    world = World()
    with transaction.atomic():
        for house, code in (("here", "PRFA"), ("there", "PRFB")):
            made = Facility.objects.create(code=code, name=f"House {house}", npi="1234567893", tax_id="362170833")
            world.houses[house] = made.pk
        everywhere = ",".join(map(str, world.houses.values()))
        with behind(Standing(str(UUID(int=0)), everywhere, everywhere)):
            _shared_rows(world)
            _staff(world, people)
            for chart in charts_for(people):
                _chart(world, chart)
            _openings(world, people)
    return world


def _shared_rows(world: World) -> None:
    payer = Payer.objects.create(code="PRF", name="Proof Mutual", electronic_id="PRF01")
    items = [
        ChargeItem.objects.create(facility_id=pk, code="RB", description="Room", revenue_code="0120", price_amount=100)
        for pk in world.houses.values()
    ]
    world.rows = {"payer": str(payer.pk), "item": str(items[0].pk), "item_there": str(items[1].pk)}
    for system, codes in (("icd10cm", DIAGNOSES), ("icd10pcs", PROCEDURES)):
        release = {"label": "Proof", "source": "proof", "sha256": "0" * 64, "code_count": 1}
        CodeSetRelease.objects.get_or_create(system=system, effective_from=FIRST_DAY, defaults=release)
        Code.objects.bulk_create(
            [Code(system=system, code=code, kind="code", long_title=code, position=place, valid_from=FIRST_DAY)
             for place, code in enumerate(codes)], ignore_conflicts=True,
        )  # fmt: skip
    CodeSeverity.objects.get_or_create(code="I5023", valid_from=FIRST_DAY, defaults={"level": "MCC"})


def _staff(world: World, people: tuple[Actor, ...]) -> None:
    cleared, _ = Group.objects.get_or_create(name=CLEARED)
    codenames = [right.value for right in rights_of_role(CLEARED)]
    cleared.permissions.set(PermissionRow.objects.filter(content_type__app_label="staff", codename__in=codenames))
    for number, who in enumerate(people):
        if who.state == "nobody":
            continue
        user = User.objects.create(username=f"proof.{number}", display_name=f"Person {number}")
        world.users[who.key] = user.pk
        if who.key in {"coder", "coder elsewhere", "specialist at both"}:
            houses = frozenset(house for _, house in who.seats)
            world.things.append(Thing("holder", who.key, user.pk, Fact("", houses)))
        world.rows.setdefault("colleague", str(user.pk))
        ends = date.today() - timedelta(days=1) if who.state == "ended" else None
        for role, house in who.seats:
            Membership.objects.create(
                user=user, facility_id=world.houses[house], role=Group.objects.get(name=role), valid_to=ends,
                valid_from=date.today() - PAST,
            )  # fmt: skip


def _chart(world: World, chart: Chart) -> None:
    plant = world.canaries.plant
    patient = Patient.objects.create(
        family_name=plant(chart.fact, "family name"), given_names=plant(chart.fact, "given names"),
        birth_date=date(1958, 5, 2), sex="F", confidential=bool(chart.restriction), restriction=chart.restriction,
    )  # fmt: skip
    world.patients[chart.key] = patient.pk
    for house in sorted(chart.fact.houses):
        number = f"M{plant(chart.at(house), 'number')}"
        MedicalRecordNumber.objects.create(patient=patient, facility_id=world.houses[house], value=number)
    Address.objects.create(patient=patient, line=plant(chart.fact, "address"), city="Lakeside", state="IL")
    Phone.objects.create(patient=patient, value=plant(chart.fact, "phone"))
    Coverage.objects.create(patient=patient, payer_id=world.rows["payer"], member_id=plant(chart.fact, "member number"))
    if chart.key == "same":
        world.search = patient.family_name
    Seeder(world, chart, patient).everything()


def _openings(world: World, people: tuple[Actor, ...]) -> None:
    """Grants, exceptions, consents, own charts."""
    now = timezone.now()
    for who in people:
        if who.state != "nobody":
            _openings_of(world, who)
    for chart in charts_for(people):
        for label in chart.allowed:
            LabelConsent.objects.create(
                patient_id=world.patients[chart.key], label=label, during=(now - PAST, now + PAST),
                recorded_by_id=next(iter(world.users.values())),
            )  # fmt: skip


def _openings_of(world: World, who: Actor) -> None:
    now, user = timezone.now(), User.objects.get(pk=world.users[who.key])
    EmployeeChart.objects.create(user=user, patient_id=world.patients[f"{MINE} {who.key}"])
    for key in who.opened:
        _open(world, who, user, world.patients[key])
    for key in who.broken:
        _grant(user, world.patients[key], GrantSource.EMERGENCY, now - PAST, now + PAST)
    if who.by == "group" and who.lapsed:
        _join(world, who, user, until=date.today() - timedelta(days=1))
        return
    for key in who.lapsed:
        _grant(user, world.patients[key], GrantSource.CARE_TEAM, now - 2 * PAST, now - PAST)
        taken = _grant(user, world.patients[key], GrantSource.VISIT, now - PAST, now + PAST)
        AccessGrant.objects.filter(pk=taken.pk).update(revoked_at=now, revoked_by=user)


def _open(world: World, who: Actor, user: User, patient_id: UUID) -> None:
    now = timezone.now()
    if who.by == "exception":
        row = PermissionRow.objects.get(codename="view_confidential_patient", content_type__app_label="records")
        PatientUserException.objects.create(user=user, permission=row, content_object_id=patient_id)
    elif who.by == "group":
        team = _join(world, who, user)
        AccessGrant.objects.create(
            group=team, patient_id=patient_id, source=GrantSource.CARE_TEAM, during=(now - PAST, now + PAST)
        )
    else:
        source = GrantSource.AUDIT_LIST if who.by == "list" else GrantSource.CARE_TEAM
        _grant(user, patient_id, source, now - PAST, now + PAST)


def _join(world: World, who: Actor, user: User, until: date | None = None) -> Group:
    """The person is, or was until a day, of the team to which one patient is opened."""
    team, _ = Group.objects.get_or_create(name="Proof team")
    house = world.houses[who.seats[0][1]]
    Membership.objects.create(user=user, facility_id=house, role=team, valid_from=date.today() - PAST, valid_to=until)
    return team


def _grant(user: User, patient_id: UUID, source: GrantSource, first: datetime, last: datetime) -> AccessGrant:
    return AccessGrant.objects.create(user=user, patient_id=patient_id, source=source, during=(first, last))
