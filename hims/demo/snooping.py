"""Snoops: fifty made-up ones among the work of the made-up week, and a handful acted out through the gate in a demo hospital."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from hims.demo.week import Hospital, Stay, Worker, moment
from hims.demo.week_work import Doing
from hims.lib.access import Role
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.chart.selectors import patient_chart
from records.registry.selectors import search_patients

MANY = 90


@dataclass(frozen=True)
class Seed:
    """One snoop that must be alerted: by this rule, about this person, patient (None: about the day) and day."""

    rule: str
    actor_id: UUID
    patient_id: UUID | None
    day: date


def snoops(hospital: Hospital, numbers: Iterator[int]) -> tuple[list[Seed], Doing]:
    """Fifty snoops of the measured week, of every kind of rule, and their events."""
    doing, seeds = Doing(hospital, numbers=numbers), list[Seed]()
    for kind, times in KINDS:
        for turn in range(times):
            day = hospital.measured_from + timedelta(days=turn % 5)
            seeds.append(kind(doing, day, turn))
    return seeds, doing


def _reader(doing: Doing, *but: UUID | None, role: Role | None = None, surname: str = "") -> Worker:
    """Someone of the day shift who is none of `but` and not named like the patient."""
    roles = [role] if role else [Role.CODER, Role.BILLER, Role.RECORDS_SPECIALIST, Role.PROVIDER, Role.CDI_SPECIALIST]
    people = [worker for each in roles for worker in doing.hospital.staff[each]]
    fit = [w for w in people if w.user.pk not in but and w.surname != surname and w.shift[0] < 12]
    return doing.hospital.rng.choice(fit)


def _noon(doing: Doing, day: date) -> datetime:
    return moment(day, doing.hospital.rng.uniform(11, 14))


def _plain(doing: Doing) -> list[Stay]:
    """Old patients without any mark."""
    return [s for s in doing.hospital.ordinary if not (s.deceased or s.employee or s.relative_of)]


def _seed(rule: str, worker: Worker, stay: Stay, day: date) -> Seed:
    return Seed(rule, worker.user.pk, stay.patient_id, day)


def _employee(doing: Doing) -> tuple[Worker, Stay]:
    """A member of staff and the old stay that is theirs."""
    hospital = doing.hospital
    by_patient = {stay.patient_id: stay for stay in hospital.old}
    owners = [worker for worker in hospital.everyone if worker.own_patient in by_patient]
    worker = hospital.rng.choice(owners)
    assert worker.own_patient is not None
    return worker, by_patient[worker.own_patient]


def _co_worker(doing: Doing, day: date, turn: int) -> Seed:
    """Curiosity about a colleague; twice about one who waits on the worklist, without coding anything."""
    hospital = doing.hospital
    if turn < 2:
        treated = [s for s in hospital.stays if s.employee and s.coded_at and s.discharged_at]
        stay = treated[turn]
        on = max(hospital.measured_from, (stay.discharged_at or moment(day, 0)).date())
        worker = _reader(
            doing, *(w.user.pk for w in hospital.everyone if w.own_patient == stay.patient_id), role=Role.CODER
        )
        if worker is stay.coder:
            worker = next(
                w for w in hospital.staff[Role.CODER] if w is not stay.coder and w.own_patient != stay.patient_id
            )
        doing.reads(
            worker, max(_noon(doing, on), (stay.discharged_at or moment(day, 0)) + timedelta(minutes=5)), stay, 2
        )
        return _seed("co_worker", worker, stay, doing.events[-1].at.date())
    owner, stay = _employee(doing)
    worker = _reader(doing, owner.user.pk)
    doing.reads(worker, _noon(doing, day), stay, 1 + turn % 3)
    return _seed("co_worker", worker, stay, day)


def _same_surname(doing: Doing, day: date, turn: int) -> Seed:
    worker = _reader(doing)
    stay = next((s for s in _plain(doing) if s.surname == worker.surname), None)
    while stay is None:
        worker = _reader(doing)
        stay = next((s for s in _plain(doing) if s.surname == worker.surname), None)
    doing.reads(worker, _noon(doing, day), stay, 1 + turn % 2)
    return _seed("same_surname", worker, stay, day)


def _household(doing: Doing, day: date, turn: int) -> Seed:
    stay = [s for s in doing.hospital.old if s.relative_of and not s.restricted][turn]
    worker = stay.relative_of
    assert worker is not None
    doing.reads(worker, _noon(doing, day), stay, 1 + turn % 3)
    return _seed("household", worker, stay, day)


def _restricted(doing: Doing, day: date, turn: int) -> Seed:
    """A known person's chart: three were opened, two attempts were refused."""
    stay = [s for s in doing.hospital.old if s.restricted and not s.employee][turn]
    worker = _reader(doing, surname=stay.surname)
    if turn < 3:
        doing.reads(worker, _noon(doing, day), stay, 2)
    else:
        doing.does(worker, _noon(doing, day), "chart.viewed", stay.patient_id, result="refused")
    return _seed("restricted", worker, stay, day)


