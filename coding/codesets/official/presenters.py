"""Loads in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coding.codesets.official.enums import LoadState
from coding.codesets.official.jobs import progress_of
from coding.codesets.official.models import CodeSetLoad

WORKING = (LoadState.CHECKING, LoadState.LOADING, LoadState.ROLLING_BACK)
TONES = {
    LoadState.LOADED: "done",
    LoadState.REFUSED: "stop",
    LoadState.CHECKED: "warn",
    LoadState.ROLLED_BACK: "neutral",
}
PARTS = (
    ("added", "Added", "codes or entries that come new"),
    ("deleted", "Ended", "no longer in force from this day; earlier days keep them"),
    ("retitled", "Changed", "with another title or other content"),
    ("revalidated", "Valid again", "known from other days"),
)


def load_row(load: CodeSetLoad) -> dict[str, Any]:
    """One line of the list."""
    until = f"to {load.effective_to:%Y-%m-%d}" if load.effective_to else "until its year ends"
    return {
        "load": load,
        "days": f"{load.effective_from:%Y-%m-%d} {until}",
        "state": load.get_state_display(),
        "tone": TONES.get(LoadState(load.state), "inform"),
        "working": load.state in WORKING,
    }


def load_rows(loads: Iterable[CodeSetLoad]) -> list[dict[str, Any]]:
    """The list, newest first."""
    return [load_row(load) for load in loads]


def load_page(load: CodeSetLoad) -> dict[str, Any]:
    """Everything the page of one load shows."""
    done, total = progress_of(load.pk)
    return {
        **load_row(load),
        "facts": _facts(load),
        "parts": _parts(load),
        "progress": {"value": done, "max": total or 1, "known": bool(total)},
        "can_confirm": load.state == LoadState.CHECKED,
        "can_roll_back": load.state == LoadState.LOADED,
    }


def _facts(load: CodeSetLoad) -> list[tuple[str, str]]:
    rows = [
        ("File", f"{load.file_name} ({load.size_bytes:,} bytes)"),
        ("SHA-256", load.sha256),
        ("Says of itself", load.edition or "nothing"),
        ("Uploaded", f"{load.created_at:%Y-%m-%d %H:%M} UTC by {load.created_by}"),
    ]
    if load.loaded_at:
        rows.append(("Loaded", f"{load.loaded_at:%Y-%m-%d %H:%M} UTC by {load.loaded_by}"))
    if load.rolled_back_at:
        rows.append(("Rolled back", f"{load.rolled_back_at:%Y-%m-%d %H:%M} UTC by {load.rolled_back_by}"))
    if load.attested_at:
        rows.append(("Attested", f"{load.attested_at:%Y-%m-%d %H:%M} UTC by {load.attested_by}: {load.attestation}"))
    if load.counts:
        names = ("read", "created", "updated", "unchanged", "dropped")
        rows.append(("Rows", ", ".join(f"{load.counts.get(name, 0):,} {name}" for name in names)))
    return rows


def _parts(load: CodeSetLoad) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "note": note,
            "count": load.counts.get(name, 0),
            "lines": load.diff.get(name, []),
            "more": max(0, load.counts.get(name, 0) - len(load.diff.get(name, []))),
        }
        for name, label, note in PARTS
        if load.counts
    ]
