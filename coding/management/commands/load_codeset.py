"""Load one official file of a code set."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from coding.codesets.official.actions import Official, check_file, load_file
from coding.codesets.official.enums import LoadKind
from coding.codesets.search.store import refresh_index
from hims.lib.commands import HimsCommand, Outcome
from hims.staff.models import User
from hims.staff.selectors import system_user, user_by_name

_ALIASES = {
    "icd10cm_eindex": LoadKind.CM_EXTERNAL, "icd10cm_external": LoadKind.CM_EXTERNAL, "icd10cm_drugs": LoadKind.CM_DRUG,
    "icd10cm_neoplasms": LoadKind.CM_NEOPLASM, "hcpcs_level2": LoadKind.HCPCS, "poa": LoadKind.POA_EXEMPT,
    "msdrg_table5": LoadKind.DRG_WEIGHTS, "table5": LoadKind.DRG_WEIGHTS, "drg_table5": LoadKind.DRG_WEIGHTS,
}  # fmt: skip
LISTED = 10


def day(text: str) -> date:
    """A date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it as 2026-10-01.", returncode=2) from None


def kind_of(text: str) -> str:
    """A KIND of the command line, with dashes or one of its other names too."""
    name = text.lower().replace("-", "_")
    found = _ALIASES.get(name, name)
    if found not in LoadKind.values:
        raise CommandError(f"There is no kind {text!r}. Kinds: {', '.join(LoadKind.values)}.", returncode=2)
    return LoadKind(found).value


class Command(HimsCommand):
    """Counts rows: read, created, updated, unchanged, rejected; and codes added, deleted, retitled, revalidated."""

    help = (
        "Load an official file from a day on, whole or not at all. Earlier and later releases stay as they are; "
        "rollback_codeset takes it back. The kinds:\n"
        + "\n".join(f"  {kind.value:24}{kind.label}" for kind in LoadKind)
    )
    example = "load_codeset icd10cm_order icd10cm-order-2027.txt --effective 2026-10-01 --dry-run"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="KIND", help="what the file is, see above")
        parser.add_argument("file", metavar="FILE", help="the official file, unpacked and unchanged")
        parser.add_argument("--effective", metavar="D", required=True, help="first day, such as 2026-10-01")
        parser.add_argument(
            "--until", metavar="D", default="", help="last day, when not that of the fiscal or calendar year"
        )
        parser.add_argument("--dry-run", action="store_true", help="read, compare and tell; change nothing")
        parser.add_argument(
            "--attest", metavar="TEXT", default="", help="licence attestation, for licensed content (cpt)"
        )
        parser.add_argument("--as", dest="username", metavar="USER", default="", help="who loads and attests")

    def work(self, **options: Any) -> Outcome:
        path, kind = Path(options["file"]), kind_of(options["kind"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        until = day(options["until"]) if options["until"] else None
        official = Official(kind, path.name, path.read_bytes(), day(options["effective"]), until, options["attest"])
        by, act = self._person(options["username"], kind), check_file if options["dry_run"] else load_file
        with tqdm(total=len(official.content), unit="B", unit_scale=True, disable=None, desc=path.name) as bar:
            done = act(
                by=by, official=official, note=f"{kind} {path.name}", progress=lambda at, total: _show(bar, at, total)
            )
        self._list(done.diff)
        more: dict[str, Any] = {"dry_run": options["dry_run"]}
        if done.load is not None:
            more |= {"load": str(done.load.pk), "searchable": refresh_index()}
        return Outcome({**done.counts, **more})

    def _person(self, username: str, kind: str) -> User:
        if not username and kind == LoadKind.CPT:
            raise CommandError("Licensed content is attested by a person: give --as USER.", returncode=2)
        return user_by_name(username) if username else system_user()

    def _list(self, diff: dict[str, list[tuple[str, str, str]]]) -> None:
        for name, lines in diff.items():
            for code, was, now in lines[:LISTED]:
                self.note(f"{name:12}{code}  {was} -> {now}" if was and now else f"{name:12}{code}  {was or now}")
            if len(lines) > LISTED:
                self.note(f"{name:12}... and more")


def _show(bar: Any, at: int, total: int) -> None:
    bar.total = total
    bar.update(at - bar.n)
