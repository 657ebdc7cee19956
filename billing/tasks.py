"""Loaded by the worker at its start, so that it knows the work of every noun of billing."""

from billing.claims import shelves
from billing.claims.jobs import export_job, refresh_accounts_job

__all__ = ["export_job", "refresh_accounts_job", "shelves"]
