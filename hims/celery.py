"""The worker and beat processes. Every piece of background work is a job (hims/jobs); Celery only rings the bell."""

from hims.jobs.app import app

__all__ = ["app"]
