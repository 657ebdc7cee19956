"""Uncertain diagnoses in an outpatient setting. Pure.

Source: ICD-10-CM Official Guidelines, section IV.H: a diagnosis that is only probable, suspected or to be ruled out is not coded;
code the signs and symptoms instead. For inpatients section II.H says the opposite, so this rule is for outpatient encounters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coding.codesets.rules import dotted
from coding.workbench.edits.findings import INFORM, Case, Finding, Writing
from coding.workbench.rules import DiagnosisLine

SOURCE = "guideline IV.H, uncertain diagnosis"
SYMPTOMS = ("R", "Z", "V", "W", "X", "Y")
_TERM = re.compile(
    r"\b(?:probabl[ey]|possibl[ey]|suspected|suspicious for|suspicion (?:for|of)|questionable|presumed|presumptive|likely"
    r"|rule[- ]?out|r/o|to be ruled out|cannot be ruled out|can't rule out|cannot rule out|not ruled out|concern(?:ing)? for"
    r"|compatible with|consistent with|indicative of|suggestive of|comparable with|working diagnosis(?: of)?|vs\.?|versus)(?!\w)",
    re.IGNORECASE,
)
# Words that take the doubt away: what is denied or excluded is not coded as uncertain either.
_DENIED_BEFORE = re.compile(
    r"(?:\bno|\bnot|\bnever|\bwithout|\bdenies|\bno longer"
    r"|\bno evidence of|\bno (?:clinical )?reason to|\bnot felt to be|\bnegative for|\bisn't|\baren't)\s+"
    r"(?:a |any |the |be |being |very |evidence of )?\Z",
    re.IGNORECASE,
)
_STAYS_OPEN = re.compile(r"^(?:not ruled out|cannot|can't|to be ruled out)", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"^[^.;\n]{0,60}?\b(?:was|were|is|has been|have been|now)? ?(?:ruled out|excluded|disproved)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.;\n](?=\s|\Z)")
_REACH = 80
_OPPOSITES = (("acute", "chronic"), ("chronic", "acute"), ("primary", "secondary"), ("secondary", "primary"))
_GENERAL = frozenset({
    "a", "an", "and", "or", "of", "the", "in", "on", "to", "with", "without", "for", "due", "other", "unspecified", "nos",
    "acute", "chronic", "primary", "secondary", "initial", "subsequent", "encounter", "disease", "disorder", "disorders",
    "condition", "syndrome", "type", "site", "organism", "essential", "specified", "elsewhere", "classified", "right",
    "left", "bilateral", "not", "by", "from", "as", "uncomplicated", "complicated", "recurrent",
})  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """One uncertain wording: where it stands, the words, and what follows them up to the end of the sentence."""

    start: int
    end: int
    term: str
    about: str


def uncertain_terms(text: str) -> list[Doubt]:
    """The wordings that leave a diagnosis open, without those that are denied or later excluded in the same sentence."""
    found = []
    for match in _TERM.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        rest = text[match.end() : match.end() + _REACH]
        stop = _SENTENCE_END.search(rest)
        about = rest[: stop.start()] if stop else rest
        denied = _DENIED_BEFORE.search(before) or _DENIED_AFTER.match(about)
        if not denied or _STAYS_OPEN.match(match[0]):
            found.append(Doubt(match.start(), match.end(), match[0], about.strip()))
    return found


def uncertain(case: Case) -> Iterator[Finding]:
    """A diagnosis of an outpatient encounter that a document words as uncertain: once a code, with the words of the document."""
    if case.coded.stay.inpatient:
        return
    doubts = [(writing, doubt) for writing in case.writings for doubt in uncertain_terms(writing.text)]
    for line in case.reported:
        meant = key_words(case.title(line.code))
        if line.code.startswith(SYMPTOMS) or not meant:
            continue
        hit = next(
            (each for each in doubts if meant <= _stems(each[1].about) and not _another(case, line, each[1])), None
        )
        if hit:
            yield _finding(line, *hit)


def _another(case: Case, line: DiagnosisLine, doubt: Doubt) -> bool:
    """Whether the doubt is about the opposite kind: an acute kidney injury says nothing of the chronic disease."""
    title, about = _stems(case.title(line.code)), _stems(doubt.about)
    return any(mine in title and theirs in about and mine not in about for mine, theirs in _OPPOSITES)


def key_words(title: str) -> frozenset[str]:
    """The words of a title before its first comma that name the condition, without general ones."""
    return _stems(title.partition(",")[0]) - _GENERAL


def _stems(text: str) -> frozenset[str]:
    """Words in lower case, a plural s taken off."""
    return frozenset(
        word[:-1] if word.endswith("s") and len(word) > 4 else word for word in re.findall(r"[a-z0-9-]+", text.lower())
    )


def _finding(line: DiagnosisLine, writing: Writing, doubt: Doubt) -> Finding:
    text = (
        f"“{doubt.term} {doubt.about[:60]}” in {writing.title}: an outpatient diagnosis that stays uncertain is not coded. If"
        f" nothing firmer is documented, code the signs and symptoms instead of {dotted(line.code)}."
    )
    return Finding("uncertain", INFORM, text, line.key, (line.code,), SOURCE)
