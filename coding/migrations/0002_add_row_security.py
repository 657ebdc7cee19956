"""Row-level security on the coding of encounters."""

from django.db import migrations

from audit.policies import by_facility, by_parent


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial"), ("records", "0004_add_row_security")]
    operations = [
        *by_facility("coding_codingrecord", "coding_codingrecordevent", "coding_codingsummary"),
        *by_parent(
            "coding_codingrecord", "record_id",
            "coding_codeddiagnosis", "coding_codeddiagnosisevent", "coding_codedprocedure",
            "coding_codedprocedureevent", "coding_grouping",
        ),
    ]
