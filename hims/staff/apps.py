from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "hims.staff"
    label = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        from hims.staff.roles import sync_roles_after_migrate

        post_migrate.connect(sync_roles_after_migrate, sender=self)
