"""The stages of building the demo hospital; each is safe to repeat after an interruption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

from audit.authority import forget_authority
from audit.walls import standing_for
from billing.claims.actions.export import export_claims
from hims.demo.audits import build_audit
from hims.demo.case_file import load_cases
from hims.demo.coding import code_volume
from hims.demo.from_cases import planned_case
from hims.demo.hospital import build_facilities, build_payers, build_providers, build_staff
from hims.demo.load import load_stays
from hims.demo.money import build_charge_master, post_planned_charges
from hims.demo.plan import PlannedStay
from hims.demo.protected import protect, protected_stays
from hims.demo.volume import planned_volume
from hims.jobs.models import Job, JobState
from hims.jobs.tasks import run_job
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter, Provider
from records.registry.models import Patient, Payer

IN_HOUSE = 18
BILLED_AFTER_DAYS = 12


@dataclass
class Building:
    """What the stages share."""

    patients: int
    encounters: int
    seed: int
    built_on: date
    facilities: dict[str, Facility] = field(default_factory=dict)
    payers: dict[str, Payer] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)

    @cached_property
    def system(self) -> User:
        return system_user()

    @cached_property
    def stays(self) -> list[PlannedStay]:
        """Written cases and generated stays, oldest admission first."""
        cases = [planned_case(case, self.built_on) for case in load_cases()]
        volume = planned_volume(
            patients=self.patients, stays=self.encounters, in_house=IN_HOUSE, built_on=self.built_on, seed=self.seed
        )
        return sorted([*cases, *volume, *protected_stays(self.built_on)], key=lambda stay: (stay.admitted_at, stay.key))

    def stays_at(self, code: str) -> list[PlannedStay]:
        """The stays of one facility that are not in the database yet."""
        with standing_for(self.system):
            there = set(Encounter.objects.filter(source_key__startswith="demo|").values_list("source_key", flat=True))
        return [stay for stay in self.stays if stay.facility == code and f"demo|{stay.key}" not in there]

    def encounters_by_key(self) -> dict[str, Encounter]:
        """The demo's encounters by the key of their planned stay."""
        with standing_for(self.system):
            rows = Encounter.objects.filter(source_key__startswith="demo|").select_related("facility", "patient")
            return {row.source_key.removeprefix("demo|"): row for row in rows}

    def is_built(self) -> bool:
        """True when the last stage has been finished."""
        return Job.objects.filter(key="demo.built", state=JobState.DONE).exists()

    def counts(self) -> dict[str, int]:
        """For the last line of the command."""
        with standing_for(self.system):
            return {"patients": Patient.objects.count(), "encounters": Encounter.objects.count()}


def _people(building: Building) -> None:
    building.facilities = build_facilities()
    building.payers = build_payers()
    building.people = build_staff(building.facilities)
    building.providers = build_providers(building.people)
    forget_authority(building.system)


def _charts(building: Building) -> None:
    for code, facility in building.facilities.items():
        stays = building.stays_at(code)
        if stays:
            load_stays(
                by=building.system, facility=facility, stays=stays, providers=building.providers, payers=building.payers
            )


def _work(building: Building) -> None:
    """What the events of the charts asked for: worklist and accounts, without waiting for a worker."""
    autodiscover_modules("tasks")
    waiting = Job.objects.filter(state=JobState.PENDING, actor_id__in=_actors(building)).order_by("created_at")
    for job_id in list(waiting.values_list("pk", flat=True)):
        run_job(str(job_id))


def _actors(building: Building) -> list[UUID]:
    return [building.system.pk, *(person.pk for person in building.people.values())]


def _protected(building: Building) -> None:
    protect(
        by=building.system, therapist=building.people["lena.hartmann"], encounters=building.encounters_by_key(),
        built_on=building.built_on,
    )  # fmt: skip


def _audit(building: Building) -> None:
    build_audit(
        by=building.people["tom.ferrara"], auditor=building.people["audrey.voss"], facility=building.facilities["LGH"],
        built_on=building.built_on,
    )  # fmt: skip


def _charges(building: Building) -> None:
    build_charge_master(building.facilities)
    encounters = building.encounters_by_key()
    for code, facility in building.facilities.items():
        stays = [stay for stay in building.stays if stay.facility == code]
        post_planned_charges(by=building.system, facility=facility, stays=stays, encounters=encounters)


def _code(building: Building, stays: list[PlannedStay]) -> None:
    code_volume(
        by=building.system, coder=building.people["dana.whitfield"], facilities=building.facilities,
        stays=stays, encounters=building.encounters_by_key(),
    )  # fmt: skip


def _billed_coding(building: Building) -> None:
    """Stays whose claim has left; every one of them is finalized in the plan."""
    _code(building, [stay for stay in building.stays if _is_old(stay, building.built_on)])


def _export(building: Building) -> None:
    for facility in building.facilities.values():
        export_claims(by=building.people["marcus.bell"], facility=facility)


def _recent_coding(building: Building) -> None:
    """Stays whose claim waits for the biller."""
    _code(building, [stay for stay in building.stays if not _is_old(stay, building.built_on)])


def _is_old(stay: PlannedStay, built_on: date) -> bool:
    return stay.discharged_at is not None and (built_on - stay.discharged_at.date()).days > BILLED_AFTER_DAYS


def _finish(building: Building) -> None:
    Job.objects.get_or_create(
        key="demo.built", defaults={"name": "demo.built", "actor_id": building.system.pk, "state": JobState.DONE}
    )


STAGES: tuple[tuple[str, Callable[[Building], None]], ...] = (
    ("facilities, people, payers", _people),
    ("patients, encounters, documents", _charts),
    ("worklists and accounts", _work),
    ("specially protected charts", _protected),
    ("an external audit", _audit),
    ("charges", _charges),
    ("coding of older stays", _billed_coding),
    ("their claims", _work),
    ("the claim files that have left", _export),
    ("coding of recent stays", _recent_coding),
    ("their claims", _work),
    ("done", _finish),
)
