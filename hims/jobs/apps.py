from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hims.jobs"
    label = "jobs"
    verbose_name = "Background jobs"
