"""The trail: partitioned by month, written by hims_audit, read by hims_app, changed by nobody.

Rights: hims_audit may INSERT; hims_app may SELECT. Triggers refuse UPDATE, DELETE and TRUNCATE even to the owner.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

TABLE = """
CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    xid xid8 NOT NULL,
    request_id uuid NOT NULL,
    actor_id uuid,
    actor_name varchar(150) NOT NULL,
    actor_role varchar(200) NOT NULL,
    event varchar(60) NOT NULL,
    category varchar(12) NOT NULL,
    result varchar(12) NOT NULL,
    purpose varchar(20) NOT NULL,
    source varchar(10) NOT NULL,
    address inet,
    facility_ids integer[] NOT NULL,
    patient_ids uuid[] NOT NULL,
    object_type varchar(40) NOT NULL,
    object_id varchar(64) NOT NULL,
    detail jsonb NOT NULL,
    canonical bytea NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit_event_rest PARTITION OF audit_event DEFAULT;
CREATE INDEX audit_event_at ON audit_event (at DESC, id DESC);
CREATE INDEX audit_event_actor ON audit_event (actor_id, at DESC, id DESC);
CREATE INDEX audit_event_name ON audit_event (event, at DESC, id DESC);
CREATE INDEX audit_event_object ON audit_event (object_type, object_id, at DESC, id DESC);
CREATE INDEX audit_event_refused ON audit_event (at DESC, id DESC) WHERE result IN ('refused', 'failed');
CREATE INDEX audit_event_patients ON audit_event USING gin (patient_ids);
"""

# Each field is written with its length in front, so that no two different rows share their bytes.
FUNCTIONS = """
CREATE FUNCTION audit_field(value text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN value IS NULL THEN '\\xffffffff'::bytea
          ELSE int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8') END $$;

CREATE FUNCTION audit_event_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF abs(extract(epoch FROM clock_timestamp() - NEW.at)) > 5 THEN
        RAISE EXCEPTION 'the trail takes the database clock only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.xid := pg_current_xact_id();
    NEW.canonical :=
        audit_field(NEW.id::text) || audit_field(NEW.event_id::text)
        || audit_field((extract(epoch FROM NEW.at) * 1000000)::bigint::text)
        || audit_field(NEW.request_id::text) || audit_field(NEW.actor_id::text) || audit_field(NEW.actor_name)
        || audit_field(NEW.actor_role) || audit_field(NEW.event) || audit_field(NEW.category)
        || audit_field(NEW.result) || audit_field(NEW.purpose) || audit_field(NEW.source)
        || audit_field(host(NEW.address)) || audit_field(NEW.facility_ids::text)
        || audit_field(NEW.patient_ids::text) || audit_field(NEW.object_type) || audit_field(NEW.object_id)
        || audit_field(NEW.detail::text);
    NEW.leaf := sha256('\\x00'::bytea || NEW.canonical);
    RETURN NEW;
END $$;

CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_event_add_month(month date) RETURNS void LANGUAGE plpgsql
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
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, hims_app, hims_audit', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()', name);
    END IF;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER audit_event_stamp BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_stamp();
CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse();
CREATE TRIGGER audit_event_rest_no_truncate BEFORE TRUNCATE ON audit_event_rest
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse();
"""

RIGHTS = """
REVOKE ALL ON audit_event, audit_event_rest FROM PUBLIC, hims_app, hims_audit;
GRANT SELECT ON audit_event TO hims_app;
GRANT INSERT ON audit_event TO hims_audit;
REVOKE ALL ON FUNCTION audit_event_add_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_event_add_month(date) TO hims_app;
"""

MONTHS = """
SELECT audit_event_add_month((date_trunc('month', now()) + make_interval(months => n))::date)
FROM generate_series(0, 12) AS n;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE audit_event"),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION audit_event_add_month, audit_event_refuse, audit_event_stamp, audit_field CASCADE",
        ),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('request_id', models.UUIDField()),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_name', models.CharField(max_length=150)),
                ('actor_role', models.CharField(max_length=200)),
                ('event', models.CharField(max_length=60)),
                ('category', models.CharField(max_length=12)),
                ('result', models.CharField(max_length=12)),
                ('purpose', models.CharField(max_length=20)),
                ('source', models.CharField(max_length=10)),
                ('address', models.GenericIPAddressField(null=True)),
                ('facility_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('patient_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('object_type', models.CharField(max_length=40)),
                ('object_id', models.CharField(max_length=64)),
                ('detail', models.JSONField()),
                ('canonical', models.BinaryField()),
                ('leaf', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_event',
                'managed': False,
            },
        ),
    ]
