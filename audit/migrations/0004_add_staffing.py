import django.contrib.postgres.fields
import django.db.models.deletion
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_add_seals'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('staff', '0003_add_delegations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('staff.user',),
        ),
        migrations.CreateModel(
            name='AccessReview',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('due_on', models.DateField()),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.facility')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AccessReviewItem',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('user_name', models.CharField(max_length=120)),
                ('role_name', models.CharField(max_length=150)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('last_sign_in_at', models.DateTimeField(blank=True, null=True)),
                ('duties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('decision', models.CharField(blank=True, choices=[('', 'waiting'), ('keep', 'keep'), ('end', 'end')], max_length=4)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('membership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='staff.membership')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='audit.accessreview')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ExternalAudit',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('auditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='external_audits', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.facility')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PasswordTicket',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='password_tickets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SodException',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('duties', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('reason', models.CharField(max_length=500)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('approved', models.BooleanField(null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.facility')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='auth.group')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sod_exceptions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='accessreview',
            index=models.Index(fields=['facility', '-started_at', '-id'], name='access_review_list'),
        ),
        migrations.AddConstraint(
            model_name='accessreview',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('facility',), name='access_review_open_once'),
        ),
        migrations.AddIndex(
            model_name='accessreviewitem',
            index=models.Index(fields=['review', 'user_name', 'id'], name='access_review_items'),
        ),
        migrations.AddConstraint(
            model_name='accessreviewitem',
            constraint=models.UniqueConstraint(fields=('review', 'user', 'role_name'), name='access_review_item_once'),
        ),
        migrations.AddConstraint(
            model_name='accessreviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer', models.F('user')), _negated=True), name='access_review_by_another'),
        ),
        migrations.AddConstraint(
            model_name='accessreviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('user')), _negated=True), _connector='OR'), name='access_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='accessreviewitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('decision', '')), models.Q(models.Q(('decision', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='access_review_decided_with_name'),
        ),
        migrations.AddConstraint(
            model_name='accessreviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('decision', 'end'), ('reason', ''), _negated=True), name='access_ended_with_reason'),
        ),
        migrations.AddIndex(
            model_name='externalaudit',
            index=models.Index(fields=['facility', '-created_at', '-id'], name='external_audit_list'),
        ),
        migrations.AddIndex(
            model_name='externalaudit',
            index=models.Index(fields=['auditor', 'ends_on'], name='external_audit_of_auditor'),
        ),
        migrations.AddConstraint(
            model_name='externalaudit',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='external_audit_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='externalaudit',
            constraint=models.CheckConstraint(condition=models.Q(('auditor', models.F('opened_by')), _negated=True), name='external_audit_opened_by_another'),
        ),
        migrations.AddIndex(
            model_name='passwordticket',
            index=models.Index(condition=models.Q(('used_at__isnull', True)), fields=['user'], name='ticket_open'),
        ),
        migrations.AddIndex(
            model_name='sodexception',
            index=models.Index(condition=models.Q(('approved__isnull', True)), fields=['approver'], name='sod_exception_waiting'),
        ),
        migrations.AddIndex(
            model_name='sodexception',
            index=models.Index(condition=models.Q(('approved', True)), fields=['user', 'valid_to'], name='sod_exception_of_user'),
        ),
        migrations.AddConstraint(
            model_name='sodexception',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='sod_exception_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='sodexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approver', models.F('requested_by')), _negated=True), models.Q(('approver', models.F('user')), _negated=True), models.Q(('requested_by', models.F('user')), _negated=True)), name='sod_exception_by_two_others'),
        ),
        migrations.AddConstraint(
            model_name='sodexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved__isnull', True), ('decided_at__isnull', True)), models.Q(('approved__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='sod_exception_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='sodexception',
            constraint=models.UniqueConstraint(condition=models.Q(('approved__isnull', True)), fields=('user', 'facility', 'role'), name='sod_exception_asked_once'),
        ),
    ]
