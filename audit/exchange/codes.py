"""How the trail's words are said in FHIR and DICOM: IHE Basic Audit Log Patterns, DICOM PS3.15 and PS3.16. No Django."""

from __future__ import annotations

from dataclasses import dataclass

DCM = "http://dicom.nema.org/resources/ontology/DCM"
REST = "http://hl7.org/fhir/restful-interaction"
EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."


@dataclass(frozen=True)
class Code:
    """A code with its system and its words."""

    system: str
    code: str
    display: str

    @property
    def coding(self) -> dict[str, str]:
        """As a FHIR Coding."""
        return {"system": self.system, "code": self.code, "display": self.display}


REST_TYPE = Code(EVENT_TYPE, "rest", "Restful Operation")
SIGN_IN = Code(DCM, "110114", "User Authentication")
LOGIN, LOGOUT = Code(DCM, "110122", "Login"), Code(DCM, "110123", "Logout")
SECURITY_ALERT = Code(DCM, "110113", "Security Alert")
EMERGENCY_STARTED = Code(DCM, "110127", "Emergency Override Started")
EMERGENCY_STOPPED = Code(DCM, "110128", "Emergency Override Stopped")
APPLICATION = Code(DCM, "110100", "Application Activity")
LOG_USED = Code(DCM, "110101", "Audit Log Used")
EXPORT, IMPORT = Code(DCM, "110106", "Export"), Code(DCM, "110107", "Import")
QUERY, PATIENT_RECORD = Code(DCM, "110112", "Query"), Code(DCM, "110110", "Patient Record")
SOURCE_ROLE, DESTINATION_ROLE = Code(DCM, "110153", "Source Role ID"), Code(DCM, "110152", "Destination Role ID")
RECIPIENT = Code("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient")
AUTHOR = Code("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "AUT", "author (originator)")
PURPOSES = {
    "treatment": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT", "treatment"),
    "emergency": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "ETREAT", "Emergency Treatment"),
    "coding": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HPAYMT", "healthcare payment"),
    "payment": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HPAYMT", "healthcare payment"),
    "operations": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HOPERAT", "healthcare operations"),
    "privacy": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HCOMPL", "health compliance"),
    "administration": Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HSYSADMIN", "health system administration"),
}  # fmt: skip
OUTCOMES = {
    "done": ("0", "Success"),
    "attempted": ("0", "Success"),
    "refused": ("4", "Minor failure"),
    "failed": ("8", "Serious failure"),
}


@dataclass(frozen=True)
class Pattern:
    """How one category is told.

    action: C R U D E. interaction: of REST, "" for what is no access to data by REST. profile: of BALP, without "Patient".
    dicom: the event of DICOM's audit messages. gives: the data flow to the person (reads), not from them (writes).
    """

    action: str
    interaction: str
    profile: str
    dicom: Code
    gives: bool = True


PATTERNS = {
    "read": Pattern("R", "read", "Read", PATIENT_RECORD),
    "search": Pattern("E", "search", "Query", QUERY),
    "create": Pattern("C", "create", "Create", PATIENT_RECORD, gives=False),
    "update": Pattern("U", "update", "Update", PATIENT_RECORD, gives=False),
    "delete": Pattern("D", "delete", "Delete", PATIENT_RECORD, gives=False),
    "print": Pattern("R", "read", "Read", EXPORT),
    "export": Pattern("R", "read", "Read", EXPORT),
    "import": Pattern("C", "create", "Create", IMPORT, gives=False),
    "sign_in": Pattern("E", "", "", SIGN_IN),
    "admin": Pattern("E", "", "", APPLICATION, gives=False),
}
"""Every category of the trail. Prints and exports are reads with the subtype of DICOM beside that of REST."""
EMERGENCY_EVENTS = {"emergency.opened": EMERGENCY_STARTED, "emergency.ended": EMERGENCY_STOPPED}
"""The events that begin and end an emergency access; what is done meanwhile carries the purpose."""


def is_emergency(event: str, purpose: str) -> bool:
    """Behind broken glass."""
    return purpose == "emergency" or event in EMERGENCY_EVENTS


def sign_in_code(event: str) -> Code:
    """Login or logout."""
    return LOGOUT if "out" in event.rpartition(".")[2] else LOGIN
