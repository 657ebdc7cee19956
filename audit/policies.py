"""Row-level security as migrations write it: the second wall, coarse and cheap.

Each table gets one policy for the application, named `scope`, and one that leaves everything to the owner, so that migrations and
backups work where the owner may not be given BYPASSRLS. FORCE holds the owner too, should the second policy go.
"""

from __future__ import annotations

from django.db import migrations

FACILITIES = "(SELECT hims_facilities())::int[]"
TRUSTED = "(SELECT hims_trusted())::int[]"
EMERGENCY = "(SELECT hims_emergency())::uuid[]"
SOMEONE = "(SELECT hims_uid()) IS NOT NULL"


def policy(table: str, using: str, check: str = SOMEONE) -> migrations.RunSQL:
    """Wall one table: rows for which `using` holds may be seen and changed, rows for which `check` holds may be written."""
    forward = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY scope ON {table} USING ({using}) WITH CHECK ({check});
        CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
    """
    backward = f"""
        DROP POLICY owner ON {table};
        DROP POLICY scope ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """
    return migrations.RunSQL(forward, backward)


def by_facility(*tables: str) -> list[migrations.RunSQL]:
    """Tables with facility_id and patient_id: rows of the facilities in reach, and of patients behind broken glass."""
    using = f"facility_id = ANY ({FACILITIES}) OR patient_id = ANY ({EMERGENCY})"
    return [policy(table, using, f"facility_id = ANY ({FACILITIES})") for table in tables]


def by_facility_alone(*tables: str) -> list[migrations.RunSQL]:
    """Tables with facility_id that belong to no single patient."""
    condition = f"facility_id = ANY ({FACILITIES})"
    return [policy(table, condition, condition) for table in tables]


def by_owner(*tables: str) -> list[migrations.RunSQL]:
    """Tables with owner_id: rows of the person who asks, and of nobody else."""
    condition = "owner_id = (SELECT hims_uid())"
    return [policy(table, condition, condition) for table in tables]


def by_parent(parent: str, column: str, *tables: str, key: str = "id") -> list[migrations.RunSQL]:
    """Tables whose rows hang on a row of `parent`: seen when it is seen."""
    return [
        policy(table, f"EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.{key} = {table}.{column})")  # noqa: S608
        for table in tables
    ]
