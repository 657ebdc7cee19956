import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='accessright',
            options={'default_permissions': (), 'managed': False, 'permissions': [('patient_search', 'Patient search'), ('patient_view', 'Patient view'), ('patient_register', 'Patient register'), ('confidential_view', 'Confidential view'), ('facility_charts', 'Facility charts'), ('emergency_access', 'Emergency access'), ('restriction_manage', 'Restriction manage'), ('identifier_unmask', 'Identifier unmask'), ('label_part2', 'Label part2'), ('label_hiv', 'Label hiv'), ('label_genetic', 'Label genetic'), ('label_reproductive', 'Label reproductive'), ('label_behavioural', 'Label behavioural'), ('label_minor', 'Label minor'), ('psychotherapy_write', 'Psychotherapy write'), ('patient_merge_request', 'Patient merge request'), ('patient_merge_approve', 'Patient merge approve'), ('encounter_manage', 'Encounter manage'), ('chart_view', 'Chart view'), ('document_write', 'Document write'), ('coding_view', 'Coding view'), ('coding_edit', 'Coding edit'), ('coding_finalize', 'Coding finalize'), ('coding_review', 'Coding review'), ('drg_group', 'Drg group'), ('charge_view', 'Charge view'), ('charge_edit', 'Charge edit'), ('claim_view', 'Claim view'), ('claim_export', 'Claim export'), ('refund_request', 'Refund request'), ('refund_approve', 'Refund approve'), ('schedule_view', 'Schedule view'), ('schedule_edit', 'Schedule edit'), ('audit_view', 'Audit view'), ('audit_export', 'Audit export'), ('privacy_review', 'Privacy review'), ('staff_manage', 'Staff manage'), ('access_certify', 'Access certify'), ('codeset_load', 'Codeset load'), ('jobs_view', 'Jobs view'), ('data_import', 'Data import')]},
        ),
        migrations.AddField(
            model_name='user',
            name='is_service',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=16)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-created_at'], name='token_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('created_at'), '+', models.Value(datetime.timedelta(days=90))))), name='token_expires_within_90_days'), models.CheckConstraint(condition=models.Q(('scopes', []), _negated=True), name='token_has_scopes')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('browser', models.CharField(blank=True, max_length=80)),
                ('signed_in_at', models.DateTimeField()),
                ('last_active_at', models.DateTimeField()),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end', models.CharField(blank=True, choices=[('signed_out', 'signed out'), ('by_owner', 'ended from another device'), ('by_administrator', 'ended by an administrator'), ('password_changed', 'the password was changed'), ('expired', 'twelve hours were over')], max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-signed_in_at'], name='sign_in_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at__isnull', True)), models.Q(('ended_at__isnull', False), models.Q(('end', ''), _negated=True)), _connector='OR'), name='sign_in_ends_for_a_reason'), models.CheckConstraint(condition=models.Q(('last_active_at__gte', models.F('signed_in_at'))), name='active_after_sign_in')],
            },
        ),
    ]
