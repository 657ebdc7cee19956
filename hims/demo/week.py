"""A made-up hospital for proving privacy monitoring: people and patients of two weeks, as real rows. Synthetic throughout.

Nothing here is a forecast of a real hospital: numbers of staff, charts a day, slips and unexplained calls are assumptions,
written below as constants. Same seed and last day, same hospital.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.contrib.auth.models import Group

from audit.access.models import AccessGrant, GrantSource
from audit.walls import standing_for
from hims.demo.profiles import FAMILY_NAMES, GIVEN_NAMES
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User
from hims.staff.selectors import system_user
from records.encounters.models import Provider

DAYS = 14
MEASURED_DAYS = 7
ARRIVALS_A_DAY = 110
OLD_PATIENTS = 1800
STAFF = {
    Role.RECORDS_SPECIALIST: 12, Role.CODER: 14, Role.CODING_REVIEWER: 3, Role.CDI_SPECIALIST: 3, Role.BILLER: 8,
    Role.SCHEDULER: 3, Role.PROVIDER: 40, Role.HIM_MANAGER: 2, Role.PRIVACY_OFFICER: 1,
}  # fmt: skip
EMPLOYEES_WITH_CHART = 60
EMPLOYEES_TREATED = 4
RELATIVES = 40
RESTRICTED = 50
DECEASED = 90
OTHER_NAMES = (
    "Abara", "Aziz", "Bianchi", "Bolton", "Castellano", "Chukwu", "Cole", "Dalgaard", "Dimitrov", "Dubois",
    "Eklund", "Fairchild", "Farouk", "Gallagher", "Grimaldi", "Haddad", "Hartley", "Holm", "Ibarra", "Ivanova",
    "Jansen", "Kaplan", "Kimura", "Kowalski", "Laurent", "Lindqvist", "Maddox", "Mahlangu", "Marchetti", "Mbeki",
    "Nakamura", "Novak", "Oduya", "Olsen", "Pappas", "Petrenko", "Quigley", "Ramos", "Rasmussen", "Rinaldi",
    "Sandoval", "Sato", "Schaefer", "Sorensen", "Takeda", "Thibault", "Ueda", "Valdez", "Vance", "Visser",
    "Wagner", "Weiss", "Whitaker", "Yilmaz", "Zamora", "Zielinski",
)  # fmt: skip


@dataclass
class Worker:
    """One member of staff of the made-up hospital. shift: local hours from, to."""

    user: User
    role: Role
    surname: str
    shift: tuple[int, int]
    provider: Provider | None = None
    own_patient: UUID | None = None


@dataclass
class Stay:
    """One patient with the stay that makes work; an old patient's lies far back."""

    patient_id: UUID
    surname: str
    encounter_id: UUID
    admitted_at: datetime
    discharged_at: datetime | None
    attending: Worker
    coder: Worker | None = None
    coded_at: datetime | None = None
    old: bool = False
    restricted: bool = False
    deceased: bool = False
    employee: bool = False
    relative_of: Worker | None = None


@dataclass
class Hospital:
    """Everyone and everything the two weeks need. first, last: local days; the last seven are measured."""

    facility: Facility
    first: date
    last: date
    rng: random.Random
    staff: dict[Role, list[Worker]] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    old: list[Stay] = field(default_factory=list)

    @property
    def everyone(self) -> list[Worker]:
        """All staff."""
        return [worker for workers in self.staff.values() for worker in workers]

    @property
    def ordinary(self) -> list[Stay]:
        """Old patients whose charts are not restricted: those that anyone may open by mistake."""
        return [stay for stay in self.old if not stay.restricted]

    @property
    def measured_from(self) -> date:
        """The first day of the measured week."""
        return self.last - timedelta(days=MEASURED_DAYS - 1)


def moment(day: date, hour: float) -> datetime:
    """A moment of the made-up hospital, which lives in UTC."""
    return datetime.combine(day, time.min, UTC) + timedelta(hours=hour)


def build(*, last: date, seed: int = 20260309, facility: Facility | None = None) -> Hospital:
    """Plan everything, and make the rows of the staff; the others are written by `write_rows`. Inside the caller's transaction."""
    place = facility or Facility.objects.create(code="SIM", name="Simulated hospital", time_zone="UTC")
    hospital = Hospital(place, last - timedelta(days=DAYS - 1), last, random.Random(seed))
    with standing_for(system_user()):
        _staff(hospital)
        _patients(hospital)
    return hospital


