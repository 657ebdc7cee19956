"""The protections of the trail in the database: triggers awake, their functions as they were made, no right too many."""

from __future__ import annotations

from hashlib import sha256

from audit.seals.findings import Findings, Problem
from audit.seals.store import Connection

SEAL_TABLES = ("audit_seal", "audit_seal_item", "audit_archive")
REFUSE, STAMP = "audit_event_refuse", "audit_event_stamp"
# SHA-256 of the bodies, so that a function that was replaced by a harmless one is noticed.
BODIES = {
    "audit_event_refuse": "3b3151797e16dee0642a8d35cef26da459e66aa0042f17402fe6b21c5c92b9b4",
    "audit_event_stamp": "6124387f0df541497b80d75336e10d712fe250b5c7b6d7efb4f7ed9a517a6c71",
    "audit_field": "88dba62ef8019ca7110308701933ae9e8727828689975b4b451754738812d13c",
}
TRIGGERS = """SELECT t.tgrelid::regclass::text, p.proname, t.tgtype, t.tgenabled::text FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = ANY (%s::regclass[]) AND p.pronamespace = 'public'::regnamespace"""
PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s)"
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
NO_CHANGE, NO_TRUNCATE, STAMPED = ROW | BEFORE | DELETE | UPDATE, BEFORE | TRUNCATE, ROW | BEFORE | INSERT
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
MAY = {
    ("hims_audit", "audit_event", "INSERT"), ("hims_sealer", "audit_seal", "INSERT"),
    ("hims_sealer", "audit_seal_item", "INSERT"), ("hims_retention", "audit_archive", "INSERT"),
}  # fmt: skip
RIGHTS = """SELECT r.rolname, t.name, p.name FROM pg_roles r, unnest(%s::text[]) AS t (name), unnest(%s::text[]) AS p (name)
    WHERE r.rolname IN ('hims_app', 'hims_audit', 'hims_sealer', 'hims_retention')
    AND has_table_privilege(r.rolname, t.name::regclass, p.name)"""


def check_guards(connection: Connection) -> list[Problem]:
    """What is missing or asleep, a sentence each."""
    found = Findings()
    partitions = [str(name) for (name,) in connection.execute(PARTITIONS)]
    tables = ["audit_event", *partitions, *SEAL_TABLES]
    _check_triggers(connection, tables, found)
    _check_functions(connection, found)
    for role, table, right in connection.execute(RIGHTS, [tables, list(WRITES)]):
        if (role, table, right) not in MAY:
            found.add("guard", detail=f"{role} may {right} on {table}")
    return found.problems()


def _check_triggers(connection: Connection, tables: list[str], found: Findings) -> None:
    awake = {
        (table, function, kind)
        for table, function, kind, enabled in connection.execute(TRIGGERS, [tables])
        if enabled == "A"
    }
    for table in tables:
        wanted = {(REFUSE, NO_CHANGE): "change", (REFUSE, NO_TRUNCATE): "truncation"}
        if table not in SEAL_TABLES:
            wanted[(STAMP, STAMPED)] = "unstamped rows"
        for (function, kind), what in wanted.items():
            if (table, function, kind) not in awake:
                found.add("guard", detail=f"the trigger of {table} against {what} is missing or disabled")


def _check_functions(connection: Connection, found: Findings) -> None:
    bodies = {name: sha256(body.encode()).hexdigest() for name, body in connection.execute(FUNCTIONS, [list(BODIES)])}
    for name, body in BODIES.items():
        if bodies.get(name) != body:
            found.add("guard", detail=f"the function {name} is not the one that HIMS made")
