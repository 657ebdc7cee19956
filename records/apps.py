from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Health records"

    def ready(self) -> None:
        from audit.staffing.finders import find_patients_by
        from audit.subjects import name_patients_by
        from records import explanations
        from records.registry.finding import RegistryFinder
        from records.registry.selectors import patient_names
        from records.relationships import receivers as relationships
        from records.sensitivity import rotation

        name_patients_by(patient_names)
        find_patients_by(RegistryFinder())
        explanations.register()
        relationships.connect()
        rotation.register()
