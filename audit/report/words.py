"""The trail in the words of a patient. No Django."""

from __future__ import annotations

ACTS = {
    "read": "looked at your record",
    "search": "saw your name in a list or search",
    "create": "added to your record",
    "update": "changed your record",
    "delete": "removed something from your record",
    "print": "printed from your record",
    "export": "made a file or list in which you appear",
    "import": "took in data about you from another system",
    "admin": "worked on who may see your record",
}
# What says more than its kind; by the whole name of the event, then by what stands before the dot.
EVENTS = {
    "chart.viewed": "opened your chart",
    "chart.searched": "searched in your chart",
    "patient.viewed": "looked at your name, address and insurance",
    "patient.opened": "opened your registration to correct it",
    "patient.registered": "registered you",
    "patient.corrected": "corrected your registration",
    "patient.coverage_added": "added your insurance",
    "patient.searched": "found you in a search for patients",
    "encounter.admitted": "recorded your admission or visit",
    "encounter.discharged": "recorded your discharge",
    "encounter.viewed": "looked at a stay or visit of yours",
    "encounter.census_viewed": "saw your name in the list of patients in house",
    "document.viewed": "read a document of yours",
    "document.downloaded": "downloaded a document of yours",
    "document.filed": "filed a document in your chart",
    "document.signed": "signed a document of yours",
    "document.amended": "amended a document of yours",
    "document.retracted": "withdrew a document of yours",
    "claim.exported": "sent a bill for your care to your insurance",
    "emergency.opened": "opened your record in an emergency",
    "emergency.ended": "ended an emergency access to your record",
    "audit.patient_report": "made this kind of report about your record",
}
FAMILIES = {
    "coding": {"read": "looked at your record to code it for billing", "update": "coded your stay or visit",
               "create": "coded your stay or visit", "search": "saw your stay in a list of work to code"},
    "drg": {"read": "grouped your stay for billing", "search": "grouped your stay for billing"},
    "charge": {"read": "looked at your charges", "update": "recorded your charges", "create": "recorded your charges",
               "search": "saw your account in a list of charges"},
    "claim": {"read": "looked at a bill for your care", "update": "prepared a bill for your care",
              "create": "prepared a bill for your care", "search": "saw your account in a list of bills"},
    "audit": dict.fromkeys(("read", "search", "export", "print"), "checked who has seen your record"),
    "case": dict.fromkeys(("read", "search", "admin", "print", "export"), "looked into a privacy concern about your record"),
    "alert": dict.fromkeys(("read", "search", "admin", "update"), "checked an automatic privacy warning about your record"),
    "emergency": dict.fromkeys(("read", "search", "admin"), "checked an emergency access to your record"),
}  # fmt: skip
PURPOSES = {
    "treatment": "for your care", "emergency": "for your care in an emergency", "coding": "to code your care for billing",
    "payment": "for billing and payment", "operations": "to run the hospital and keep records in order",
    "privacy": "to protect your privacy", "administration": "to run the computer system",
}  # fmt: skip
AUTOMATIC = "The computer system"


def act(event: str, category: str) -> str:
    """What was done, after "somebody": "opened your chart"."""
    family = FAMILIES.get(event.partition(".")[0], {})
    return EVENTS.get(event) or family.get(category) or ACTS.get(category, "used your record")


def purpose(word: str) -> str:
    """Why, in plain words."""
    return PURPOSES.get(word, "")


def times(count: int) -> str:
    """How often, "" for once."""
    return "" if count == 1 else "twice" if count == 2 else f"{count:,} times"
