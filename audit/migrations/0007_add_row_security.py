"""Row-level security on investigation cases, whose notes tell of patients."""

from django.db import migrations

from audit.policies import by_facility_alone, by_parent


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_add_cases")]
    operations = [
        *by_facility_alone("audit_case", "audit_caseevent"),
        *by_parent(
            "audit_case", "case_id",
            "audit_caseevidence", "audit_casenote", "audit_casestep", "audit_breachassessment",
        ),
    ]
