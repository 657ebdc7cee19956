"""What each right lets a person do, in the words of the department."""

from __future__ import annotations

from hims.lib.access import Permission

P = Permission
WORDS = {
    P.PATIENT_SEARCH: "find patients by name, birth date or number",
    P.PATIENT_VIEW: "see who a patient is: name, birth date, numbers, address, coverage",
    P.PATIENT_REGISTER: "register patients and correct their data",
    P.CONFIDENTIAL_VIEW: "open restricted charts",
    P.FACILITY_CHARTS: "open every chart of the facility that is not restricted, without a relationship to the patient",
    P.EMERGENCY_ACCESS: "open one chart in an emergency; each use is reviewed",
    P.RESTRICTION_MANAGE: "restrict charts and lift restrictions",
    P.IDENTIFIER_UNMASK: "show social security, insurance and bank numbers in full, with a reason",
    P.LABEL_PART2: "see substance use treatment (42 CFR Part 2)",
    P.LABEL_HIV: "see information about HIV",
    P.LABEL_GENETIC: "see genetic information",
    P.LABEL_REPRODUCTIVE: "see reproductive health information",
    P.LABEL_BEHAVIOURAL: "see behavioural health information",
    P.LABEL_MINOR: "see what a minor consented to alone",
    P.PSYCHOTHERAPY_WRITE: "keep own psychotherapy notes",
    P.PATIENT_MERGE_REQUEST: "ask that two charts of one patient be merged",
    P.PATIENT_MERGE_APPROVE: "approve the merge of two charts",
    P.ENCOUNTER_MANAGE: "admit, move and discharge patients",
    P.CHART_VIEW: "read charts",
    P.DOCUMENT_WRITE: "write, file and sign documents",
    P.CODING_VIEW: "read coding",
    P.CODING_EDIT: "change codes",
    P.CODING_FINALIZE: "finalize coding",
    P.CODING_REVIEW: "review finished coding",
    P.CODING_POLICY: "decide what a coding needs before it is finalized",
    P.DRG_GROUP: "group codes into an MS-DRG",
    P.CHARGE_VIEW: "see charges and accounts",
    P.CHARGE_EDIT: "enter and reverse charges",
    P.CLAIM_VIEW: "see claims",
    P.CLAIM_EXPORT: "send claims",
    P.REFUND_REQUEST: "ask for refunds",
    P.REFUND_APPROVE: "approve refunds up to a limit",
    P.SCHEDULE_VIEW: "see schedules",
    P.SCHEDULE_EDIT: "book visits",
    P.AUDIT_VIEW: "read the trail",
    P.AUDIT_EXPORT: "export the trail",
    P.PRIVACY_REVIEW: "review emergencies and unusual access",
    P.STAFF_MANAGE: "make accounts and give roles",
    P.ACCESS_CERTIFY: "review who holds which role, approve exceptions, open charts to external auditors",
    P.CODESET_LOAD: "load code sets",
    P.JOBS_VIEW: "see background jobs",
    P.DATA_IMPORT: "import data of other systems",
}
ABOUT = (
    ("Patients", (P.PATIENT_SEARCH, P.PATIENT_VIEW, P.PATIENT_REGISTER, P.ENCOUNTER_MANAGE, P.PATIENT_MERGE_REQUEST,
                  P.PATIENT_MERGE_APPROVE, P.DATA_IMPORT, P.SCHEDULE_VIEW, P.SCHEDULE_EDIT)),
    ("Charts", (P.CHART_VIEW, P.FACILITY_CHARTS, P.DOCUMENT_WRITE, P.EMERGENCY_ACCESS, P.PSYCHOTHERAPY_WRITE)),
    ("Protected information", (P.CONFIDENTIAL_VIEW, P.RESTRICTION_MANAGE, P.IDENTIFIER_UNMASK, P.LABEL_PART2, P.LABEL_HIV,
                               P.LABEL_GENETIC, P.LABEL_REPRODUCTIVE, P.LABEL_BEHAVIOURAL, P.LABEL_MINOR)),
    ("Coding", (P.CODING_VIEW, P.CODING_EDIT, P.CODING_FINALIZE, P.CODING_REVIEW, P.CODING_POLICY, P.DRG_GROUP,
                P.CODESET_LOAD)),
    ("Money", (P.CHARGE_VIEW, P.CHARGE_EDIT, P.CLAIM_VIEW, P.CLAIM_EXPORT, P.REFUND_REQUEST, P.REFUND_APPROVE)),
    ("Oversight", (P.AUDIT_VIEW, P.AUDIT_EXPORT, P.PRIVACY_REVIEW, P.STAFF_MANAGE, P.ACCESS_CERTIFY, P.JOBS_VIEW)),
)  # fmt: skip

IN_ORDER = [right for _, group in ABOUT for right in group]


def words_of(permission: Permission) -> str:
    """What the right lets a person do; its label for one that this list does not know."""
    return WORDS.get(permission, permission.label.lower())
