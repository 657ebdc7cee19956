from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Access and audit"

    def ready(self) -> None:
        from audit import receivers
        from audit.cases import receivers as case_receivers
        from audit.context import of_a_job
        from audit.monitoring import sources, tasks  # noqa: F401  Celery finds the tasks here
        from hims.jobs.queue import surround

        receivers.connect()
        case_receivers.connect()
        sources.register()
        surround(of_a_job)
