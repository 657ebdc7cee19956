import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models


# What the policies of patient tables ask. Each is evaluated once a query: (SELECT hims_facilities()).
CONTEXT = """
CREATE FUNCTION hims_uid() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('app.uid', true), '')::uuid $$;
CREATE FUNCTION hims_facilities() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT string_to_array(nullif(current_setting('app.facs', true), ''), ',')::int[] $$;
CREATE FUNCTION hims_trusted() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT string_to_array(nullif(current_setting('app.trusted', true), ''), ',')::int[] $$;
CREATE FUNCTION hims_emergency() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT string_to_array(nullif(current_setting('app.emergency', true), ''), ',')::uuid[] $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_create_trail'),
        ('staff', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CONTEXT, "DROP FUNCTION hims_uid, hims_facilities, hims_trusted, hims_emergency"),
        migrations.CreateModel(
            name='AccessGrant',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('patient_id', models.UUIDField()),
                ('source', models.CharField(choices=[('care_team', 'care team'), ('provider', 'provider of the encounter'), ('work_item', 'coding work'), ('visit', 'scheduled visit'), ('release', 'release request'), ('audit_list', 'list of an external audit'), ('delegation', 'delegation'), ('explicit', 'given by name'), ('emergency', 'emergency access')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('object_type', models.CharField(blank=True, max_length=40)),
                ('object_id', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_grants', to='auth.group')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_grants', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EmergencyAccess',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('patient_id', models.UUIDField()),
                ('facility_ids', models.JSONField(default=list)),
                ('reason_code', models.CharField(choices=[('emergency_care', 'Emergency care of this patient'), ('urgent_care', 'Urgent care, no relationship on record yet'), ('safety', 'Danger to the patient or others'), ('urgent_records', 'Urgent records work that cannot wait')], max_length=20)),
                ('reason_text', models.CharField(max_length=500)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'waiting for review'), ('justified', 'justified'), ('not_justified', 'not justified'), ('escalated', 'became a case')], max_length=16)),
                ('outcome_note', models.CharField(blank=True, max_length=500)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='emergency', to='audit.accessgrant')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EmployeeChart',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='own_chart', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('patient_id', models.UUIDField(unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LabelConsent',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('patient_id', models.UUIDField()),
                ('label', models.CharField(choices=[('part2', 'Substance use treatment (42 CFR Part 2)'), ('psychotherapy', 'Psychotherapy note'), ('hiv', 'HIV'), ('genetic', 'Genetic information'), ('reproductive', 'Reproductive health'), ('behavioural', 'Behavioural health'), ('minor', "Minor's own consent")], max_length=16)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(condition=models.Q(('user__isnull', False)), fields=['user', 'patient_id'], name='grant_of_user'),
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(condition=models.Q(('group__isnull', False)), fields=['group', 'patient_id'], name='grant_of_group'),
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(fields=['patient_id'], name='grant_of_patient'),
        ),
        migrations.AddIndex(
            model_name='accessgrant',
            index=models.Index(condition=models.Q(('source', 'emergency')), fields=['user'], name='grant_emergency'),
        ),
        migrations.AddConstraint(
            model_name='accessgrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('user__isnull', False)), models.Q(('group__isnull', False), ('user__isnull', True)), _connector='OR'), name='grant_to_one'),
        ),
        migrations.AddConstraint(
            model_name='accessgrant',
            constraint=models.CheckConstraint(condition=models.Q(('during__endswith__isnull', False), ('during__startswith__isnull', False)), name='grant_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='accessgrant',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('object_id', ''), _negated=True), ('user__isnull', False)), fields=('user', 'patient_id', 'source', 'object_type', 'object_id'), name='grant_once_an_object'),
        ),
        migrations.AddIndex(
            model_name='emergencyaccess',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['opened_at', 'id'], name='emergency_to_review'),
        ),
        migrations.AddIndex(
            model_name='emergencyaccess',
            index=models.Index(fields=['user', '-opened_at'], name='emergency_of_user'),
        ),
        migrations.AddIndex(
            model_name='emergencyaccess',
            index=models.Index(fields=['patient_id', '-opened_at'], name='emergency_of_patient'),
        ),
        migrations.AddConstraint(
            model_name='emergencyaccess',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='emergency_closed_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='emergencyaccess',
            constraint=models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), models.Q(('closed_by', models.F('user')), _negated=True), _connector='OR'), name='emergency_closed_by_another'),
        ),
        migrations.AddIndex(
            model_name='labelconsent',
            index=models.Index(fields=['patient_id', 'label'], name='consent_of_patient'),
        ),
        migrations.AddConstraint(
            model_name='labelconsent',
            constraint=models.CheckConstraint(condition=models.Q(('label', 'psychotherapy'), _negated=True), name='consent_not_for_psychotherapy'),
        ),
        migrations.AddConstraint(
            model_name='labelconsent',
            constraint=models.CheckConstraint(condition=models.Q(('during__startswith__isnull', False)), name='consent_has_a_start'),
        ),
    ]
