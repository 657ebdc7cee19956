"""The product calls nobody: no client of the web, no XML reader, no unpacking, one writer of CSV, one maker of PDF.

That PDF files are made without a fetch stands in tests/lib/test_pdf.py, that cells are inert in tests/lib/test_csv_safe.py, and
where dangerous libraries may be used in tests/test_architecture.py.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("hims", "audit", "records", "coding", "billing", "scheduling")
WEB = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "http.client",
    "urllib.request",
    "ftplib",
    "smtplib",
    "telnetlib",
    "socket",
    "websocket",
    "paramiko",
}
SPEAKS = {"hims/platform"}
"""The platform asks its own servers whether they answer; nothing of it runs inside a request."""
XML_WRITER = "xml.sax.saxutils"
XML_READER = "hims/lib/xml_reader.py"
"""Escapes what is written; it reads nothing."""
CSV_WRITERS = {
    "hims/lib/csv_safe.py",
}
CSV_CALLERS = {"csv_text", "csv_lines", "safe_cell", "csv_bytes"}


def imports(path: Path) -> set[str]:
    """Names of modules a file imports, `from a import b` as a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def sources() -> list[Path]:
    return [path for package in PRODUCT for path in sorted((ROOT / package).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_inside_a_request_can_call_out() -> None:
    found = [
        f"{name_of(path)}: {sorted(imports(path) & WEB)}"
        for path in sources()
        if imports(path) & WEB and not name_of(path).startswith(tuple(SPEAKS))
    ]
    assert [line for line in found if "audit/exchange" not in line and "sealing" not in line] == []


@pytest.mark.parametrize("module", ["xml", "lxml", "defusedxml", "xmlrpc", "plistlib"])
def test_only_the_guarded_reader_reads_xml(module: str) -> None:
    found = [
        name_of(path)
        for path in sources()
        if any(name.split(".")[0] == module and not name.startswith(XML_WRITER) for name in imports(path))
    ]
    assert found in ([], [XML_READER])


def test_only_the_loaders_of_official_files_use_the_guarded_reader() -> None:
    found = [name_of(path) for path in sources() if "hims.lib.xml_reader" in imports(path)]
    assert found
    assert [name for name in found if not name.startswith("coding/codesets/official/")] == []


@pytest.mark.parametrize(
    "module", ["pickle", "marshal", "shelve", "dill", "yaml", "zipfile", "tarfile", "shutil.unpack_archive"]
)
def test_nothing_from_outside_is_unpickled_or_unpacked(module: str) -> None:
    found = [
        name_of(path) for path in sources() if module in imports(path) and not name_of(path).startswith("hims/platform")
    ]
    assert found == []


def test_csv_is_written_in_one_place() -> None:
    found = [
        name_of(path)
        for path in sources()
        if any(word in path.read_text() for word in ("csv.writer", "csv.DictWriter"))
        and name_of(path) not in CSV_WRITERS
    ]
    assert found == []


def test_every_answer_that_is_csv_comes_from_the_one_writer() -> None:
    loose = [
        name_of(path)
        for path in sources()
        if "text/csv" in path.read_text() and not any(word in path.read_text() for word in ("csv_safe", "csv_"))
    ]
    assert loose == []


def test_templates_and_scripts_name_no_other_site() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder, kinds in (("templates", {".html"}), ("static", {".js", ".css"}))
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in kinds and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if any(
            mark in line
            for mark in ('src="http', 'href="http', 'src="//', "url(http", "url(//", 'fetch("http', "@import")
        )
    ]
    assert found == []
