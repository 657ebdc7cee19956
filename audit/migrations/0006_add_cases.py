"""Investigation cases, and the indexes by which an investigator finds events among many millions."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import hims.lib.ids
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

INDEXES = """
CREATE INDEX audit_event_request ON audit_event (request_id);
CREATE INDEX audit_event_rare ON audit_event (category, at DESC, id DESC) WHERE category NOT IN ('read', 'search');
"""
NO_INDEXES = "DROP INDEX audit_event_request, audit_event_rare"
# Nobody opens or closes a case about themselves; the ORM has no words for a column within an array.
SUBJECTS = """
ALTER TABLE audit_case ADD CONSTRAINT case_not_by_its_subject
    CHECK (opened_by_id <> ALL (subject_ids) AND (closed_by_id IS NULL OR closed_by_id <> ALL (subject_ids)));
"""
NO_SUBJECTS = "ALTER TABLE audit_case DROP CONSTRAINT case_not_by_its_subject"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_add_monitoring'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('snooping', 'access without need'), ('overreach', 'more than the minimum necessary'), ('misdirected', 'sent or given to the wrong person'), ('disclosure', 'disclosure without authorization'), ('loss', 'loss or theft of a device or papers'), ('intrusion', 'intrusion into a system'), ('disposal', 'improper disposal'), ('other', 'other')], max_length=12)),
                ('origin', models.CharField(choices=[('hand', 'a report or own finding'), ('alert', 'an alert'), ('emergency', 'a review of emergency access')], default='hand', max_length=10)),
                ('origin_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('description', models.CharField(blank=True, max_length=4000)),
                ('subject_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('patient_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('affected_count', models.PositiveIntegerField(default=0)),
                ('in_one_state', models.PositiveIntegerField(blank=True, null=True)),
                ('location', models.CharField(choices=[('ehr', 'electronic medical record'), ('email', 'email'), ('paper', 'paper or films'), ('laptop', 'laptop'), ('desktop', 'desktop computer'), ('portable', 'other portable device'), ('server', 'network server'), ('other', 'other')], default='ehr', max_length=10)),
                ('occurred_from', models.DateField(blank=True, null=True)),
                ('occurred_to', models.DateField(blank=True, null=True)),
                ('discovered_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('delayed_until', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default='open', max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not decided yet'), ('unfounded', 'no violation'), ('violation', 'violation of policy, no breach'), ('breach', 'breach of unsecured information')], max_length=12)),
                ('outcome_words', models.CharField(blank=True, max_length=4000)),
                ('sanction', models.CharField(blank=True, choices=[('none', 'none'), ('counselling', 'counselling and training'), ('warning', 'written warning'), ('suspension', 'suspension'), ('termination', 'termination'), ('outside', 'not a member of the workforce')], max_length=12)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.facility')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BreachAssessment',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('permitted', models.BooleanField(default=False)),
                ('secured', models.BooleanField(default=False)),
                ('exception', models.CharField(blank=True, choices=[('', 'No exception applies'), ('workforce', 'Unintentional, in good faith and within scope of authority, by our workforce; not used further'), ('between_authorized', 'Inadvertent, between two persons authorized at the same entity; not used further'), ('not_retained', 'Good-faith belief that the recipient could not reasonably have retained it')], max_length=20)),
                ('factors', models.JSONField(default=dict)),
                ('verdict', models.CharField(choices=[('permitted', 'Permitted use or disclosure'), ('secured', 'Secured information, no notice due'), ('excepted', 'Exception, not a breach'), ('low_probability', 'Low probability of compromise, not a breach'), ('breach', 'Breach of unsecured information')], max_length=16)),
                ('text', models.CharField(blank=True, max_length=4000)),
                ('assessed_at', models.DateTimeField(auto_now_add=True)),
                ('assessed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='audit.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, serialize=False)),
                ('number', models.CharField(max_length=24)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('snooping', 'access without need'), ('overreach', 'more than the minimum necessary'), ('misdirected', 'sent or given to the wrong person'), ('disclosure', 'disclosure without authorization'), ('loss', 'loss or theft of a device or papers'), ('intrusion', 'intrusion into a system'), ('disposal', 'improper disposal'), ('other', 'other')], max_length=12)),
                ('origin', models.CharField(choices=[('hand', 'a report or own finding'), ('alert', 'an alert'), ('emergency', 'a review of emergency access')], default='hand', max_length=10)),
                ('origin_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('description', models.CharField(blank=True, max_length=4000)),
                ('subject_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('patient_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('affected_count', models.PositiveIntegerField(default=0)),
                ('in_one_state', models.PositiveIntegerField(blank=True, null=True)),
                ('location', models.CharField(choices=[('ehr', 'electronic medical record'), ('email', 'email'), ('paper', 'paper or films'), ('laptop', 'laptop'), ('desktop', 'desktop computer'), ('portable', 'other portable device'), ('server', 'network server'), ('other', 'other')], default='ehr', max_length=10)),
                ('occurred_from', models.DateField(blank=True, null=True)),
                ('occurred_to', models.DateField(blank=True, null=True)),
                ('discovered_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('delayed_until', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default='open', max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not decided yet'), ('unfounded', 'no violation'), ('violation', 'violation of policy, no breach'), ('breach', 'breach of unsecured information')], max_length=12)),
                ('outcome_words', models.CharField(blank=True, max_length=4000)),
                ('sanction', models.CharField(blank=True, choices=[('none', 'none'), ('counselling', 'counselling and training'), ('warning', 'written warning'), ('suspension', 'suspension'), ('termination', 'termination'), ('outside', 'not a member of the workforce')], max_length=12)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='staff.facility')),
                ('opened_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='audit.case')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CaseEvidence',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('event_at', models.DateTimeField()),
                ('trail_id', models.BigIntegerField()),
                ('leaf', models.BinaryField()),
                ('frozen', models.JSONField()),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='audit.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=4000)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='audit.case')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('interview', 'person heard'), ('contained', 'access stopped or information recovered'), ('assurance', 'assurance of the recipient obtained'), ('individuals', 'individuals notified'), ('media', 'media notified'), ('secretary', 'Secretary (HHS) notified'), ('sanction', 'sanction applied'), ('training', 'training given'), ('other', 'other step')], max_length=12)),
                ('done_on', models.DateField()),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='audit.case')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'due_on', 'id'], name='case_by_deadline'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['facility', 'discovered_at'], name='case_of_facility'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=django.contrib.postgres.indexes.GinIndex(fields=['subject_ids'], name='case_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('outcome', ''), ('state', 'open')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True), models.Q(('sanction', ''), _negated=True)), _connector='OR'), name='case_closed_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('occurred_to__isnull', True), ('occurred_to__gte', models.F('occurred_from')), _connector='OR'), name='case_ends_after_it_began'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "audit_caseevent" ("affected_count", "closed_at", "closed_by_id", "delayed_until", "description", "discovered_at", "due_on", "facility_id", "id", "in_one_state", "kind", "location", "number", "occurred_from", "occurred_to", "opened_at", "opened_by_id", "origin", "origin_ids", "outcome", "outcome_words", "patient_ids", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sanction", "state", "subject_ids", "title") VALUES (NEW."affected_count", NEW."closed_at", NEW."closed_by_id", NEW."delayed_until", NEW."description", NEW."discovered_at", NEW."due_on", NEW."facility_id", NEW."id", NEW."in_one_state", NEW."kind", NEW."location", NEW."number", NEW."occurred_from", NEW."occurred_to", NEW."opened_at", NEW."opened_by_id", NEW."origin", NEW."origin_ids", NEW."outcome", NEW."outcome_words", NEW."patient_ids", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sanction", NEW."state", NEW."subject_ids", NEW."title"); RETURN NULL;', hash='6f52d7a385a6035aefb79e369cd41f732e979534', operation='INSERT', pgid='pgtrigger_insert_insert_02e87', table='audit_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "audit_caseevent" ("affected_count", "closed_at", "closed_by_id", "delayed_until", "description", "discovered_at", "due_on", "facility_id", "id", "in_one_state", "kind", "location", "number", "occurred_from", "occurred_to", "opened_at", "opened_by_id", "origin", "origin_ids", "outcome", "outcome_words", "patient_ids", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sanction", "state", "subject_ids", "title") VALUES (NEW."affected_count", NEW."closed_at", NEW."closed_by_id", NEW."delayed_until", NEW."description", NEW."discovered_at", NEW."due_on", NEW."facility_id", NEW."id", NEW."in_one_state", NEW."kind", NEW."location", NEW."number", NEW."occurred_from", NEW."occurred_to", NEW."opened_at", NEW."opened_by_id", NEW."origin", NEW."origin_ids", NEW."outcome", NEW."outcome_words", NEW."patient_ids", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sanction", NEW."state", NEW."subject_ids", NEW."title"); RETURN NULL;', hash='1c02c9e2b72c4ec4064667181bdbe57e8da78c4e', operation='UPDATE', pgid='pgtrigger_update_update_479a9', table='audit_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "audit_caseevent" ("affected_count", "closed_at", "closed_by_id", "delayed_until", "description", "discovered_at", "due_on", "facility_id", "id", "in_one_state", "kind", "location", "number", "occurred_from", "occurred_to", "opened_at", "opened_by_id", "origin", "origin_ids", "outcome", "outcome_words", "patient_ids", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sanction", "state", "subject_ids", "title") VALUES (OLD."affected_count", OLD."closed_at", OLD."closed_by_id", OLD."delayed_until", OLD."description", OLD."discovered_at", OLD."due_on", OLD."facility_id", OLD."id", OLD."in_one_state", OLD."kind", OLD."location", OLD."number", OLD."occurred_from", OLD."occurred_to", OLD."opened_at", OLD."opened_by_id", OLD."origin", OLD."origin_ids", OLD."outcome", OLD."outcome_words", OLD."patient_ids", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sanction", OLD."state", OLD."subject_ids", OLD."title"); RETURN NULL;', hash='bcc8b581d1a6de1764b09e7ae2904181c4786ec9', operation='DELETE', pgid='pgtrigger_delete_delete_be774', table='audit_case', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='breachassessment',
            index=models.Index(fields=['case', 'id'], name='assessment_of_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='breachassessment',
            trigger=pgtrigger.compiler.Trigger(name='assessment_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ba964f85c14a34ec2870a29ee096e20ad976368', operation='UPDATE OR DELETE', pgid='pgtrigger_assessment_is_kept_201e1', table='audit_breachassessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='31ddde0b16703083b28ec83e9028074751cb767a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b375e', table='audit_caseevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='caseevidence',
            index=models.Index(fields=['case', 'event_at', 'trail_id'], name='evidence_of_case'),
        ),
        migrations.AddConstraint(
            model_name='caseevidence',
            constraint=models.UniqueConstraint(fields=('case', 'event_id'), name='evidence_once_a_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseevidence',
            trigger=pgtrigger.compiler.Trigger(name='evidence_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='117f543d898f4b53b66465b7075fc3a95375e55f', operation='UPDATE OR DELETE', pgid='pgtrigger_evidence_is_kept_8f04b', table='audit_caseevidence', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='casenote',
            index=models.Index(fields=['case', 'id'], name='note_of_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casenote',
            trigger=pgtrigger.compiler.Trigger(name='note_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='be6644791241de56e118c3785eb757a630dfce68', operation='UPDATE OR DELETE', pgid='pgtrigger_note_is_kept_3023f', table='audit_casenote', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='casestep',
            index=models.Index(fields=['case', 'done_on', 'id'], name='step_of_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casestep',
            trigger=pgtrigger.compiler.Trigger(name='step_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='757a21a914bc23950f5e5d6cd2ca10d7ca0c2d30', operation='UPDATE OR DELETE', pgid='pgtrigger_step_is_kept_054a2', table='audit_casestep', when='BEFORE')),
        ),
        migrations.RunSQL(SUBJECTS, NO_SUBJECTS),
        migrations.RunSQL(INDEXES, NO_INDEXES),
    ]
