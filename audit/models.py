"""Django finds the app's models here."""

from audit.access.models import AccessGrant, EmergencyAccess, EmployeeChart, LabelConsent
from audit.cases.models import BreachAssessment, Case, CaseEvidence, CaseNote, CaseStep
from audit.monitoring.models import AccessExplanation, PrivacyAlert, RuleSetting, WatchedDay, Watermark
from audit.staffing.models import AccessReview, AccessReviewItem, Account, ExternalAudit, PasswordTicket, SodException
from audit.trail.models import AuditEvent

__all__ = [
    "AccessExplanation",
    "AccessGrant",
    "AccessReview",
    "AccessReviewItem",
    "Account",
    "AuditEvent",
    "BreachAssessment",
    "Case",
    "CaseEvidence",
    "CaseNote",
    "CaseStep",
    "EmergencyAccess",
    "EmployeeChart",
    "ExternalAudit",
    "LabelConsent",
    "PasswordTicket",
    "PrivacyAlert",
    "RuleSetting",
    "SodException",
    "WatchedDay",
    "Watermark",
]