def _own_chart(doing: Doing, day: date, turn: int) -> Seed:
    worker, stay = _employee(doing)
    result = "refused" if turn < 3 else "done"
    doing.does(worker, _noon(doing, day), "chart.viewed", stay.patient_id, result=result)
    return _seed("own_chart", worker, stay, day)


def _deceased(doing: Doing, day: date, turn: int) -> Seed:
    stay = [s for s in doing.hospital.ordinary if s.deceased and not s.employee and not s.relative_of][turn]
    worker = _reader(doing, surname=stay.surname)
    doing.reads(worker, _noon(doing, day), stay, 2 + turn % 3)
    return _seed("deceased", worker, stay, day)


def _no_relationship(doing: Doing, day: date, turn: int) -> Seed:
    """A patient who is here, and nothing to do with a provider who reads on."""
    hospital = doing.hospital
    worker = _reader(doing, role=Role.PROVIDER)
    at = _noon(doing, day)
    here = [s for s in hospital.stays[1::3] if s.admitted_at < at and s.attending is not worker and not s.employee]
    stay = hospital.rng.choice([s for s in here if s.surname != worker.surname])
    doing.reads(worker, at, stay, 3 + turn)
    return _seed("no_relationship", worker, stay, day)


def _volume(doing: Doing, day: date, turn: int) -> Seed:
    """Trawls through the worklist: ninety charts, one look each."""
    hospital, worker = doing.hospital, doing.hospital.staff[Role.CODER][turn + 4]
    waiting = [s for s in hospital.stays if s.discharged_at and s.discharged_at < moment(day, 9) and not s.employee]
    for number, stay in enumerate(waiting[-MANY:]):
        doing.does(worker, moment(day, 9) + timedelta(minutes=4 * number), "chart.viewed", stay.patient_id)
    return Seed("volume_spike", worker.user.pk, None, day)


def _after_hours(doing: Doing, day: date, turn: int) -> Seed:
    stay = doing.hospital.rng.choice(_plain(doing))
    worker = _reader(doing, role=Role.BILLER, surname=stay.surname)
    doing.reads(worker, moment(day, 2 + turn % 2), stay, 2)
    return _seed("after_hours", worker, stay, day)


def _browsing(doing: Doing, day: date, turn: int) -> Seed:
    """A first name and an initial, again and again, and no chart opened."""
    worker = doing.hospital.staff[Role.SCHEDULER][turn]
    at = moment(day, 18.5)
    for number, text in enumerate(("greta s", "greta k", "gr", "hana b", "h bo", "ines t", "ines p", "joy")):
        found = doing.hospital.rng.sample(doing.hospital.ordinary, 6)
        patients = {stay.patient_id for stay in found}
        when = at + timedelta(minutes=2 * number)
        doing.does(worker, when, "patient.searched", *patients, category="search", text=text)
    return Seed("browsing", worker.user.pk, None, day)


def _long_after(doing: Doing, day: date, turn: int) -> Seed:
    stay = doing.hospital.rng.choice(_plain(doing))
    worker = _reader(doing, surname=stay.surname)
    doing.reads(worker, _noon(doing, day), stay, 2)
    return _seed("long_after_discharge", worker, stay, day)


def _bulk(doing: Doing, day: date, turn: int) -> Seed:
    worker = doing.hospital.staff[Role.BILLER][turn + 2]
    patients = {stay.patient_id for stay in doing.hospital.rng.sample(doing.hospital.ordinary, 51 + 200 * turn)}
    event, category = ("audit.exported", "export") if turn else ("chart.printed", "print")
    doing.does(worker, _noon(doing, day), event, *patients, category=category)
    return Seed("bulk_outflow", worker.user.pk, None, day)


KINDS: Sequence[tuple[Callable[[Doing, date, int], Seed], int]] = (
    (_co_worker, 7), (_same_surname, 5), (_household, 5), (_restricted, 5), (_own_chart, 5), (_deceased, 4),
    (_no_relationship, 5), (_volume, 3), (_after_hours, 3), (_browsing, 3), (_long_after, 3), (_bulk, 2),
)  # fmt: skip


def act_out(by: User, patient_ids: Sequence[UUID], names: Sequence[str] = ()) -> int:
    """Through the gate, as this person and now: read charts one after another, search by a few letters. How many were shown.

    For a demo hospital, so that its trail and its alerts are real. What is out of reach is refused, and stands in the trail.
    """
    shown = 0
    for patient_id in patient_ids:
        for _ in range(3):
            try:
                patient_chart(by=by, patient_id=patient_id)
            except DomainError:
                continue
            shown += 1
    for name in names:
        search_patients(by=by, text=name)
    return shown