def _staff(hospital: Hospital) -> None:
    rng, made, surnames = hospital.rng, [], [*FAMILY_NAMES, *OTHER_NAMES]
    groups = {group.name: group for group in Group.objects.all()}
    for role, count in STAFF.items():
        hospital.staff[role] = []
        for number in range(count):
            surname = rng.choice(surnames)
            name = f"{rng.choice(GIVEN_NAMES['F'])} {surname}"
            user = User(username=f"sim.{role.name.lower()}.{number}", display_name=name)
            night = role in (Role.PROVIDER, Role.RECORDS_SPECIALIST) and number % 6 == 5
            worker = Worker(user, role, surname, (19, 29) if night else (7 + number % 3, 16 + number % 3))
            hospital.staff[role].append(worker)
            made.append(worker)
    User.objects.bulk_create([worker.user for worker in made])
    start = hospital.first - timedelta(days=400)
    Membership.objects.bulk_create(
        Membership(user=each.user, facility=hospital.facility, role=groups[each.role.value], valid_from=start)
        for each in made
    )
    for worker in hospital.staff[Role.PROVIDER]:
        worker.provider = Provider(key=f"sim|{worker.user.username}", family_name=worker.surname, user=worker.user)
    Provider.objects.bulk_create(worker.provider for worker in hospital.staff[Role.PROVIDER] if worker.provider)


def _patients(hospital: Hospital) -> None:
    """Stays of the two weeks and the days before, and patients of earlier years."""
    rng = hospital.rng
    for offset in range(-6, DAYS):
        for _ in range(ARRIVALS_A_DAY):
            admitted = moment(hospital.first + timedelta(days=offset), rng.uniform(0, 24))
            leaves = admitted + timedelta(hours=rng.choice((3, 5, 8, 30, 55, 80, 110)) + rng.random())
            over = leaves.date() > hospital.last
            hospital.stays.append(_stay(hospital, admitted, None if over else leaves))
    for _ in range(OLD_PATIENTS):
        admitted = moment(hospital.first, 0) - timedelta(days=rng.randint(220, 1400), hours=rng.randint(0, 23))
        stay = _stay(hospital, admitted, admitted + timedelta(days=rng.randint(1, 6)))
        stay.old = True
        hospital.old.append(stay)
    _code(hospital)
    _special(hospital)


def _stay(hospital: Hospital, admitted_at: datetime, discharged_at: datetime | None) -> Stay:
    rng = hospital.rng
    return Stay(
        uuid7(), rng.choice([*FAMILY_NAMES, *OTHER_NAMES]), uuid7(), admitted_at, discharged_at,
        rng.choice(hospital.staff[Role.PROVIDER]),
    )  # fmt: skip


def _code(hospital: Hospital) -> None:
    """Every working day each coder finishes the oldest discharged stays there are."""
    waiting = sorted((stay for stay in hospital.stays if stay.discharged_at), key=lambda stay: str(stay.discharged_at))
    for offset in range(DAYS):
        day = hospital.first + timedelta(days=offset)
        coders = hospital.staff[Role.CODER] if day.weekday() < 5 else hospital.staff[Role.CODER][:3]
        for worker in coders:
            hour = worker.shift[0] + 0.2
            while waiting and hour < worker.shift[1] - 0.5:
                if waiting[0].discharged_at is None or waiting[0].discharged_at >= moment(day, hour):
                    break
                stay = waiting.pop(0)
                stay.coder, stay.coded_at = worker, moment(day, hour + 0.3)
                hour += 0.4 + hospital.rng.random() * 0.2


def _special(hospital: Hospital) -> None:
    """Members of staff who are patients, their relatives, restricted charts, the dead."""
    rng, old = hospital.rng, hospital.old
    place = iter(rng.sample(range(len(old)), EMPLOYEES_WITH_CHART + RELATIVES + RESTRICTED + DECEASED))
    employed = rng.sample(hospital.everyone, EMPLOYEES_WITH_CHART)
    treated = iter(rng.sample([stay for stay in hospital.stays if stay.coded_at], EMPLOYEES_TREATED))
    for number, worker in enumerate(employed):
        stay = next(treated) if number < EMPLOYEES_TREATED else old[next(place)]
        stay.employee, stay.surname, worker.own_patient = True, worker.surname, stay.patient_id
    for number in range(RELATIVES):
        old[next(place)].relative_of = employed[number]
    for _ in range(RESTRICTED):
        old[next(place)].restricted = True
    for _ in range(DECEASED):
        old[next(place)].deceased = True


def grant(worker: Worker, stay: Stay, source: GrantSource, at: datetime, hours: float = 12) -> AccessGrant:
    """A grant that begins a minute before `at`."""
    return AccessGrant(
        user=worker.user, patient_id=stay.patient_id, source=source, object_type="encounter",
        object_id=str(stay.encounter_id),
        during=(at - timedelta(minutes=1), at + timedelta(hours=hours)),
    )  # fmt: skip
