from django.apps import AppConfig
from django.db.models.signals import post_migrate

from hims.lib.crypto import rotates


class StaffConfig(AppConfig):
    name = "hims.staff"
    label = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        import hims.staff.tokens.schema  # noqa: F401  (drf-spectacular finds it by its being imported)
        from hims.staff import receivers
        from hims.staff.roles import sync_roles_after_migrate
        from hims.staff.second_factor.adapter import rotate_secrets

        receivers.connect()
        rotates("second factors", rotate_secrets)
        post_migrate.connect(sync_roles_after_migrate, sender=self)
