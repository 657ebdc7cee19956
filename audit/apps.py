from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Access and audit"

    def ready(self) -> None:
        from audit import receivers
        from audit.context import of_a_job
        from hims.jobs.queue import surround

        receivers.connect()
        surround(of_a_job)
