"""Purpose of use of an event, derived from what is done, by whom, and what explains it. No Django."""

from __future__ import annotations

from collections.abc import Collection

from audit.trail.enums import Purpose
from hims.lib.access import Role

# Work whose purpose is plain from its name.
BY_FAMILY = {
    "coding": Purpose.CODING, "drg": Purpose.CODING,
    "charge": Purpose.PAYMENT, "claim": Purpose.PAYMENT, "refund": Purpose.PAYMENT,
    "audit": Purpose.PRIVACY, "alert": Purpose.PRIVACY, "case": Purpose.PRIVACY, "privacy": Purpose.PRIVACY,
    "restriction": Purpose.PRIVACY,
    "staff": Purpose.ADMINISTRATION, "codeset": Purpose.ADMINISTRATION, "jobs": Purpose.ADMINISTRATION,
    "appointment": Purpose.OPERATIONS, "schedule": Purpose.OPERATIONS, "release": Purpose.OPERATIONS,
}  # fmt: skip
BY_ROLE = {
    Role.CODER.value: Purpose.CODING, Role.CODING_REVIEWER.value: Purpose.CODING, Role.CDI_SPECIALIST.value: Purpose.CODING,
    Role.BILLER.value: Purpose.PAYMENT, Role.PROVIDER.value: Purpose.TREATMENT, Role.PRIVACY_OFFICER.value: Purpose.PRIVACY,
    Role.ADMINISTRATOR.value: Purpose.ADMINISTRATION, Role.RECORDS_SPECIALIST.value: Purpose.OPERATIONS,
    Role.SCHEDULER.value: Purpose.OPERATIONS, Role.HIM_MANAGER.value: Purpose.OPERATIONS,
    Role.EXTERNAL_AUDITOR.value: Purpose.OPERATIONS, Role.SYSTEM.value: Purpose.OPERATIONS,
}  # fmt: skip
# Which purpose an explanation speaks for; the names are those under which the sources are registered.
BY_EXPLANATION = {
    "provider": Purpose.TREATMENT, "author": Purpose.TREATMENT, "care_team": Purpose.TREATMENT,
    "emergency": Purpose.TREATMENT, "coder": Purpose.CODING, "open_coding": Purpose.CODING,
    "coding_review": Purpose.CODING, "concurrent_review": Purpose.CODING, "account": Purpose.PAYMENT,
    "claim": Purpose.PAYMENT, "privacy": Purpose.PRIVACY, "registration": Purpose.OPERATIONS,
    "unsigned": Purpose.OPERATIONS, "release": Purpose.OPERATIONS, "appointment": Purpose.OPERATIONS,
}  # fmt: skip


def derive_purpose(event: str, roles: Collection[str], explanation: str | None) -> Purpose | None:
    """Why an event happens, or None: then the person is asked.

    event: its name ("coding.opened"). roles: names of the roles held. explanation: name of the source that explains the
    access, None when unknown. An emergency is treatment; then what is done decides, then the one purpose that all roles
    share, then, among the purposes of several roles, the one that the explanation speaks for.
    """
    if explanation == "emergency":
        return Purpose.TREATMENT
    family = BY_FAMILY.get(event.partition(".")[0])
    if family is not None:
        return family
    purposes = {BY_ROLE[role] for role in roles if role in BY_ROLE}
    if len(purposes) == 1:
        return purposes.pop()
    told = BY_EXPLANATION.get(explanation or "")
    return told if told in purposes else None
