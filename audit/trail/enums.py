"""Closed vocabularies of the trail."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What kind of act; after IHE Basic Audit Log Patterns (read, query, create, update, delete) and E2147."""

    READ = "read"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    PRINT = "print"
    EXPORT = "export"
    IMPORT = "import"
    SIGN_IN = "sign_in"
    ADMIN = "admin"


class Result(StrEnum):
    """How it ended. A change writes `attempted` first and its end after commit; an attempt without end is unknown."""

    ATTEMPTED = "attempted"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Source(StrEnum):
    """Through which door."""

    WEB = "web"
    API = "api"
    JOB = "job"
    COMMAND = "command"


class Purpose(StrEnum):
    """Purpose of use, after HL7 v3 PurposeOfUse, in our own words."""

    OPERATIONS = "operations"
    CODING = "coding"
    PAYMENT = "payment"
    TREATMENT = "treatment"
    PRIVACY = "privacy"
    ADMINISTRATION = "administration"
    EMERGENCY = "emergency"
    """Behind broken glass; HL7 v3 PurposeOfUse ETREAT (emergency treatment)."""
