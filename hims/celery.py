"""The worker and beat processes: `celery -A hims.celery worker`. Every piece of background work is a job (hims/jobs)."""

from hims.jobs.app import app

__all__ = ["app"]
