"""What may be taken over into another coding."""

from __future__ import annotations

from datetime import date

import pytest

from coding.shelf.rules import Candidate, refusals, role_for, sex_fault, taken_over
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay

WOMAN = Stay("inpatient", date(2026, 3, 1), date(2026, 3, 5), "01", date(1980, 1, 1), "F")
MAN = Stay("emergency", date(2026, 3, 1), date(2026, 3, 1), "01", date(1980, 1, 1), "M")


def why(stay: Stay, *candidates: Candidate, **more: object) -> dict[str, str]:
    known: dict[str, object] = {"coded": (), "invalid": {}, "edits": {}}
    return refusals(candidates, stay, **{**known, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("system", "code", "sex", "refused"),
    [
        ("icd10cm", "O80", "M", True), ("icd10cm", "O80", "F", False), ("icd10cm", "N400", "F", True),
        ("icd10cm", "C61", "F", True), ("icd10cm", "N800", "M", True), ("icd10cm", "D075", "F", True),
        ("icd10cm", "D075", "M", False), ("icd10cm", "C50911", "M", False), ("icd10cm", "O80", "U", False),
        ("icd10pcs", "0UT90ZZ", "M", True), ("icd10pcs", "0VT00ZZ", "F", True), ("icd10pcs", "10E0XZZ", "M", True),
        ("icd10pcs", "0FT44ZZ", "M", False),
    ],
)  # fmt: skip
def test_codes_of_one_sex_are_refused_for_the_other(system: str, code: str, sex: str, refused: bool) -> None:
    assert bool(sex_fault(system, code, sex)) is refused


def test_each_refusal_says_why() -> None:
    old, male, here, young, fits = (Candidate("icd10cm", code) for code in ("D691", "C61", "I10", "P073", "E119"))
    found = why(
        WOMAN, old, male, here, young, fits, invalid={"D691": "D69.1 ended."}, coded={"icd10cm:I10"},
        edits={"P073": ("AGE_CONFLICT",), "E119": ("UNSPECIFIED",)},
    )  # fmt: skip
    assert found == {
        "icd10cm:D691": "D69.1 ended.",
        "icd10cm:C61": "C61 is a code of male patients; this patient is female.",
        "icd10cm:I10": "I10 is coded here already.",
        "icd10cm:P073": "P07.3 does not fit the patient's age.",
    }


def test_procedures_are_refused_for_outpatients() -> None:
    assert list(why(MAN, Candidate("icd10pcs", "0FT44ZZ"))) == ["icd10pcs:0FT44ZZ"]
    assert why(WOMAN, Candidate("icd10pcs", "0FT44ZZ")) == {}


def test_what_tells_of_one_visit_alone_is_not_taken_over() -> None:
    lines = [
        DiagnosisLine(1, "principal", 1, "I10"),
        DiagnosisLine(2, "admitting", 1, "R0602"),
        DiagnosisLine(3, "secondary", 1, "E119"),
    ]
    found = taken_over(lines, [ProcedureLine(1, 1, "0FT44ZZ"), ProcedureLine(2, 2, "0FT44ZZ")])
    assert [each.key for each in found] == ["icd10cm:I10", "icd10cm:E119", "icd10pcs:0FT44ZZ"]


def test_principal_leads_only_where_none_does() -> None:
    led = [DiagnosisLine(1, "principal", 1, "I10")]
    assert role_for(Candidate("icd10cm", "E119", "principal"), []) == "principal"
    assert role_for(Candidate("icd10cm", "E119", "principal"), led) == "secondary"
    assert role_for(Candidate("icd10cm", "E119", "secondary"), []) == "secondary"
    assert role_for(Candidate("icd10cm", "W1830XA"), []) == "external_cause"
