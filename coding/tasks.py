"""Loaded by the worker at its start, so that it knows the work of every noun of coding."""

from coding.codesets.official.jobs import check_job, index_job, load_job, roll_back_job
from coding.workbench.jobs import group_chunk_job, open_work_job

__all__ = ["check_job", "group_chunk_job", "index_job", "load_job", "open_work_job", "roll_back_job"]
