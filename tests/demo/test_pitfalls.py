"""What the pitfalls say about the wrong answer is what the grouper answers to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from coding.grouper.claim import DiagnosisInput, GrouperClaim, ProcedureInput
from coding.grouper.engine import group
from hims.demo.case_file import load_cases
from hims.demo.case_model import DemoCase

INPATIENT = {case.slug: case for case in load_cases() if case.is_inpatient}


@dataclass(frozen=True)
class Mistake:
    """A coder's mistake: codes taken for others (`""` leaves out), codes added, POA changed, and its DRG."""

    slug: str
    drg: str
    instead: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[str] = ()
    poa: Mapping[str, str] = field(default_factory=dict)


MISTAKES = (
    Mistake("02-septic-shock-esbl", "690", instead={"A4151": "N10", "R6521": "", "N10": ""}),
    Mistake("03-nstemi-stents", "321", instead={"027136Z": "027137Z"}),
    Mistake("04-probable-klebsiella-pneumonia", "193", instead={"J150": "J189"}),
    Mistake("05-embolic-stroke-wrong-page", "061", added=("G936", "G935")),
    Mistake("07-cholecystectomy-missing-report", "419", instead={"0FT40ZZ": "0FT44ZZ", "0FJ44ZZ": ""}),
    Mistake("10-newborn-sepsis-ruled-out", "793", added=("P369",)),
    Mistake("11-withdrawal-delirium-negations", "896", added=("G9341",)),
    Mistake("12-colectomy-late-pathology", "331", instead={"C772": "", "K9189": "", "K567": ""}),
    Mistake("13-gastric-ulcer-catheter-infection", "999", poa={"T83511A": ""}),
)


def changed(case: DemoCase, mistake: Mistake) -> GrouperClaim:
    """The claim of the answer key with the mistake in it."""
    gold = case.gold
    keys = [(mistake.instead.get(dx.code, dx.code), dx.poa) for dx in (gold.principal, *gold.secondaries)]
    keys += [(code, "Y") for code in mistake.added]
    inputs = [DiagnosisInput(code, mistake.poa.get(code, poa)) for code, poa in keys if code]
    procedures = [mistake.instead.get(px.code, px.code) for px in gold.procedures]
    return GrouperClaim(
        version=440,
        age_years=case.patient.age_years,
        sex=case.patient.sex,
        discharge_disposition=case.encounter.discharge_disposition,
        principal=inputs[0],
        secondaries=tuple(inputs[1:]),
        procedures=tuple(ProcedureInput(code) for code in procedures if code),
    )


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.slug)
def test_mistake_of_the_pitfall_groups_to_the_drg_it_names(mistake: Mistake) -> None:
    case = INPATIENT[mistake.slug]
    assert group(changed(case, mistake)).final.drg == mistake.drg
    assert case.gold.drg != mistake.drg


def test_catheter_infection_marked_present_on_admission_hides_the_hospital_acquired_condition() -> None:
    case = INPATIENT["13-gastric-ulcer-catheter-infection"]
    mistake = Mistake(case.slug, "378", poa={"T83511A": "Y", "N390": "Y"})
    right = group(changed(case, Mistake(case.slug, "378")))
    wrong = group(changed(case, mistake))
    assert (right.final.drg, wrong.final.drg) == ("378", "378")
    assert (right.hac_categories, wrong.hac_categories) == (1, 0)
