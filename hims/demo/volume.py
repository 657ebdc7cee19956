"""The generated part of the demo hospital: patients and stays drawn from profiles, the same for the same seed and day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from hims.demo.plan import PlannedCharge, PlannedCode, PlannedDocument, PlannedPatient, PlannedStay
from hims.demo.profiles import CHRONIC, FAMILY_NAMES, GIVEN_NAMES, PROFILES, STREETS, Profile

DAYS_BACK = 240
FINALIZED_AFTER_DAYS, FINALIZED_AT_LAST_DAYS = 6, 25
# revenue code, words, price a day or a piece in USD
ROOM = ("0120", "Room and board, semi-private", Decimal("1450.00"))
PHARMACY = ("0250", "Pharmacy", Decimal("210.00"))
LABORATORY = ("0300", "Laboratory", Decimal("165.00"))
OPERATING_ROOM = ("0360", "Operating room services", Decimal("7800.00"))
CLINIC = ("0510", "Clinic visit", "G0463", Decimal("168.00"))
EMERGENCY = ("0450", "Emergency department visit", "G0382", Decimal("540.00"))


def planned_volume(*, patients: int, stays: int, in_house: int, built_on: date, seed: int) -> list[PlannedStay]:
    """`stays` planned stays of `patients` people; the newest `in_house` inpatient ones have not been discharged."""
    draw = random.Random(seed)
    people = [_person(draw, number, built_on) for number in range(patients)]
    planned = list(_stays(draw, people, stays, in_house, built_on))
    return sorted(planned, key=lambda stay: stay.admitted_at)


def _person(draw: random.Random, number: int, built_on: date) -> PlannedPatient:
    sex = draw.choice("FM")
    birth_date = built_on - relativedelta(years=draw.randint(4, 92)) - timedelta(days=draw.randint(0, 364))
    return PlannedPatient(
        key=f"volume|{number}", family_name=draw.choice(FAMILY_NAMES), given_names=draw.choice(GIVEN_NAMES[sex]),
        birth_date=birth_date, sex=sex, phone=f"555-01{draw.randint(0, 99):02d}",
        line=f"{draw.randint(1, 240)} {draw.choice(STREETS)}", city="Port Ellery", state="MI", postal_code="49990",
        payer="medicare" if birth_date.year < built_on.year - 65 else draw.choice(("commercial", "medicaid", "blue_cross")),
    )  # fmt: skip


def _stays(
    draw: random.Random, people: list[PlannedPatient], stays: int, in_house: int, built_on: date
) -> Iterator[PlannedStay]:
    for number in range(stays):
        still_here = number < in_house
        person, profile = _match(draw, people, built_on, inpatient=still_here)
        nights = draw.randint(*profile.stay)
        back = draw.randint(0, 3) if still_here else draw.randint(nights + 1, DAYS_BACK)
        admitted = datetime.combine(
            built_on - timedelta(days=back), time(draw.randint(0, 23), draw.choice((5, 20, 35, 50)))
        )
        yield _stay(draw, number, person, profile, admitted, None if still_here else nights, built_on)


def _match(
    draw: random.Random, people: list[PlannedPatient], built_on: date, *, inpatient: bool
) -> tuple[PlannedPatient, Profile]:
    """A person and a profile that fits age and sex on any day of the period."""
    while True:
        person = draw.choice(people)
        age = relativedelta(built_on, person.birth_date).years
        fitting = [
            profile
            for profile in PROFILES
            if profile.age[0] <= age - 1 and age <= profile.age[1] and profile.sex in ("", person.sex)
            and (profile.encounter_class == "inpatient" or not inpatient)
        ]  # fmt: skip
        if fitting:
            return person, draw.choices(fitting, weights=[profile.weight for profile in fitting])[0]


def _stay(
    draw: random.Random, number: int, person: PlannedPatient, profile: Profile, admitted: datetime,
    nights: int | None, built_on: date,
) -> PlannedStay:  # fmt: skip
    discharged = None
    if nights is not None:
        leave = time(draw.randint(9, 17), draw.choice((0, 15, 30, 45)))
        discharged = datetime.combine(admitted.date() + timedelta(days=nights), leave)
        discharged = max(discharged, admitted + timedelta(hours=2))
    chronic = _chronic(draw, profile, relativedelta(built_on, person.birth_date).years)
    waited = (built_on - discharged.date()).days if discharged else 0
    finalized = waited > FINALIZED_AT_LAST_DAYS or (waited > FINALIZED_AFTER_DAYS and draw.random() < 0.7)
    facility = "LGS" if profile.encounter_class in ("office", "outpatient") else "LGH"
    return PlannedStay(
        key=f"volume|{number}", patient=person, facility=facility, encounter_class=profile.encounter_class,
        service=profile.service, reason=profile.reason, attending=profile.attending, admitted_at=admitted,
        discharged_at=discharged, admission_type="3" if profile.encounter_class == "office" else "1",
        point_of_origin="1", disposition="01" if draw.random() < 0.8 else "06",
        documents=tuple(_documents(profile, person, admitted, discharged, chronic)),
        charges=tuple(_charges(profile, admitted, discharged)) if discharged else (),
        codes=tuple(_codes(profile, chronic)) if discharged else (), finalized=finalized,
        unit="4 West" if profile.encounter_class == "inpatient" else "",
    )  # fmt: skip


def _chronic(draw: random.Random, profile: Profile, age: int) -> list[tuple[str, str]]:
    """Chronic conditions that go with the profile: none doubles or excludes one of its codes."""
    taken = {profile.principal[0], *(code for code, _, _ in profile.fixed)}
    barred = {"I10"} if profile.hypertensive else set()
    barred |= {"E119"} if taken & {"E1010", "E119"} else set()
    barred |= {"D649"} if taken & {"D62", "D509"} else set()
    barred |= {"M1990"} if "M1711" in taken else set()
    if age < 40 or profile.name == "delivery":
        return []
    free = [entry for entry in CHRONIC if entry[0] not in taken | barred]
    return draw.sample(free, k=min(len(free), draw.randint(0, 4)))


def _codes(profile: Profile, chronic: list[tuple[str, str]]) -> Iterator[PlannedCode]:
    inpatient = profile.encounter_class == "inpatient"
    code, poa, _ = profile.principal
    yield PlannedCode("admitting" if inpatient else "reason_for_visit", code)
    yield PlannedCode("principal", code, poa)
    for code, poa, _ in profile.fixed:
        yield PlannedCode("secondary", code, poa)
    for code, _ in chronic:
        yield PlannedCode("secondary", code, "Y" if inpatient else "")
    for code, _ in profile.procedures:
        yield PlannedCode("procedure", code, day=0, provider=profile.attending)


def _documents(
    profile: Profile, person: PlannedPatient, admitted: datetime, discharged: datetime | None,
    chronic: list[tuple[str, str]],
) -> Iterator[PlannedDocument]:  # fmt: skip
    history = ", ".join(words for _, words in chronic) or "no chronic illness"
    kind, title = {
        "inpatient": ("history_and_physical", "History and physical"),
        "emergency": ("emergency_department_note", "Emergency department physician note"),
        "office": ("office_visit_note", "Office visit"),
    }.get(profile.encounter_class, ("progress_note", "Visit note"))
    yield PlannedDocument(
        kind, title, profile.attending, admitted + timedelta(hours=1),
        f"SYNTHETIC RECORD\n\nREASON: {profile.reason}.\n\nHISTORY: {person.given_names} {person.family_name} comes with"
        f" {profile.reason.lower()}. Past history: {history}.\n\nIMPRESSION: {profile.principal[2].capitalize()}.",
    )  # fmt: skip
    if discharged is None or profile.encounter_class != "inpatient":
        return
    for _, words in profile.procedures:
        yield PlannedDocument(
            "operative_report" if profile.service != "Obstetrics" else "labor_and_delivery_record", words.capitalize(),
            profile.attending, admitted + timedelta(hours=6),
            f"SYNTHETIC RECORD\n\nPROCEDURE: {words.capitalize()}.\n\nINDICATION: {profile.principal[2]}.\n\nNo complication.",
        )  # fmt: skip
    further = "".join(f"\n- {words}" for _, _, words in profile.fixed) + "".join(f"\n- {words}" for _, words in chronic)
    yield PlannedDocument(
        "discharge_summary", "Discharge summary", profile.attending, discharged,
        f"SYNTHETIC RECORD\n\nPRINCIPAL DIAGNOSIS: {profile.principal[2].capitalize()}.\n\nFURTHER DIAGNOSES:{further or ' none'}"
        f"\n\nCOURSE: {profile.course}\n\nDISCHARGED in stable condition.",
    )  # fmt: skip


def _charges(profile: Profile, admitted: datetime, discharged: datetime) -> Iterator[PlannedCharge]:
    on = admitted.date()
    nights = max((discharged.date() - on).days, 1)
    if profile.encounter_class == "inpatient":
        for revenue_code, words, price in (ROOM, PHARMACY, LABORATORY):
            yield PlannedCharge(revenue_code, words, nights, price * nights, on)
        if profile.procedures:
            yield PlannedCharge(OPERATING_ROOM[0], OPERATING_ROOM[1], 1, OPERATING_ROOM[2], on)
        return
    visit = EMERGENCY if profile.encounter_class == "emergency" else CLINIC
    yield PlannedCharge(visit[0], visit[1], 1, visit[3], on, visit[2], pointers=(1,))
    for code, words, amount in profile.hcpcs:
        yield PlannedCharge(
            "0636" if code.startswith("J") else "0510", words, 1, Decimal(amount), on, code, pointers=(1,)
        )
