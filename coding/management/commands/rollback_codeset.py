"""Take one load of an official file back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from coding.codesets.official.actions import roll_back
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.search.store import refresh_index
from hims.lib.commands import HimsCommand, Outcome
from hims.staff.selectors import system_user, user_by_name


class Command(HimsCommand):
    """LOAD is the id that load_codeset printed."""

    help = "Restore the code sets as they were before a load. Loads after it stay. Without LOAD: list what can be taken back."
    example = "rollback_codeset 0199f0c2-7a31-7c44-8a55-0c6e0f3a9b11 --json"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("load", metavar="LOAD", nargs="?", default="", help="the load to take back")
        parser.add_argument("--as", dest="username", metavar="USER", default="", help="who takes it back")

    def work(self, **options: Any) -> Outcome:
        if not options["load"]:
            return self._list()
        by = user_by_name(options["username"]) if options["username"] else system_user()
        load = roll_back(by=by, load=_found(options["load"]))
        return Outcome({"rolled_back": str(load.pk), "kind": load.kind, "searchable": refresh_index()})

    def _list(self) -> Outcome:
        loads = CodeSetLoad.objects.in_force().order_by("-applied_order")
        for load in loads:
            self.note(f"{load.pk}  {load.kind:24}{load.effective_from} to {load.effective_to}  {load.file_name}")
        return Outcome({"loads": len(loads)})


def _found(text: str) -> CodeSetLoad:
    try:
        load = CodeSetLoad.objects.filter(pk=UUID(text)).first()
    except ValueError:
        raise CommandError(f"{text!r} is no load; rollback_codeset without LOAD lists them.", returncode=2) from None
    if load is None:
        raise CommandError(f"There is no load {text}; rollback_codeset without LOAD lists them.", returncode=1)
    return load
