import django.db.models.deletion
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_add_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('borrower', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_received', to=settings.AUTH_USER_MODEL)),
                ('lender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_given', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DelegatedRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.CharField(max_length=100)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.facility')),
                ('delegation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rights', to='staff.delegation')),
            ],
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['borrower', 'valid_to'], name='delegation_received'),
        ),
        migrations.AddIndex(
            model_name='delegation',
            index=models.Index(fields=['lender', 'valid_to'], name='delegation_given'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='delegation_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('lender', models.F('borrower')), _negated=True), name='delegation_to_another'),
        ),
        migrations.AddConstraint(
            model_name='delegatedright',
            constraint=models.UniqueConstraint(fields=('delegation', 'permission', 'facility'), name='delegated_right_once'),
        ),
    ]
