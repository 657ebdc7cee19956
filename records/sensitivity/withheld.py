"""Inside gated selectors and actions: which marked passages the person may not see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from audit import gate
from hims.lib.access import Permission
from hims.staff.models import User
from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import Span

# One look for all texts: what is left of them is judged by the database's own search, as whole texts are.
SEARCH = """
    SELECT shown.id, ts_rank(to_tsvector('english', shown.body), asked),
           ts_headline('english', shown.body, asked, %(options)s)
    FROM unnest(%(ids)s::uuid[], %(texts)s::text[]) AS shown (id, body), websearch_to_tsquery('english', %(words)s) AS asked
    WHERE to_tsvector('english', shown.body) @@ asked
"""


def hidden_sections() -> QuerySet[DocumentSection]:
    """Inside a selector: the passages that the person may not see, of whatever document."""
    shown = gate.rows_of(DocumentSection).values("pk")
    return DocumentSection.objects.exclude(pk__in=shown)


def hidden_spans(version_ids: Iterable[UUID]) -> dict[UUID, list[Span]]:
    """Inside a selector: by version, where the withheld passages stand. One query."""
    return _by_version(hidden_sections().filter(version__in=list(version_ids)))


def is_withheld_from(by: User, permission: Permission, version_id: UUID) -> bool:
    """Inside an action: does the version hold a passage that the person may not see?"""
    shown = DocumentSection.objects.visible_to(by, permission).filter(version=version_id).values("pk")
    return DocumentSection.objects.filter(version=version_id).exclude(pk__in=shown).exists()


def spans_withheld_from(by: User, permission: Permission, version_id: UUID) -> list[Span]:
    """Inside an action: where in the version the passages stand that the person may not see."""
    shown = DocumentSection.objects.visible_to(by, permission).filter(version=version_id).values("pk")
    hidden = DocumentSection.objects.filter(version=version_id).exclude(pk__in=shown)
    return [section.span for section in hidden]


def search_texts(texts: dict[UUID, str], words: str, options: str) -> dict[UUID, tuple[float, str]]:
    """Rank and snippet, by id, of those texts that hold the words. options: of PostgreSQL's ts_headline."""
    if not texts:
        return {}
    asked: dict[str, Any] = {"ids": list(texts), "texts": list(texts.values()), "words": words, "options": options}
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, asked)
        return {found: (rank, snippet) for found, rank, snippet in cursor.fetchall()}


def _by_version(rows: QuerySet[DocumentSection]) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.version_id].append(row.span)
    return dict(found)
