"""Quality and speed of the code search over ICD-10-CM and ICD-10-PCS, against AND of LIKE '%word%'.

Reads ../shared/data/code_search/queries.jsonl (q, codes). Last line: queries hit1 hit10 p50_ms p95_ms like_hit10
like_p95_ms. Times are those of the whole search, with the database reads for titles; like_ is what a search by
substrings of the title does on the same tables.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT.parent / "shared" / "data" / "code_search" / "queries.jsonl"
ON = date(2026, 4, 15)
"""A day whose release has a title for every ICD-10-CM code."""
LISTED = 10


def main() -> int:
    """Load the code sets if need be, search everything once to warm up, measure, print."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")
    import django

    django.setup()
    if not QUERIES.exists():
        print(f"{QUERIES} is missing", file=sys.stderr)
        return 2
    _load()
    cases = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines() if line.strip()]
    from coding.codesets.search.find import search

    def engine(text: str) -> list[str]:
        return [hit.code for hit in search(text, on=ON, limit=LISTED)]

    _measure(cases, engine)
    hits, times = _measure(cases, engine)
    like_hits, like_times = _measure(cases, _like)
    print(
        json.dumps(
            {
                "queries": len(cases),
                "hit1": _share(hits, 1),
                "hit10": _share(hits, LISTED),
                "p50_ms": _percentile(times, 50),
                "p95_ms": _percentile(times, 95),
                "like_hit10": _share(like_hits, LISTED),
                "like_p95_ms": _percentile(like_times, 95),
            }
        )
    )
    return 0


def _load() -> None:
    from django.core.management import call_command

    call_command("load_default_codesets", stdout=sys.stderr)


def _like(text: str) -> list[str]:
    from coding.codesets.enums import CodeKind, CodeSystem
    from coding.codesets.models import Code

    rows = Code.objects.on(ON).filter(system__in=[CodeSystem.ICD10CM, CodeSystem.ICD10PCS], kind=CodeKind.CODE)
    for word in re.findall(r"\w+", text):
        rows = rows.filter(long_title__icontains=word)
    return list(rows.order_by("position").values_list("code", flat=True)[:LISTED])


def _measure(cases: Sequence[dict[str, Any]], search: Callable[[str], list[str]]) -> tuple[list[int], list[float]]:
    """Rank of the first right code per query (0 when none is listed), and milliseconds per query."""
    ranks, times = [], []
    for case in cases:
        began = time.perf_counter()
        found = search(case["q"])
        times.append((time.perf_counter() - began) * 1000)
        wanted = {code.replace(".", "") for code in case["codes"]}
        ranks.append(next((place for place, code in enumerate(found, start=1) if code in wanted), 0))
    return ranks, times


def _share(ranks: Sequence[int], within: int) -> float:
    return round(sum(0 < rank <= within for rank in ranks) / len(ranks), 3)


def _percentile(times: Sequence[float], percent: int) -> float:
    return round(sorted(times)[min(len(times) - 1, len(times) * percent // 100)], 2)


if __name__ == "__main__":
    raise SystemExit(main())
