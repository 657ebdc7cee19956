"""A claim with the answer it got, as the corrections pass it on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from coding.grouper.corrections.facts import Facts
from coding.grouper.library import RawClaim, RawResult

UNGROUPABLE = 999
PRESENT = frozenset({"Y", "W"})


@dataclass(frozen=True)
class Case:
    """claim, result: in the layout of the library. applied: names of the corrections that changed them."""

    claim: RawClaim
    result: RawResult
    applied: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        return int(self.claim["version"])

    @property
    def hacs_met(self) -> int:
        """How many hospital-acquired condition categories the answer counts."""
        return int(self.result["grouper_flags"]["num_hac_categories_satisfied"])

    def marked(self, name: str) -> Case:
        return replace(self, applied=(*self.applied, name))

    def with_present(self, codes: frozenset[str], facts: Facts) -> Case:
        """Grouped again with these secondary diagnoses present on admission."""
        secondaries = [{**dx, "poa": "Y"} if dx["code"] in codes else dx for dx in self.claim["sdx"]]
        claim = {**self.claim, "sdx": secondaries}
        return replace(self, claim=claim, result=facts.group(claim))

    def with_result(self, **fields: Any) -> Case:
        return replace(self, result={**self.result, **fields})


def not_present(claim: RawClaim) -> Iterator[str]:
    """Codes of secondary diagnoses whose indicator is not Y or W."""
    return (dx["code"] for dx in claim["sdx"] if dx.get("poa") not in PRESENT)


def with_findings(result: RawResult, codes: frozenset[str], **findings: Any) -> RawResult:
    """The answer with these fields set on the marks of these secondary diagnoses."""
    marks: Iterable[dict[str, Any]] = result["sdx_output"]
    return {
        **result,
        "sdx_output": [{**mark, **findings} if mark["code"] in codes else mark for mark in marks],
    }


@dataclass(frozen=True)
class Correction:
    """name: as the result and the ledger show it. description: what the official grouper does differently."""

    name: str
    description: str
    rule: Callable[[Case, Facts], Case]
