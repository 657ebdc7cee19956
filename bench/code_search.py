"""Quality and speed of the code search over all searched code sets, against AND of LIKE '%word%'.

Reads ../shared/data/code_search/queries.jsonl (q, codes) where it is there, else the written queries of
bench/code_queries.tsv. Last line: queries hit1 hit10 p50_ms p95_ms like_hit10 like_p95_ms, which are those of the whole
search and of a search by substrings of the title on the same tables; engine_p95_ms, of the ranking alone; view_p95_ms, of
the results fragment as the workbench asks for it; load_s, to have the index in memory; faster and better, by how much the
search beats LIKE; and the hits of our own queries (written, titles and terms retold in haste): dev_* of the half that may
be worked on, with --held also held_* of the half that only judges.
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
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT.parent / "shared" / "data" / "code_search" / "queries.jsonl"
ON = date(2026, 4, 15)
"""A day whose release has a title for every ICD-10-CM code."""
LISTED = 10
RETOLD = 150
Search = Callable[[str], list[str]]


def main() -> int:
    """Load the code sets if need be, search everything once to warm up, measure, print."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hims.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("load_default_codesets", stdout=sys.stderr)
    cases = _given_cases()
    load_seconds = _load_seconds()
    _measure(cases, _search)
    hits, times = _measure(cases, _search)
    _, engine_times = _measure(cases, _engine())
    _, view_times = _measure(cases, _view())
    like_hits, like_times = _measure(cases, _like)
    result = {
        "queries": len(cases),
        "hit1": _share(hits, 1),
        "hit10": _share(hits, LISTED),
        "p50_ms": _percentile(times, 50),
        "p95_ms": _percentile(times, 95),
        "like_hit10": _share(like_hits, LISTED),
        "like_p95_ms": _percentile(like_times, 95),
        "engine_p95_ms": _percentile(engine_times, 95),
        "view_p95_ms": _percentile(view_times, 95),
        "faster": round(_percentile(like_times, 95) / _percentile(times, 95), 1),
        "better": round(_share(hits, LISTED) / max(_share(like_hits, LISTED), 0.001), 2),
        "load_s": load_seconds,
        **_own_queries("dev"),
        **(_own_queries("held") if "--held" in sys.argv else {}),
    }
    print(json.dumps(result))
    return 0


def _given_cases() -> list[tuple[str, Callable[[str], bool]]]:
    from bench._code_queries import HALVES, written

    if not QUERIES.exists():
        return [(case.query, case.counts) for half in HALVES for case in written(half)]
    rows = [json.loads(line) for line in QUERIES.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row["q"], {code.replace(".", "") for code in row["codes"]}.__contains__) for row in rows]


def _load_seconds() -> float:
    """Seconds until the index is in memory, read anew from the database."""
    from coding.codesets.search import store

    store.forget()
    began = time.perf_counter()
    store.current_index()
    return round(time.perf_counter() - began, 2)


def _search(text: str) -> list[str]:
    from coding.codesets.search.find import search

    return [hit.code for hit in search(text, on=ON, limit=LISTED)]


def _engine() -> Search:
    """The ranking alone: readings of the query and ranked documents, without titles."""
    from coding.codesets.search import engine, store, text

    index = store.current_index()
    if index is None:
        raise SystemExit("no search index was built")

    def ranked(query: str) -> list[str]:
        index.expansions.clear()
        readings = text.spell_out(query, store.abbreviations())
        found = engine.rank(index, readings, on=ON.toordinal(), limit=LISTED, synonyms=store.synonyms())
        return [index.codes[each.document] for each in found]

    return ranked


def _view() -> Search:
    """The fragment of results, with form, rows and template."""
    from django.test import RequestFactory

    from coding.codesets.views import results

    requests = RequestFactory()

    def shown(query: str) -> list[str]:
        response = results(requests.get(f"/?{urlencode({'q': query, 'on': ON.isoformat(), 'limit': 12})}"))
        return re.findall(r'data-code="(\w+)"', response.content.decode())

    return shown


def _like(text: str) -> list[str]:
    from coding.codesets.enums import CodeKind, CodeSystem
    from coding.codesets.models import Code

    rows = Code.objects.on(ON).filter(system__in=[CodeSystem.ICD10CM, CodeSystem.ICD10PCS], kind=CodeKind.CODE)
    for word in re.findall(r"\w+", text):
        rows = rows.filter(long_title__icontains=word)
    return list(rows.order_by("position").values_list("code", flat=True)[:LISTED])


def _own_queries(half: str) -> dict[str, float]:
    from bench._code_queries import retold, written
    from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
    from coding.codesets.models import Code, CodeNote

    systems = [CodeSystem.ICD10CM, CodeSystem.ICD10PCS]
    codes = Code.objects.on(ON).filter(system__in=systems, kind=CodeKind.CODE).exclude(long_title="")
    titles = dict(codes.values_list("code", "long_title"))
    plain = [(code, title) for code, title in titles.items() if len(code) < 7 or code[-1] in "AZ"]
    notes = CodeNote.objects.filter(system__in=systems, kind__in=[NoteKind.INCLUSION_TERM, NoteKind.INDEX_TERM])
    terms = [(code, text) for code, text in notes.values_list("code", "text") if code in titles]
    found: dict[str, float] = {}
    for cases in (written(half), retold(plain, half, RETOLD, "title"), retold(terms, half, RETOLD, "term")):
        hits, _ = _measure([(case.query, case.counts) for case in cases], _search)
        name = f"{half}_{cases[0].kind}"
        found |= {f"{name}_hit1": _share(hits, 1), f"{name}_hit10": _share(hits, LISTED)}
    return found


def _measure(cases: Sequence[tuple[str, Callable[[str], bool]]], search: Search) -> tuple[list[int], list[float]]:
    """Rank of the first right code per query (0 when none is listed), and milliseconds per query."""
    ranks, times = [], []
    for query, counts in cases:
        began = time.perf_counter()
        found = search(query)
        times.append((time.perf_counter() - began) * 1000)
        ranks.append(next((place for place, code in enumerate(found, start=1) if counts(code)), 0))
    return ranks, times


def _share(ranks: Sequence[int], within: int) -> float:
    return round(sum(0 < rank <= within for rank in ranks) / len(ranks), 3)


def _percentile(times: Sequence[float], percent: int) -> float:
    return round(sorted(times)[min(len(times) - 1, len(times) * percent // 100)], 2)


if __name__ == "__main__":
    raise SystemExit(main())
