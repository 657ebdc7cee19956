"""The Celery application: made once per process, web and worker alike, and the default of every thread."""

from __future__ import annotations

import os

from celery import Celery

# Celery prepares Django only when it finds this at the moment the application is made.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")
app = Celery("hims")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()
