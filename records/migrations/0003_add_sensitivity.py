import django.contrib.postgres.fields
import django.db.models.deletion
import hims.lib.ids
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from audit.policies import by_parent, policy
from records.sensitivity.numbers import clear, reseal

WORDS = ["part2", "psychotherapy", "hiv", "genetic", "reproductive", "behavioural", "minor"]


def labels():
    base = models.CharField(max_length=16)
    empty = models.Value([], django.contrib.postgres.fields.ArrayField(models.CharField(max_length=16)))
    return django.contrib.postgres.fields.ArrayField(base, blank=True, db_default=empty, default=list)


def seal_numbers(apps, schema_editor):
    reseal(apps.get_model("records", "PatientIdentifier").objects.using(schema_editor.connection.alias))


def open_numbers(apps, schema_editor):
    rows = apps.get_model("records", "PatientIdentifier").objects.using(schema_editor.connection.alias)
    for row in rows.exclude(sealed="").iterator(chunk_size=500):
        rows.filter(pk=row.pk).update(value=clear(row.system, row.value, row.sealed), sealed="")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_add_restrictions"),
        ("audit", "0002_add_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("patientidentifier", "sealed", models.TextField(blank=True, db_default="")),
        migrations.RunPython(seal_numbers, open_numbers),
        migrations.CreateModel(
            name="DocumentSection",
            fields=[
                ("id", models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("begins", models.PositiveIntegerField()),
                ("ends", models.PositiveIntegerField()),
                ("labels", labels()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("marked_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.patient")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sections", to="records.documentversion")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "begins", "ends"), name="section_once"),
                    models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="section_holds_something"),
                    models.CheckConstraint(condition=Q(labels__contained_by=WORDS) & ~Q(labels=[]), name="section_is_labelled"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PsychotherapyNote",
            fields=[
                ("id", models.UUIDField(default=hims.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("session_on", models.DateField()),
                ("sealed", models.TextField()),
                ("sealed_for", models.UUIDField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("encounter", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.encounter")),
                ("facility", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.facility")),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.patient")),
            ],
            options={
                "indexes": [models.Index(fields=["author", "patient", "-created_at", "id"], name="psychotherapy_of_author")],
            },
        ),
        # The author, and nobody else: no facility, no trust, no emergency opens these rows.
        policy("records_psychotherapynote", "author_id = (SELECT hims_uid())", "author_id = (SELECT hims_uid())"),
        *by_parent("records_documentversion", "version_id", "records_documentsection"),
    ]
