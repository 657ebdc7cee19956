"""Seal everything sealed with an older key with the newest one."""

from __future__ import annotations

from typing import Any

from hims.lib.commands import HimsCommand, Outcome
from hims.lib.crypto import ROTATIONS


class Command(HimsCommand):
    """Safe to interrupt and to run again; afterwards the older keys may leave the rings HIMS_FIELD_KEY and HIMS_NOTES_KEY."""

    help = "Seal numbers, secrets and psychotherapy notes with the newest key of their ring."
    example = "rotate_keys --json"

    def work(self, **options: Any) -> Outcome:
        return Outcome(counts={name: rotate() for name, rotate in ROTATIONS.items()})
