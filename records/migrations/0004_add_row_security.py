"""Row-level security on the tables of patients, encounters, documents and clinical entries."""

from django.db import migrations

from audit.policies import EMERGENCY, FACILITIES, SOMEONE, TRUSTED, by_facility, by_parent, policy

# Asked for restricted charts only, which are few: was this one opened to the person by name?
OPENED = """
CREATE FUNCTION hims_roles() RETURNS SETOF int LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT role_id FROM staff_membership
    WHERE user_id = hims_uid() AND valid_from <= current_date AND (valid_to IS NULL OR valid_to >= current_date)
$$;
CREATE FUNCTION hims_opened(patient uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT 1 FROM audit_accessgrant
        WHERE patient_id = patient AND revoked_at IS NULL AND during @> statement_timestamp()
          AND (user_id = hims_uid()
               OR group_id IN (SELECT hims_roles()))
    ) OR EXISTS (
        SELECT 1 FROM records_patientuserexception WHERE content_object_id = patient AND user_id = hims_uid()
    ) OR EXISTS (
        SELECT 1 FROM records_patientgroupexception
        WHERE content_object_id = patient
          AND (group_id IN (SELECT hims_roles())
               OR group_id IN (SELECT group_id FROM staff_user_groups WHERE user_id = hims_uid()))
    )
$$;
"""
# A patient is inserted before the number that makes a facility know them: for that moment the row belongs to nobody.
NEWCOMER = f"cardinality(facility_ids) = 0 AND {SOMEONE}"
PATIENT = f"""
    (facility_ids && {FACILITIES} AND (NOT confidential OR facility_ids && {TRUSTED} OR hims_opened({{id}})))
    OR {{id}} = ANY ({EMERGENCY})
    OR ({NEWCOMER})
"""
WRITTEN = f"facility_ids && {FACILITIES} OR ({NEWCOMER})"
ENTRIES = ("problem", "allergy", "medication", "observation", "procedureentry", "immunization")
OF_PATIENT = ("patientidentifier", "patientname", "address", "phone", "coverage")


class Migration(migrations.Migration):
    dependencies = [("records", "0003_add_sensitivity")]
    operations = [
        migrations.RunSQL(OPENED, "DROP FUNCTION hims_opened, hims_roles"),
        policy("records_patient", PATIENT.format(id="id"), WRITTEN),
        policy("records_patientevent", PATIENT.format(id="id")),
        *by_facility("records_medicalrecordnumber"),
        *by_facility("records_encounter", "records_encounterevent", "records_document", "records_documentevent"),
        *by_facility(*(f"records_{name}" for name in ENTRIES)),
        *by_parent("records_patient", "patient_id", *(f"records_{name}" for name in OF_PATIENT)),
        *by_parent("records_encounter", "encounter_id", "records_encounterprovider", "records_encounterlocation"),
        policy(
            "records_documentversion",
            "EXISTS (SELECT 1 FROM records_document AS d WHERE d.id = document_id)"
            " AND EXISTS (SELECT 1 FROM records_patient AS p WHERE p.id = patient_id)",
        ),
        *by_parent("records_documentversion", "version_id", "records_documentfile"),
    ]
