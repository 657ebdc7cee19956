"""Every route of the resolver with the methods it answers, read from the code itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from hims.proof.policy import METHODS


@dataclass(frozen=True)
class Found:
    """One route as Django resolves it."""

    name: str
    path: str
    methods: frozenset[str]


def routes() -> dict[str, Found]:
    """By name, and by path where several routes share one. Raises ValueError for a route without a name."""
    found: dict[str, Found] = {}
    for name, path, view in _walk(get_resolver().url_patterns, "/", ""):
        if not name or name.endswith(":"):
            raise ValueError(f"the route {path} needs a name")
        if name in found and found[name].path == path:
            continue  # the first one answers
        key = f"{name} {path}" if name in found else name
        found[key] = Found(key, path, methods_of(view))
    return found


def methods_of(view: Callable[..., Any]) -> frozenset[str]:
    """The methods a view answers, HEAD and OPTIONS left aside; all of them when it does not say."""
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if kind is not None:
        allowed = {name.upper() for name in kind.http_method_names if hasattr(kind, name)}
        return frozenset(allowed & set(METHODS))
    inner: Any = view
    while inner is not None:
        cells = dict(zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True))
        if "request_method_list" in cells:
            return frozenset(cells["request_method_list"].cell_contents) & frozenset(METHODS)
        inner = getattr(inner, "__wrapped__", None)
    return frozenset(METHODS)


def _walk(entries: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for entry in entries:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, path, space + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or ''}", path, entry.callback
