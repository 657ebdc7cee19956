"""Rules of the ICD-10-CM Official Guidelines that codes alone can show. Pure; each names its section."""

from __future__ import annotations

from collections.abc import Iterator

from coding.codesets.rules import CM_LENGTH, dotted
from coding.workbench.edits.findings import INFORM, WARN, Case, Finding
from coding.workbench.edits.partners import is_manifestation
from coding.workbench.enums import DiagnosisRole
from coding.workbench.rules import DiagnosisLine, is_external_cause

# Section I.C.21.c.16: Z codes that only stand first.
FIRST_ONLY = (
    "Z00", "Z01", "Z02", "Z04", "Z332", "Z3181", "Z3182", "Z3183", "Z3184", "Z34", "Z39", "Z38", "Z40", "Z42", "Z510", "Z511",
    "Z520", "Z521", "Z522", "Z523", "Z524", "Z525", "Z526", "Z528", "Z761", "Z762", "Z9912",
)  # fmt: skip
# Section I.B.14: a body mass index needs one of these from the provider.
WEIGHT = ("E66", "E40", "E41", "E42", "E43", "E44", "E45", "E46", "E64", "E88", "F50", "O9921", "O25", "R627", "R6251", "R634",
          "R635", "R636", "R64", "P92", "P05", "Z713")  # fmt: skip
BMI, PRESSURE_ULCER, WEEKS, OUTCOME, DELIVERY = "Z68", "L89", "Z3A", "Z37", "O80"
ONLY_ONCE = ("Y92", "Y93", "Y99")
NEWBORN, LATER = "P", ("D", "S")
INITIAL = frozenset("ABC")


def guideline(case: Case) -> Iterator[Finding]:
    """Every rule, in any order of the codes."""
    yield from _manifestation(case)
    yield from _external(case)
    yield from _observations(case)
    yield from _z_codes(case)
    yield from _pregnancy(case)
    yield from _hypertension(case)


def _starting(case: Case, *beginnings: str) -> list[DiagnosisLine]:
    return [line for line in case.reported if line.code.startswith(beginnings)]


def _manifestation(case: Case) -> Iterator[Finding]:
    """Source: I.A.13. Silent where the Medicare edit says it."""
    first = case.coded.principal
    if first is None or not is_manifestation(case.title(first.code)):
        return
    if "MANIFESTATION_AS_PDX" not in case.coded.edits.get(first.code, ()):
        text = f"{dotted(first.code)} is a manifestation: the underlying disease goes first."
        yield Finding("manifestation_first", WARN, text, first.key, (first.code,), "guideline I.A.13")


def is_injury(code: str) -> bool:
    """Codes that an external cause completes: injuries and burns; poisonings tell their cause themselves (I.C.20.a.8)."""
    return "S00" <= code[:3] <= "T34" and code[:1] in "ST"


def _external(case: Case) -> Iterator[Finding]:
    """Sources: I.C.20.a (cause with the injury), I.C.20.b, c, k (place, activity, status once, at the first encounter)."""
    injuries = [line for line in case.reported if is_injury(line.code)]
    causes = [line for line in case.reported if is_external_cause(line.code)]
    if injuries and not causes:
        line = injuries[0]
        text = f"{dotted(line.code)} is an injury; no external cause tells how it came about."
        yield Finding("no_external_cause", INFORM, text, line.key, source="guideline I.C.20.a")
    if causes and not any(line.code[:1] in "ST" for line in case.reported):
        line = causes[0]
        text = f"{dotted(line.code)} is an external cause without an injury or another effect of one."
        yield Finding("cause_without_injury", INFORM, text, line.key, source="guideline I.C.20.a")
    if injuries and all(len(line.code) == CM_LENGTH and line.code[-1] in LATER for line in injuries):
        for line in causes:
            if line.code.startswith(ONLY_ONCE):
                text = (
                    f"{dotted(line.code)} belongs to the initial encounter only; the injuries are coded as later ones."
                )
                yield Finding("cause_once", WARN, text, line.key, (line.code,), "guidelines I.C.20.b, c, k")


