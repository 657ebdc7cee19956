"""What people of the made-up hospital do all day, as events: work that follows discharges, slips, calls nobody wrote down.

Events are told to monitoring directly, not through the trail, which takes the database's clock only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

from audit.access.models import AccessGrant, GrantSource
from audit.monitoring.seen import SeenEvent
from hims.demo.week import Hospital, Stay, Worker, grant, moment
from hims.lib.access import Role

# Of all charts opened: a wrong one first (closed at once), and read on a call or letter that left no trace in the system.
WRONG_CHART = 0.01
UNTRACEABLE = 0.0015
UNTRACEABLE_SHORT = 0.008
NOT_CODED_AFTER_ALL = 0.04
EMERGENCIES_A_DAY = 2
LISTED = 40


@dataclass
class Doing:
    """Collects events and the grants that go with them."""

    hospital: Hospital
    events: list[SeenEvent] = field(default_factory=list)
    grants: list[AccessGrant] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def does(self, worker: Worker, at: datetime, event: str, *patients: UUID, **values: str) -> None:
        """One event that was done, unless `result` says otherwise."""
        standard = {"category": "read", "result": "done", "source": "web"}
        self.events.append(
            SeenEvent(
                id=next(self.numbers), at=at, actor_id=worker.user.pk, actor_name=worker.user.display_name,
                actor_role=worker.role.value, event=event, facility_ids=(self.hospital.facility.pk,),
                patient_ids=patients, **{**standard, **values},
            )
        )  # fmt: skip

    def reads(self, worker: Worker, at: datetime, stay: Stay, parts: int) -> datetime:
        """The chart and some documents, a minute each; when it was over."""
        self.does(worker, at, "chart.viewed", stay.patient_id)
        for number in range(1, parts):
            self.does(worker, at + timedelta(minutes=number), "document.viewed", stay.patient_id)
        return at + timedelta(minutes=parts)

    def finds(self, worker: Worker, at: datetime, stay: Stay) -> datetime:
        """A search by the whole name, which lists the patient among others."""
        others = self.hospital.rng.sample(self.hospital.old, 4)
        self.does(
            worker, at, "patient.searched", stay.patient_id, *(other.patient_id for other in others),
            category="search", text=f"{stay.surname} {stay.patient_id.hex[-4:]}x",
        )  # fmt: skip
        return at + timedelta(seconds=30)


def work_of(hospital: Hospital, day: date, numbers: Iterator[int]) -> Doing:
    """Everything that ordinary work does on one day."""
    doing = Doing(hospital, numbers=numbers)
    for role, job in JOBS.items():
        for worker in hospital.staff[role]:
            if _works(hospital, worker, day):
                job(doing, worker, day)
    _emergencies(doing, day)
    return doing


def _works(hospital: Hospital, worker: Worker, day: date) -> bool:
    if day.weekday() < 5:
        return True
    number = hospital.staff[worker.role].index(worker)
    return worker.role in (Role.PROVIDER, Role.RECORDS_SPECIALIST, Role.CODER) and number % 4 == 0


def _times(doing: Doing, worker: Worker, day: date, number: int) -> list[datetime]:
    """So many moments of the shift, in order."""
    start, end = worker.shift
    return [moment(day, hour) for hour in sorted(doing.hospital.rng.uniform(start, end - 0.6) for _ in range(number))]


def _slips(doing: Doing, worker: Worker, at: datetime) -> None:
    """Now and then a wrong chart, or a call about an old one; what nobody wrote down stays unexplained."""
    rng = doing.hospital.rng
    chance = rng.random()
    if chance < WRONG_CHART:
        doing.does(worker, at - timedelta(minutes=1), "chart.viewed", rng.choice(doing.hospital.ordinary).patient_id)
    elif chance < WRONG_CHART + UNTRACEABLE_SHORT:
        stay = rng.choice(doing.hospital.ordinary)
        doing.does(worker, doing.finds(worker, at - timedelta(minutes=3), stay), "patient.viewed", stay.patient_id)
    elif chance < WRONG_CHART + UNTRACEABLE_SHORT + UNTRACEABLE:
        stay = rng.choice(doing.hospital.ordinary)
        doing.reads(worker, doing.finds(worker, at - timedelta(minutes=9), stay), stay, 4)


def _here(hospital: Hospital, at: datetime) -> list[Stay]:
    return [s for s in hospital.stays if s.admitted_at <= at and (s.discharged_at is None or s.discharged_at > at)]


def _list(doing: Doing, worker: Worker, at: datetime, event: str, stays: Sequence[Stay]) -> None:
    doing.does(worker, at, event, *{stay.patient_id for stay in stays[:LISTED]})


def _codes(doing: Doing, worker: Worker, day: date) -> None:
    hospital, rng = doing.hospital, doing.hospital.rng
    mine = [s for s in hospital.stays if s.coder is worker and s.coded_at and s.coded_at.date() == day]
    for stay in mine:
        start = (stay.coded_at or moment(day, 9)) - timedelta(minutes=17)
        _slips(doing, worker, start)
        waiting = [s for s in hospital.stays if s.discharged_at and s.discharged_at < start and _uncoded(s, start)]
        _list(doing, worker, start, "coding.worklist_viewed", waiting)
        if waiting and rng.random() < NOT_CODED_AFTER_ALL:
            doing.reads(worker, start, rng.choice(waiting), 2)
        doing.does(worker, start + timedelta(minutes=1), "coding.opened", stay.patient_id)
        at = doing.reads(worker, start + timedelta(minutes=2), stay, rng.randint(3, 8))
        for _ in range(rng.randint(4, 10)):
            doing.does(worker, at, "coding.diagnosis_added", stay.patient_id, category="update")
        doing.does(worker, at, "coding.finalized", stay.patient_id, category="create")


def _uncoded(stay: Stay, at: datetime) -> bool:
    return stay.coded_at is None or stay.coded_at > at


def _reviews(doing: Doing, worker: Worker, day: date) -> None:
    for at in _times(doing, worker, day, 22):
        coded = [s for s in doing.hospital.stays if s.coded_at and at - timedelta(days=3) < s.coded_at < at]
        if coded:
            _slips(doing, worker, at)
            stay = doing.hospital.rng.choice(coded)
            doing.does(worker, at, "coding.viewed", stay.patient_id)
            doing.reads(worker, at + timedelta(minutes=1), stay, 4)


def _concurrent(doing: Doing, worker: Worker, day: date) -> None:
    for at in _times(doing, worker, day, 20):
        here = _here(doing.hospital, at)
        if here:
            _slips(doing, worker, at)
            doing.reads(worker, at, doing.hospital.rng.choice(here), 5)


def _bills(doing: Doing, worker: Worker, day: date) -> None:
    hospital, rng = doing.hospital, doing.hospital.rng
    for number, at in enumerate(_times(doing, worker, day, 38)):
        due = [s for s in hospital.stays if s.discharged_at and s.discharged_at < at]
        if not due:
            continue
        _slips(doing, worker, at)
        stay = rng.choice(due)
        if number % 8 == 0:
            _list(doing, worker, at, "claim.accounts_listed", rng.sample(due, min(len(due), LISTED)))
        doing.does(worker, at, "claim.account_viewed", stay.patient_id)
        doing.does(worker, at + timedelta(minutes=1), "patient.viewed", stay.patient_id)
        doing.does(worker, at + timedelta(minutes=2), "claim.viewed", stay.patient_id)
        if number % 5 == 0:
            doing.does(worker, at + timedelta(minutes=3), "charge.posted", stay.patient_id, category="create")
    if worker is hospital.staff[Role.BILLER][0]:
        _sends(doing, worker, day)


def _sends(doing: Doing, worker: Worker, day: date) -> None:
    """The day's claims leave, with a reason, as a job in the biller's name."""
    at = moment(day, 16)
    ready = [s for s in doing.hospital.stays if s.coded_at and s.coded_at.date() == day and s.coded_at < at]
    patients = {stay.patient_id for stay in ready}
    doing.does(worker, at, "claim.export_requested", category="export", reason="Claims of the day for the payers")
    doing.does(worker, at + timedelta(minutes=1), "claim.exported", *patients, category="export", source="job")


def _treats(doing: Doing, worker: Worker, day: date) -> None:
    rng = doing.hospital.rng
    mine = [s for s in doing.hospital.stays if s.attending is worker and s.admitted_at.date() <= day]
    near = [s for s in mine if s.discharged_at is None or s.discharged_at.date() >= day - timedelta(days=20)]
    for at in _times(doing, worker, day, 12):
        known = [stay for stay in near if stay.admitted_at <= at]
        if known:
            _slips(doing, worker, at)
            stay = rng.choice(known)
            end = doing.reads(worker, at, stay, rng.randint(2, 5))
            if rng.random() < 0.5:
                doing.does(worker, end, "document.filed", stay.patient_id, category="create")


def _registers(doing: Doing, worker: Worker, day: date) -> None:
    hospital, rng = doing.hospital, doing.hospital.rng
    for number, at in enumerate(_times(doing, worker, day, 24)):
        near = timedelta(hours=10)
        come = [s for s in hospital.stays if at - near < s.admitted_at < at + near]
        if not come:
            continue
        _slips(doing, worker, at)
        stay = rng.choice(come)
        found = doing.finds(worker, at, stay)
        doing.does(worker, found, "patient.opened", stay.patient_id)
        doing.does(worker, found + timedelta(minutes=1), "encounter.opened", stay.patient_id)
        if number % 2:
            doing.does(worker, found + timedelta(minutes=2), "patient.corrected", stay.patient_id, category="update")
        if number % 6 == 0:
            _list(doing, worker, at, "encounter.census_viewed", _here(hospital, at))


def _schedules(doing: Doing, worker: Worker, day: date) -> None:
    """Visits are planned for patients who come within two days, and for old ones, who then have a visit on file."""
    hospital, rng = doing.hospital, doing.hospital.rng
    for number, at in enumerate(_times(doing, worker, day, 18)):
        soon = [s for s in hospital.stays if at < s.admitted_at < at + timedelta(days=2)]
        stay = rng.choice(soon) if soon and number % 2 else rng.choice(hospital.ordinary)
        _slips(doing, worker, at)
        if stay.old:
            doing.grants.append(grant(worker, stay, GrantSource.VISIT, at))
        doing.does(worker, doing.finds(worker, at, stay), "patient.viewed", stay.patient_id)


def _manages(doing: Doing, worker: Worker, day: date) -> None:
    for at in _times(doing, worker, day, 10):
        work = [s for s in doing.hospital.stays if s.discharged_at and s.discharged_at < at and _uncoded(s, at)]
        if work:
            doing.reads(worker, at, doing.hospital.rng.choice(work), 3)


def _watches(doing: Doing, worker: Worker, day: date) -> None:
    """The privacy officer reads the trail, whose pages name patients."""
    for at in _times(doing, worker, day, 8):
        sample = doing.hospital.rng.sample(doing.hospital.stays, 20)
        doing.does(worker, at, "audit.viewed", *{stay.patient_id for stay in sample}, category="search")


def _emergencies(doing: Doing, day: date) -> None:
    """Someone opens a chart in an emergency: a grant of four hours, and the chart."""
    rng = doing.hospital.rng
    for _ in range(EMERGENCIES_A_DAY):
        worker, stay = rng.choice(doing.hospital.staff[Role.PROVIDER]), rng.choice(doing.hospital.old)
        at = moment(day, rng.uniform(*worker.shift))
        doing.grants.append(grant(worker, stay, GrantSource.EMERGENCY, at, hours=4))
        doing.reads(worker, at, stay, 5)


JOBS: dict[Role, Callable[[Doing, Worker, date], None]] = {
    Role.CODER: _codes, Role.CODING_REVIEWER: _reviews, Role.CDI_SPECIALIST: _concurrent, Role.BILLER: _bills,
    Role.PROVIDER: _treats, Role.RECORDS_SPECIALIST: _registers, Role.SCHEDULER: _schedules,
    Role.HIM_MANAGER: _manages, Role.PRIVACY_OFFICER: _watches,
}  # fmt: skip
