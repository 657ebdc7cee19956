from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Health records"

    def ready(self) -> None:
        from audit.subjects import name_patients_by
        from records.registry.selectors import patient_names

        name_patients_by(patient_names)