def _observations(case: Case) -> Iterator[Finding]:
    """Source: I.B.14: documentation by clinicians other than the provider."""
    for line in _starting(case, BMI):
        if line.role == DiagnosisRole.PRINCIPAL or not _starting(case, *WEIGHT):
            text = f"{dotted(line.code)} (body mass index) needs a weight diagnosis of the provider, such as E66.-, R63.- or E43."
            yield Finding("bmi_alone", WARN, text, line.key, (line.code,), "guideline I.B.14")
    for line in _starting(case, PRESSURE_ULCER):
        text = "The stage may come from nursing notes; that there is a pressure ulcer must be the provider's diagnosis."
        yield Finding("ulcer_stage", INFORM, text, line.key, (line.code,), "guideline I.B.14")


def _z_codes(case: Case) -> Iterator[Finding]:
    """Source: I.C.21.c.16."""
    for line in _starting(case, *FIRST_ONLY):
        if line.role == DiagnosisRole.SECONDARY:
            name = "principal" if case.coded.stay.inpatient else "first-listed"
            text = f"{dotted(line.code)} is for the {name} diagnosis only, unless encounters of one day are combined."
            yield Finding("first_only", WARN, text, line.key, (line.code,), "guideline I.C.21.c.16")


def _pregnancy(case: Case) -> Iterator[Finding]:
    """Sources: I.C.15.a.1 (chapter 15 first), I.C.15.b.1 (Z34), I.C.15.n (O80 alone), I.C.21.c.5 (Z37), I.C.15.a.2 (weeks)."""
    pregnancy = _starting(case, "O")
    if not pregnancy:
        return
    first = case.coded.principal
    if first and not first.code.startswith("O"):
        text = f"Chapter 15 goes before other chapters: {dotted(pregnancy[0].code)} before {dotted(first.code)}."
        yield Finding("chapter_15_first", INFORM, text, first.key, source="guideline I.C.15.a.1")
    others = [line for line in pregnancy if not line.code.startswith(DELIVERY)]
    for line in _starting(case, DELIVERY):
        if others:
            text = f"O80 is a delivery without complication; it never stands beside {dotted(others[0].code)}."
            yield Finding("o80_not_alone", WARN, text, line.key, (line.code,), "guideline I.C.15.n")
        if not _starting(case, OUTCOME):
            yield Finding(
                "no_outcome",
                WARN,
                "A delivery needs an outcome code Z37.-.",
                line.key,
                (line.code,),
                "guideline I.C.15.n",
            )
    for line in _starting(case, "Z34"):
        text = f"{dotted(line.code)} (supervision of a normal pregnancy) never stands beside a chapter 15 code."
        yield Finding("normal_beside_o", WARN, text, line.key, (line.code,), "guideline I.C.15.b.1")
    if not _starting(case, WEEKS) and not all("O00" <= line.code[:3] <= "O08" for line in pregnancy):
        text = "No code Z3A.- tells the weeks of gestation, if they are known."
        yield Finding("no_weeks", INFORM, text, pregnancy[0].key, source="guideline I.C.15.a.2, chapter 15 note")


def _hypertension(case: Case) -> Iterator[Finding]:
    """Source: I.C.9.a: hypertension with heart failure or chronic kidney disease is presumed related."""
    for line in _starting(case, "I10"):
        for beginning, better, name in (("I50", "I11.0", "heart failure"), ("N18", "I12.-", "chronic kidney disease")):
            if together := _starting(case, beginning):
                text = (
                    f"Hypertension and {name} ({dotted(together[0].code)}) are presumed related: {better} instead of I10,"
                    " unless the provider says they are not."
                )
                yield Finding(
                    f"presumed_{beginning.lower()}", WARN, text, line.key, ("I10", beginning), "guideline I.C.9.a"
                )
