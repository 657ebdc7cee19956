"""The seals over the trail, and the archive of old months.

Rights: hims_sealer may SELECT the trail and INSERT seals; hims_retention may record an archived month and detach it through
audit_detach_month, which refuses months that are too young, unsealed or not archived; hims_app may SELECT. Triggers refuse
UPDATE, DELETE and TRUNCATE even to the owner, and stay awake when session_replication_role is set (ENABLE ALWAYS).
"""

from django.db import migrations

TABLES = """
CREATE TABLE audit_seal (
    no bigint PRIMARY KEY CHECK (no > 0),
    n integer NOT NULL CHECK (n BETWEEN 1 AND 1000),
    root bytea NOT NULL,
    prev bytea NOT NULL,
    head bytea NOT NULL UNIQUE,
    horizon xid8 NOT NULL,
    cluster bigint NOT NULL,
    at timestamptz NOT NULL,
    key bytea NOT NULL,
    signature bytea NOT NULL
);
CREATE TABLE audit_seal_item (
    event_id bigint PRIMARY KEY,
    seal_no bigint NOT NULL REFERENCES audit_seal,
    pos integer NOT NULL CHECK (pos >= 0),
    at timestamptz NOT NULL,
    leaf bytea NOT NULL
);
CREATE UNIQUE INDEX audit_seal_item_place ON audit_seal_item (seal_no, pos);
CREATE INDEX audit_seal_item_at ON audit_seal_item USING brin (at) WITH (pages_per_range = 32);
CREATE TABLE audit_archive (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    events bigint NOT NULL CHECK (events >= 0),
    digest bytea NOT NULL,
    archived_at timestamptz NOT NULL,
    key bytea NOT NULL,
    signature bytea NOT NULL
);
CREATE INDEX audit_event_xid ON audit_event (xid);
"""

FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit_event_add_month(month date) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'audit_event_' || to_char(first, 'YYYY_MM');
BEGIN
    IF first > now() + interval '25 months' THEN
        RAISE EXCEPTION 'months are made at most 25 ahead' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                       name, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, hims_app, hims_audit, hims_sealer, hims_retention', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER no_truncate', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_event_stamp', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_event_no_change', name);
    END IF;
END $$;

CREATE FUNCTION audit_detach_month(month date, years integer) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'audit_event_' || to_char(first, 'YYYY_MM');
    last timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    kept bigint;
    found bigint;
    unsealed bigint;
BEGIN
    IF years IS NULL OR years < 6 THEN
        RAISE EXCEPTION 'the trail is kept for at least six years' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF last + make_interval(years => years) > now() THEN
        RAISE EXCEPTION 'this month is younger than the % years it is kept for', years
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'audit_event'::regclass AND inhrelid = to_regclass(name)) THEN
        RAISE EXCEPTION 'there is no such month in the trail' USING ERRCODE = 'undefined_table';
    END IF;
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', name);
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE i.event_id IS NULL)'
                   ' FROM %I e LEFT JOIN audit_seal_item i ON i.event_id = e.id AND i.leaf = e.leaf AND i.at = e.at', name)
        INTO found, unsealed;
    IF unsealed > 0 THEN
        RAISE EXCEPTION '% events of this month are not sealed', unsealed USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT events INTO kept FROM audit_archive a WHERE a.month = first;
    IF kept IS NULL OR kept <> found THEN
        RAISE EXCEPTION 'this month is not archived as it stands' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('ALTER TABLE audit_event DETACH PARTITION %I', name);
    RETURN found;
END $$;
"""


def always(table: str, *triggers: str) -> str:
    return "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};\n" for trigger in triggers)


def append_only(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse();
""" + always(table, f"{table}_no_change", f"{table}_no_truncate")


TRIGGERS = (
    "".join(append_only(table) for table in ("audit_seal", "audit_seal_item", "audit_archive"))
    + always("audit_event", "audit_event_stamp", "audit_event_no_change", "audit_event_no_truncate")
    + """
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_event_stamp', part);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_event_no_change', part);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', part,
            CASE part WHEN 'audit_event_rest'::regclass THEN 'audit_event_rest_no_truncate' ELSE 'no_truncate' END);
    END LOOP;
END $$;
"""
)

RIGHTS = """
REVOKE ALL ON audit_seal, audit_seal_item, audit_archive FROM PUBLIC, hims_app, hims_audit;
GRANT SELECT ON audit_seal, audit_seal_item, audit_archive TO hims_app, hims_sealer, hims_retention;
GRANT INSERT ON audit_seal, audit_seal_item TO hims_sealer;
GRANT INSERT ON audit_archive TO hims_retention;
GRANT SELECT ON audit_event TO hims_sealer, hims_retention;
REVOKE ALL ON FUNCTION audit_detach_month(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_detach_month(date, integer) TO hims_retention;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_add_access")]
    operations = [
        migrations.RunSQL(TABLES, "DROP INDEX audit_event_xid; DROP TABLE audit_archive, audit_seal_item, audit_seal"),
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION audit_detach_month"),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
