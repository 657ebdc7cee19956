"""Row-level security on accounts, charges and claims."""

from django.db import migrations

from audit.policies import by_facility, by_facility_alone


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("records", "0004_add_row_security")]
    operations = [
        *by_facility(
            "billing_account", "billing_accountevent", "billing_charge", "billing_claim", "billing_claimevent"
        ),
        *by_facility_alone("billing_claimfile"),
    ]
