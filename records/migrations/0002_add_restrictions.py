import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Kept by the owner, so that it is right whoever writes: row-level security hides from the writer what is elsewhere.
FACILITIES = """
CREATE FUNCTION records_facilities_of_patient(patient uuid) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE records_patient SET facility_ids = (
        SELECT coalesce(array_agg(DISTINCT facility_id ORDER BY facility_id), '{}')
        FROM records_medicalrecordnumber WHERE patient_id = patient
    ) WHERE id = patient
$$;
REVOKE ALL ON FUNCTION records_facilities_of_patient(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records_facilities_of_patient(uuid) TO hims_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('records', '0001_initial'),
        ('audit', '0002_add_access'),
    ]

    operations = [
        migrations.RunSQL(FACILITIES, "DROP FUNCTION records_facilities_of_patient(uuid)"),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='encounter',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='encounter',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='encounter',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='medicalrecordnumber',
            name='facilities_of_patient_added',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='medicalrecordnumber',
            name='facilities_of_patient_removed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='patient',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='allergy',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='document',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='documentevent',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='encounter',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='encounterevent',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='immunization',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='medication',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='observation',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='patient',
            name='alias_family_name',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='patient',
            name='alias_given_names',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='patient',
            name='restriction',
            field=models.CharField(blank=True, choices=[('vip', 'Publicly known person'), ('employee', 'Member of staff'), ('requested', "At the patient's request"), ('safety', "For the patient's safety")], db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='alias_family_name',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='alias_given_names',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='restriction',
            field=models.CharField(blank=True, choices=[('vip', 'Publicly known person'), ('employee', 'Member of staff'), ('requested', "At the patient's request"), ('safety', "For the patient's safety")], db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='problem',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='procedureentry',
            name='labels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=models.Value([], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)), default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='encounter',
            index=models.Index(condition=models.Q(('labels', []), _negated=True), fields=['patient'], name='encounter_labelled'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_documentevent" ("author_id", "created_at", "document_type", "encounter_id", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_key", "status", "title", "written_at") VALUES (NEW."author_id", NEW."created_at", NEW."document_type", NEW."encounter_id", NEW."facility_id", NEW."id", NEW."labels", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_key", NEW."status", NEW."title", NEW."written_at"); RETURN NULL;', hash='43626178018375b0000af6234cc0339048512c55', operation='INSERT', pgid='pgtrigger_insert_insert_bcae4', table='records_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "records_documentevent" ("author_id", "created_at", "document_type", "encounter_id", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_key", "status", "title", "written_at") VALUES (NEW."author_id", NEW."created_at", NEW."document_type", NEW."encounter_id", NEW."facility_id", NEW."id", NEW."labels", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_key", NEW."status", NEW."title", NEW."written_at"); RETURN NULL;', hash='e203145cbcb8a8994d67bb5b1b70e0bbeba4c52a', operation='UPDATE', pgid='pgtrigger_update_update_c9042', table='records_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_documentevent" ("author_id", "created_at", "document_type", "encounter_id", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_key", "status", "title", "written_at") VALUES (OLD."author_id", OLD."created_at", OLD."document_type", OLD."encounter_id", OLD."facility_id", OLD."id", OLD."labels", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_key", OLD."status", OLD."title", OLD."written_at"); RETURN NULL;', hash='56faf8db38e75e56475c2027271f2ff57293209a', operation='DELETE', pgid='pgtrigger_delete_delete_c3d31', table='records_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_encounterevent" ("account_number", "admission_type", "admitted_at", "admitted_on", "attending_id", "created_at", "discharge_disposition", "discharged_at", "discharged_on", "encounter_class", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point_of_origin", "reason", "service", "source_key", "status", "updated_at") VALUES (NEW."account_number", NEW."admission_type", NEW."admitted_at", NEW."admitted_on", NEW."attending_id", NEW."created_at", NEW."discharge_disposition", NEW."discharged_at", NEW."discharged_on", NEW."encounter_class", NEW."facility_id", NEW."id", NEW."labels", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."point_of_origin", NEW."reason", NEW."service", NEW."source_key", NEW."status", NEW."updated_at"); RETURN NULL;', hash='a2068349f25335d884caac0017bd8e7a9a4282e9', operation='INSERT', pgid='pgtrigger_insert_insert_9eaae', table='records_encounter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "records_encounterevent" ("account_number", "admission_type", "admitted_at", "admitted_on", "attending_id", "created_at", "discharge_disposition", "discharged_at", "discharged_on", "encounter_class", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point_of_origin", "reason", "service", "source_key", "status", "updated_at") VALUES (NEW."account_number", NEW."admission_type", NEW."admitted_at", NEW."admitted_on", NEW."attending_id", NEW."created_at", NEW."discharge_disposition", NEW."discharged_at", NEW."discharged_on", NEW."encounter_class", NEW."facility_id", NEW."id", NEW."labels", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."point_of_origin", NEW."reason", NEW."service", NEW."source_key", NEW."status", NEW."updated_at"); RETURN NULL;', hash='3c53fbd54975f3f06c90e96eaeceedb66fa1c8be', operation='UPDATE', pgid='pgtrigger_update_update_0b628', table='records_encounter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='encounter',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_encounterevent" ("account_number", "admission_type", "admitted_at", "admitted_on", "attending_id", "created_at", "discharge_disposition", "discharged_at", "discharged_on", "encounter_class", "facility_id", "id", "labels", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point_of_origin", "reason", "service", "source_key", "status", "updated_at") VALUES (OLD."account_number", OLD."admission_type", OLD."admitted_at", OLD."admitted_on", OLD."attending_id", OLD."created_at", OLD."discharge_disposition", OLD."discharged_at", OLD."discharged_on", OLD."encounter_class", OLD."facility_id", OLD."id", OLD."labels", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."point_of_origin", OLD."reason", OLD."service", OLD."source_key", OLD."status", OLD."updated_at"); RETURN NULL;', hash='e901d399cd64791b66d5d290b6e0dcbfdc1620de', operation='DELETE', pgid='pgtrigger_delete_delete_288a7', table='records_encounter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalrecordnumber',
            trigger=pgtrigger.compiler.Trigger(name='facilities_of_patient_added', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM records_facilities_of_patient(NEW.patient_id); RETURN NULL;', hash='bbc1acd32f09fbfd059e57a8da1e88910cc5a57d', operation='INSERT OR UPDATE', pgid='pgtrigger_facilities_of_patient_added_9bb43', table='records_medicalrecordnumber', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='medicalrecordnumber',
            trigger=pgtrigger.compiler.Trigger(name='facilities_of_patient_removed', sql=pgtrigger.compiler.UpsertTriggerSql(func='PERFORM records_facilities_of_patient(OLD.patient_id); RETURN NULL;', hash='ca94d44c1515610ad9b1174ebb8d2086d47512ea', operation='DELETE OR UPDATE', pgid='pgtrigger_facilities_of_patient_removed_35170', table='records_medicalrecordnumber', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_patientevent" ("alias_family_name", "alias_given_names", "birth_date", "confidential", "created_at", "deceased_on", "distinction", "ethnicity", "facility_ids", "family_name", "given_names", "id", "language", "marital_status", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "race", "restriction", "search_name", "sex", "suffix", "updated_at") VALUES (NEW."alias_family_name", NEW."alias_given_names", NEW."birth_date", NEW."confidential", NEW."created_at", NEW."deceased_on", NEW."distinction", NEW."ethnicity", NEW."facility_ids", NEW."family_name", NEW."given_names", NEW."id", NEW."language", NEW."marital_status", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."race", NEW."restriction", NEW."search_name", NEW."sex", NEW."suffix", NEW."updated_at"); RETURN NULL;', hash='8a6dafb9fa67746e296338b4136f3fcfd23543f7', operation='INSERT', pgid='pgtrigger_insert_insert_e32c4', table='records_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "records_patientevent" ("alias_family_name", "alias_given_names", "birth_date", "confidential", "created_at", "deceased_on", "distinction", "ethnicity", "facility_ids", "family_name", "given_names", "id", "language", "marital_status", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "race", "restriction", "search_name", "sex", "suffix", "updated_at") VALUES (NEW."alias_family_name", NEW."alias_given_names", NEW."birth_date", NEW."confidential", NEW."created_at", NEW."deceased_on", NEW."distinction", NEW."ethnicity", NEW."facility_ids", NEW."family_name", NEW."given_names", NEW."id", NEW."language", NEW."marital_status", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."race", NEW."restriction", NEW."search_name", NEW."sex", NEW."suffix", NEW."updated_at"); RETURN NULL;', hash='f44d39ade20cb97cb9cfb0e19358ac6a0ac051aa', operation='UPDATE', pgid='pgtrigger_update_update_e007d', table='records_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "records_patientevent" ("alias_family_name", "alias_given_names", "birth_date", "confidential", "created_at", "deceased_on", "distinction", "ethnicity", "facility_ids", "family_name", "given_names", "id", "language", "marital_status", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "race", "restriction", "search_name", "sex", "suffix", "updated_at") VALUES (OLD."alias_family_name", OLD."alias_given_names", OLD."birth_date", OLD."confidential", OLD."created_at", OLD."deceased_on", OLD."distinction", OLD."ethnicity", OLD."facility_ids", OLD."family_name", OLD."given_names", OLD."id", OLD."language", OLD."marital_status", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."race", OLD."restriction", OLD."search_name", OLD."sex", OLD."suffix", OLD."updated_at"); RETURN NULL;', hash='f7247574e6b3ae6ecaf6234ed401e2cbe5555aad', operation='DELETE', pgid='pgtrigger_delete_delete_58134', table='records_patient', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='allergy',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='allergy_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='document_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='encounter',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='encounter_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='immunization',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='immunization_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='medication',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='medication_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='observation_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('restriction', ''), ('confidential', True), _connector='OR'), name='patient_restriction_is_confidential'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='problem_known_labels'),
        ),
        migrations.AddConstraint(
            model_name='procedureentry',
            constraint=models.CheckConstraint(condition=models.Q(('labels__contained_by', ['part2', 'psychotherapy', 'hiv', 'genetic', 'reproductive', 'behavioural', 'minor'])), name='procedureentry_known_labels'),
        ),
    ]
