"""Lakeside General: facilities, payers, clinicians, staff. Everything here is synthetic."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group

from hims.staff.models import Facility, Membership, User
from hims.staff.personas import DEMO_PASSWORD, PERSONAS
from records.encounters.models import Provider
from records.registry.enums import PayerKind
from records.registry.models import Payer

OPENED_ON = date(2020, 1, 1)
FACILITIES = {
    "LGH": {
        "name": "Lakeside General Hospital", "npi": "1234567893", "tax_id": "990000017", "taxonomy_code": "282N00000X",
        "address_line": "100 Shore Road", "city": "Port Ellery", "state": "MI", "postal_code": "499900100",
        "phone": "5555550100", "time_zone": "America/Detroit",
    },
    "LGS": {
        "name": "Lakeside South Clinic", "npi": "1245319599", "tax_id": "990000017", "taxonomy_code": "261QM1300X",
        "address_line": "8 Harbor Street", "city": "South Ellery", "state": "MI", "postal_code": "499910008",
        "phone": "5555550180", "time_zone": "America/Detroit",
    },
}  # fmt: skip
PAYERS = {
    "medicare": ("Medicare Part A and B (demo)", PayerKind.MEDICARE_A, "DEMO00001"),
    "medicaid": ("Medicaid (demo)", PayerKind.MEDICAID, "DEMO00002"),
    "commercial": ("Great Lakes Mutual (demo)", PayerKind.COMMERCIAL, "DEMO00003"),
    "blue_cross": ("Lakeshore Blue Plan (demo)", PayerKind.BLUE_CROSS, "DEMO00004"),
}
# key: family name, given names, credentials, specialty, NPI (valid check digit), taxonomy, username of the person who signs in
PROVIDERS = {
    "hartmann": ("Hartmann", "Lena", "MD", "Hospital medicine", "1000000012", "208M00000X", "lena.hartmann"),
    "okafor": ("Okafor", "Chidi", "MD", "Cardiology", "1000000020", "207RC0000X", ""),
    "reyes": ("Reyes", "Mateo", "MD", "General surgery", "1000000038", "208600000X", ""),
    "lindqvist": ("Lindqvist", "Anna", "MD", "Orthopedic surgery", "1000000046", "207X00000X", ""),
    "banerjee": ("Banerjee", "Priya", "MD", "Obstetrics and gynecology", "1000000053", "207V00000X", ""),
    "novak": ("Novak", "Tomas", "MD", "Emergency medicine", "1000000061", "207P00000X", ""),
    "osei": ("Osei", "Ama", "MD", "Pediatrics", "1000000079", "208000000X", ""),
    "feldman": ("Feldman", "Ruth", "MD", "Psychiatry", "1000000087", "2084P0800X", ""),
    "tanaka": ("Tanaka", "Ken", "MD", "Pathology and radiology", "1000000095", "2085R0202X", ""),
    "moreau": ("Moreau", "Claire", "RN", "Nursing", "", "", ""),
}


def build_facilities() -> dict[str, Facility]:
    """The two facilities by code; safe to run again."""
    return {
        code: Facility.objects.update_or_create(code=code, defaults=values)[0] for code, values in FACILITIES.items()
    }


def build_payers() -> dict[str, Payer]:
    """The payers by key; safe to run again."""
    return {
        key: Payer.objects.update_or_create(
            code=key, defaults={"name": name, "kind": kind, "electronic_id": electronic_id}
        )[0]
        for key, (name, kind, electronic_id) in PAYERS.items()
    }


def build_staff(facilities: dict[str, Facility]) -> dict[str, User]:
    """The people of the sign-in page with their roles and the password of the demonstration. Safe to run again."""
    people: dict[str, User] = {}
    for persona in PERSONAS:
        user, created = User.objects.get_or_create(
            username=persona.username, defaults={"display_name": persona.name, "job_title": persona.role.value}
        )
        if created or not user.has_usable_password():
            user.set_password(DEMO_PASSWORD)
            user.save()
        for code in persona.facilities:
            Membership.objects.get_or_create(
                user=user, facility=facilities[code], role=Group.objects.get(name=persona.role.value),
                defaults={"valid_from": OPENED_ON},
            )  # fmt: skip
        people[persona.username] = user
    return people


def build_providers(people: dict[str, User]) -> dict[str, Provider]:
    """The clinicians by key; safe to run again."""
    providers: dict[str, Provider] = {}
    for key, (family, given, credentials, specialty, npi, taxonomy, username) in PROVIDERS.items():
        providers[key] = Provider.objects.update_or_create(
            key=f"demo|{key}",
            defaults={
                "family_name": family, "given_names": given, "credentials": credentials, "specialty": specialty,
                "npi": npi, "taxonomy_code": taxonomy, "user": people.get(username),
            },
        )[0]  # fmt: skip
    return providers
