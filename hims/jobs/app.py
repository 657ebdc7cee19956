"""The Celery application: made once per process, web and worker alike, and the default of every thread."""

from __future__ import annotations

import os

from celery import Celery

# Before the application is made: only then does Celery prepare Django in a worker and tend its connections.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")
app = Celery("hims")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()
