import django.contrib.postgres.fields
import django.db.models.deletion
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_add_staffing'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessExplanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_id', models.UUIDField()),
                ('patient_id', models.UUIDField()),
                ('day', models.DateField()),
                ('actor_name', models.CharField(max_length=150)),
                ('actor_role', models.CharField(blank=True, max_length=200)),
                ('facility_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('event_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('listed', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('hours', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(blank=True, max_length=30)),
                ('sentence', models.CharField(blank=True, max_length=200)),
                ('strength', models.PositiveSmallIntegerField(default=0)),
                ('settled', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['patient_id', '-day'], name='access_of_patient'), models.Index(fields=['actor_id', '-day'], name='access_of_person'), models.Index(fields=['day', 'source'], name='access_by_source'), models.Index(condition=models.Q(('settled', False)), fields=['last_at'], name='access_to_settle')],
                'constraints': [models.UniqueConstraint(fields=('actor_id', 'patient_id', 'day'), name='access_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='WatchedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_id', models.UUIDField()),
                ('day', models.DateField()),
                ('actor_name', models.CharField(max_length=150)),
                ('actor_role', models.CharField(blank=True, max_length=200)),
                ('facility_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('hours', models.PositiveIntegerField(default=0)),
                ('searches', models.PositiveIntegerField(default=0)),
                ('tiny', models.PositiveIntegerField(default=0)),
                ('fruitless', models.PositiveIntegerField(default=0)),
                ('waiting', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('outflow', models.PositiveIntegerField(default=0)),
                ('outflow_event', models.CharField(blank=True, max_length=60)),
                ('outflow_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('settled', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='watched_by_day'), models.Index(condition=models.Q(('settled', False)), fields=['last_at'], name='watched_to_settle')],
                'constraints': [models.UniqueConstraint(fields=('actor_id', 'day'), name='watched_day_once')],
            },
        ),
        migrations.CreateModel(
            name='PrivacyAlert',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(choices=[('own_chart', 'Own chart'), ('restricted', 'Restricted chart'), ('bulk_outflow', 'Bulk export'), ('household', 'Same household'), ('co_worker', 'Co-worker'), ('same_surname', 'Same family name'), ('volume_spike', 'Unusual volume'), ('browsing', 'Browsing by name'), ('deceased', 'Deceased patient'), ('after_hours', 'Unusual hour'), ('long_after_discharge', 'Long after discharge'), ('no_relationship', 'No relationship')], max_length=24)),
                ('score', models.PositiveSmallIntegerField()),
                ('actor_id', models.UUIDField()),
                ('actor_name', models.CharField(max_length=150)),
                ('actor_role', models.CharField(blank=True, max_length=200)),
                ('patient_id', models.UUIDField(blank=True, null=True)),
                ('day', models.DateField()),
                ('event_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('facility_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('seen', models.CharField(max_length=300)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None)),
                ('state', models.CharField(choices=[('open', 'Open'), ('case', 'In a case'), ('closed', 'Closed')], default='open', max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('', 'not decided'), ('legitimate', 'Legitimate'), ('education', 'Education'), ('not_legitimate', 'Not legitimate'), ('explained_later', 'Explained later')], max_length=16)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('case_id', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-score', '-last_at', '-id'], name='alert_queue'), models.Index(fields=['actor_id', '-last_at', '-id'], name='alert_of_person'), models.Index(fields=['patient_id', '-last_at', '-id'], name='alert_of_patient'), models.Index(fields=['rule', 'day'], name='alert_by_rule'), models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id'], name='alert_of_case')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'actor_id', 'patient_id', 'day'), name='alert_once_a_day', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), models.Q(('case_id__isnull', False), ('closed_at__isnull', True), ('state', 'case')), models.Q(('closed_at__isnull', True), ('outcome', ''), ('state', 'open')), _connector='OR'), name='alert_state_is_whole'), models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), models.Q(('closed_by', models.F('actor_id')), _negated=True), _connector='OR'), name='alert_closed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='RuleSetting',
            fields=[
                ('rule', models.CharField(choices=[('own_chart', 'Own chart'), ('restricted', 'Restricted chart'), ('bulk_outflow', 'Bulk export'), ('household', 'Same household'), ('co_worker', 'Co-worker'), ('same_surname', 'Same family name'), ('volume_spike', 'Unusual volume'), ('browsing', 'Browsing by name'), ('deceased', 'Deceased patient'), ('after_hours', 'Unusual hour'), ('long_after_discharge', 'Long after discharge'), ('no_relationship', 'No relationship')], max_length=24, primary_key=True, serialize=False)),
                ('active', models.BooleanField(default=True)),
                ('limits', models.JSONField(default=dict)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('name', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('horizon', models.BigIntegerField(default=0)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('pending', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('pending_since', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('events', models.BigIntegerField(default=0)),
                ('watched_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
