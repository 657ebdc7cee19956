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
    FACILITY_CHARTS = "facility_charts"
    EMERGENCY_ACCESS = "emergency_access"
    RESTRICTION_MANAGE = "restriction_manage"
    IDENTIFIER_UNMASK = "identifier_unmask"
    LABEL_PART2 = "label_part2"
    LABEL_HIV = "label_hiv"
    LABEL_GENETIC = "label_genetic"
    LABEL_REPRODUCTIVE = "label_reproductive"
    LABEL_BEHAVIOURAL = "label_behavioural"
    LABEL_MINOR = "label_minor"
    PSYCHOTHERAPY_WRITE = "psychotherapy_write"
    PATIENT_MERGE_REQUEST = "patient_merge_request"
    PATIENT_MERGE_APPROVE = "patient_merge_approve"
    ENCOUNTER_MANAGE = "encounter_manage"
    CHART_VIEW = "chart_view"
    DOCUMENT_WRITE = "document_write"
    CODING_VIEW = "coding_view"
    CODING_EDIT = "coding_edit"
    CODING_FINALIZE = "coding_finalize"
    CODING_REVIEW = "coding_review"
    CODING_POLICY = "coding_policy"
    DRG_GROUP = "drg_group"
    CHARGE_VIEW = "charge_view"
    CHARGE_EDIT = "charge_edit"
    CLAIM_VIEW = "claim_view"
    CLAIM_EXPORT = "claim_export"
    REFUND_REQUEST = "refund_request"
    REFUND_APPROVE = "refund_approve"
    SCHEDULE_VIEW = "schedule_view"
    SCHEDULE_EDIT = "schedule_edit"
    AUDIT_VIEW = "audit_view"
    AUDIT_EXPORT = "audit_export"
    PRIVACY_REVIEW = "privacy_review"
    STAFF_MANAGE = "staff_manage"
    ACCESS_CERTIFY = "access_certify"
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
    EXTERNAL_AUDITOR = "External auditor"
    SYSTEM = "System"


P = Permission
_READS = frozenset({P.PATIENT_SEARCH, P.PATIENT_VIEW, P.CHART_VIEW})
# Labels that daily work in the department needs; 42 CFR Part 2 is left to those who are cleared for it by name.
_LABELS = frozenset({P.LABEL_HIV, P.LABEL_GENETIC, P.LABEL_REPRODUCTIVE, P.LABEL_BEHAVIOURAL, P.LABEL_MINOR})
_DEPARTMENT = _READS | {P.FACILITY_CHARTS}
_CODER = _DEPARTMENT | _LABELS | {P.CODING_VIEW, P.CODING_EDIT, P.CODING_FINALIZE, P.DRG_GROUP}
_REGISTRY = frozenset({P.PATIENT_REGISTER, P.ENCOUNTER_MANAGE, P.DOCUMENT_WRITE, P.DATA_IMPORT, P.IDENTIFIER_UNMASK})
_MONEY = frozenset({P.CHARGE_VIEW, P.CHARGE_EDIT, P.CLAIM_VIEW, P.CLAIM_EXPORT, P.REFUND_REQUEST, P.IDENTIFIER_UNMASK})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECORDS_SPECIALIST: _DEPARTMENT | _LABELS | _REGISTRY | {P.EMERGENCY_ACCESS, P.PATIENT_MERGE_REQUEST},
    Role.CODER: _CODER,
    Role.CODING_REVIEWER: _DEPARTMENT | _LABELS | {P.CODING_VIEW, P.CODING_REVIEW, P.DRG_GROUP},
    Role.CDI_SPECIALIST: _DEPARTMENT | _LABELS | {P.CODING_VIEW, P.DRG_GROUP},
    Role.BILLER: _MONEY | {P.PATIENT_SEARCH, P.PATIENT_VIEW, P.FACILITY_CHARTS},
    Role.SCHEDULER: frozenset(
        {P.PATIENT_SEARCH, P.PATIENT_VIEW, P.PATIENT_REGISTER, P.SCHEDULE_VIEW, P.SCHEDULE_EDIT, P.FACILITY_CHARTS}
    ),
    Role.PROVIDER: _READS | _LABELS | {P.DOCUMENT_WRITE, P.EMERGENCY_ACCESS, P.PSYCHOTHERAPY_WRITE},
    Role.HIM_MANAGER: _CODER
    | _REGISTRY
    | {
        P.CHARGE_VIEW,
        P.CLAIM_VIEW,
        P.CODESET_LOAD,
        P.CODING_POLICY,
        P.JOBS_VIEW,
        P.CONFIDENTIAL_VIEW,
        P.EMERGENCY_ACCESS,
        P.RESTRICTION_MANAGE,
        P.LABEL_PART2,
        P.PATIENT_MERGE_APPROVE,
        P.REFUND_APPROVE,
        P.ACCESS_CERTIFY,
    },
    Role.PRIVACY_OFFICER: frozenset(
        {
            P.PATIENT_SEARCH,
            P.PATIENT_VIEW,
            P.FACILITY_CHARTS,
            P.CONFIDENTIAL_VIEW,
            P.RESTRICTION_MANAGE,
            P.AUDIT_VIEW,
            P.AUDIT_EXPORT,
            P.PRIVACY_REVIEW,
            P.ACCESS_CERTIFY,
        }
    ),
    Role.ADMINISTRATOR: frozenset({P.AUDIT_VIEW, P.STAFF_MANAGE, P.CODESET_LOAD, P.JOBS_VIEW}),
    Role.EXTERNAL_AUDITOR: frozenset({P.PATIENT_VIEW, P.CHART_VIEW, P.CODING_VIEW}),
    Role.SYSTEM: frozenset(Permission),
}
