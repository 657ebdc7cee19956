"""The worker and beat processes. Every piece of background work is a job (hims/jobs); Celery only rings the bell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")
app = Celery("hims")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
