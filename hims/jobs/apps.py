from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hims.jobs"
    label = "jobs"
    verbose_name = "Background jobs"

    def ready(self) -> None:
        """The web process rings the same bell as the worker: without this, tasks would go to Celery's default broker."""
        from hims.jobs import app

        app.app.set_default()
