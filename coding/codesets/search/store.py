"""The index in Postgres, and each process's copy of it."""

from __future__ import annotations

import hashlib
import threading
import time
from functools import lru_cache

from django.db import transaction

from coding.codesets.browse.own_index import refresh_own_index
from coding.codesets.loading.small_sets import DATA, read_table
from coding.codesets.models import CodeSearchIndex, CodeSetRelease
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.search.build import build
from coding.codesets.search.documents import all_documents, fingerprint_parts
from coding.codesets.search.index import FORMAT, CodeIndex, readable
from coding.codesets.search.text import abbreviation_table, synonym_table

CHECK_SECONDS = 60.0
"""How long a process trusts its copy before it asks whether a newer index was built."""

_lock = threading.Lock()
_held: CodeIndex | None = None
_held_fingerprint = ""
_checked_at = 0.0


def current_fingerprint() -> str:
    """sha256 over the index format, all releases and all official loads in force."""
    releases = CodeSetRelease.objects.order_by("system", "effective_from").values_list(
        "system", "effective_from", "sha256"
    )
    loads = CodeSetLoad.objects.in_force().order_by("applied_order").values_list("kind", "effective_from", "sha256")
    return hashlib.sha256(f"{FORMAT} {fingerprint_parts([*releases, *loads])}".encode()).hexdigest()


def refresh_index() -> int:
    """Build and store the index unless the stored one is of these releases; returns the number of entries.

    The alphabetic index that HIMS makes itself follows the same releases.
    """
    refresh_own_index()
    fingerprint = current_fingerprint()
    stored = CodeSearchIndex.objects.filter(fingerprint=fingerprint).values_list("entries", flat=True).first()
    if stored is not None:
        return stored
    built = build(all_documents())
    with transaction.atomic():
        CodeSearchIndex.objects.all().delete()
        CodeSearchIndex.objects.create(fingerprint=fingerprint, payload=built.pack(), entries=built.documents)
    forget()
    return built.documents


def current_index() -> CodeIndex | None:
    """The index; loaded once per process, and again after a new load. None when none was built."""
    global _checked_at
    if time.monotonic() - _checked_at > CHECK_SECONDS:
        with _lock:
            _reload_if_newer()
            _checked_at = time.monotonic()
    return _held


def _reload_if_newer() -> None:
    global _held, _held_fingerprint
    newest = CodeSearchIndex.objects.order_by("-built_at").values_list("fingerprint", flat=True).first()
    if newest is None or newest == _held_fingerprint:
        return
    payload = bytes(CodeSearchIndex.objects.values_list("payload", flat=True).get(fingerprint=newest))
    if not readable(payload):
        return  # packed by another version of HIMS: nothing is found until `load_default_codesets` has run
    loaded = CodeIndex.unpack(payload)
    loaded.warm()
    _held, _held_fingerprint = loaded, newest


def forget() -> None:
    """Drop this process's copy, so that the next search reads the stored index."""
    global _held, _held_fingerprint, _checked_at
    with _lock:
        _held, _held_fingerprint, _checked_at = None, "", 0.0


@lru_cache(maxsize=1)
def abbreviations() -> dict[tuple[str, ...], list[str]]:
    """The abbreviations that queries may use."""
    return abbreviation_table(read_table(DATA / "abbreviations.tsv"))


@lru_cache(maxsize=1)
def synonyms() -> dict[str, list[str]]:
    """Words that stand for one another."""
    return synonym_table(row["words"] for row in read_table(DATA / "synonyms.tsv"))
