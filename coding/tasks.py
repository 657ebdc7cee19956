"""Loaded by the worker at its start, so that it knows the work of every noun of coding."""

from coding.workbench.jobs import group_chunk_job, open_work_job

__all__ = ["group_chunk_job", "open_work_job"]
