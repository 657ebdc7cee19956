"""The people of the demo hospital whom a visitor may sign in as; only in DEMO mode."""

from __future__ import annotations

from dataclasses import dataclass

from hims.lib.access import Role

# For signing in again where that is asked for; the demo listens on loopback only.
DEMO_PASSWORD = "lakeside-demo-hospital"  # noqa: S105


@dataclass(frozen=True)
class Persona:
    """One button on the sign-in page; facilities: codes where the role is held."""

    username: str
    name: str
    role: Role
    blurb: str
    facilities: tuple[str, ...] = ("LGH", "LGS")


PERSONAS = (
    Persona("rosa.imani", "Rosa Imani", Role.RECORDS_SPECIALIST, "Registers patients, admits, files documents"),
    Persona("dana.whitfield", "Dana Whitfield", Role.CODER, "Codes discharged encounters"),
    Persona("victor.lund", "Victor Lund", Role.CODING_REVIEWER, "Checks finished coding"),
    Persona("grace.okoye", "Grace Okoye", Role.CDI_SPECIALIST, "Reads charts while patients are in house"),
    Persona("marcus.bell", "Marcus Bell", Role.BILLER, "Turns coded accounts into claims"),
    Persona("irene.castillo", "Irene Castillo", Role.SCHEDULER, "Books patients, rooms and staff"),
    Persona("lena.hartmann", "Dr. Lena Hartmann", Role.PROVIDER, "Hospitalist; reads charts, signs documents"),
    Persona("tom.ferrara", "Tom Ferrara", Role.HIM_MANAGER, "Runs the department"),
    Persona("joan.akers", "Joan Akers", Role.PRIVACY_OFFICER, "Sees who looked at what"),
    Persona("sam.petrov", "Sam Petrov", Role.ADMINISTRATOR, "Accounts, code sets, system health"),
    Persona("nina.south", "Nina South", Role.CODER, "Codes at Lakeside South only", ("LGS",)),
    Persona("audrey.voss", "Audrey Voss", Role.EXTERNAL_AUDITOR, "Audits the charts on her list, from outside"),
)
