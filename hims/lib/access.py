"""The only text that knows roles: what a person may do, and which role carries it.

Roles become groups, permissions become rows of Django's permission table (see hims/staff/roles.py); a site may
change what a group carries, this file is the first content. `audit/gate.py` is the only caller that decides.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One verb of the trade each; the value is the codename of the Django permission."""

    PATIENT_SEARCH = "patient_search"
    PATIENT_VIEW = "patient_view"
    PATIENT_REGISTER = "patient_register"
    CONFIDENTIAL_VIEW = "confidential_view"
    ENCOUNTER_MANAGE = "encounter_manage"
    CHART_VIEW = "chart_view"
    DOCUMENT_WRITE = "document_write"
    CODING_VIEW = "coding_view"
    CODING_EDIT = "coding_edit"
    CODING_FINALIZE = "coding_finalize"
    CODING_REVIEW = "coding_review"
    DRG_GROUP = "drg_group"
    CHARGE_VIEW = "charge_view"
    CHARGE_EDIT = "charge_edit"
    CLAIM_VIEW = "claim_view"
    CLAIM_EXPORT = "claim_export"
    SCHEDULE_VIEW = "schedule_view"
    SCHEDULE_EDIT = "schedule_edit"
    AUDIT_VIEW = "audit_view"
    AUDIT_EXPORT = "audit_export"
    STAFF_MANAGE = "staff_manage"
    CODESET_LOAD = "codeset_load"
    JOBS_VIEW = "jobs_view"
    DATA_IMPORT = "data_import"

    @property
    def label(self) -> str:
        """Plain words for pages and for Django's permission table."""
        return self.value.replace("_", " ").capitalize()


class Role(StrEnum):
    """The roles of an HIM department; the value is the name of the group."""

    RECORDS_SPECIALIST = "Records specialist"
    CODER = "Coder"
    CODING_REVIEWER = "Coding reviewer"
    CDI_SPECIALIST = "CDI specialist"
    BILLER = "Biller"
    SCHEDULER = "Scheduler"
    PROVIDER = "Provider"
    HIM_MANAGER = "HIM manager"
    PRIVACY_OFFICER = "Privacy officer"
    ADMINISTRATOR = "Administrator"
    SYSTEM = "System"


P = Permission
_READS = frozenset({P.PATIENT_SEARCH, P.PATIENT_VIEW, P.CHART_VIEW})
_CODER = _READS | {P.CODING_VIEW, P.CODING_EDIT, P.CODING_FINALIZE, P.DRG_GROUP}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECORDS_SPECIALIST: _READS | {P.PATIENT_REGISTER, P.ENCOUNTER_MANAGE, P.DOCUMENT_WRITE, P.DATA_IMPORT},
    Role.CODER: _CODER,
    Role.CODING_REVIEWER: _READS | {P.CODING_VIEW, P.CODING_REVIEW, P.DRG_GROUP},
    Role.CDI_SPECIALIST: _READS | {P.CODING_VIEW, P.DRG_GROUP},
    Role.BILLER: frozenset(
        {P.PATIENT_SEARCH, P.PATIENT_VIEW, P.CHARGE_VIEW, P.CHARGE_EDIT, P.CLAIM_VIEW, P.CLAIM_EXPORT}
    ),
    Role.SCHEDULER: frozenset({P.PATIENT_SEARCH, P.PATIENT_VIEW, P.PATIENT_REGISTER, P.SCHEDULE_VIEW, P.SCHEDULE_EDIT}),
    Role.PROVIDER: _READS | {P.DOCUMENT_WRITE},
    Role.HIM_MANAGER: _CODER
    | {
        P.PATIENT_REGISTER,
        P.ENCOUNTER_MANAGE,
        P.DOCUMENT_WRITE,
        P.CHARGE_VIEW,
        P.CLAIM_VIEW,
        P.CODESET_LOAD,
        P.JOBS_VIEW,
        P.DATA_IMPORT,
    },
    Role.PRIVACY_OFFICER: frozenset(
        {P.PATIENT_SEARCH, P.PATIENT_VIEW, P.CONFIDENTIAL_VIEW, P.AUDIT_VIEW, P.AUDIT_EXPORT}
    ),
    Role.ADMINISTRATOR: frozenset({P.AUDIT_VIEW, P.STAFF_MANAGE, P.CODESET_LOAD, P.JOBS_VIEW}),
    Role.SYSTEM: frozenset(Permission),
}
