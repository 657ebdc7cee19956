"""Tables of cases for the live edits, each with its source."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.edits.excludes import excludes1
from coding.workbench.edits.findings import Case, Writing
from coding.workbench.edits.seventh import seventh_advice
from coding.workbench.edits.uncertain import key_words, uncertain_terms
from tests.coding.workbench.edits.cases import VISIT, case, fired

TYPE_1 = ("E10", "excludes1", "type 2 diabetes mellitus (E11.-)")
CKD = ("E1122", "use_additional", "code to identify stage of chronic kidney disease (N18.1-N18.6)")
HEART = ("I13", "use_additional", "code to identify type of heart failure (I50.-)")
TOBACCO = ("J00-J99", "use_additional", "code, where applicable, to identify:\ntobacco dependence (F17.-)")
GOUT = ("H22", "code_first", "underlying disease, such as:\ngout (M1A.-, M10.-)\nleprosy (A30.-)")
LIVER = ("K766", "code_also", "any associated complications, such as:\nportal hypertensive gastropathy (K31.89)")
CATARACT = {
    "H2511": "Cataract, right eye",
    "H2512": "Cataract, left eye",
    "H2513": "Cataract, bilateral",
    "H2510": "Cataract, unspecified eye",
}
THUMB = {"S62501A": "Fracture of right thumb", "S62502A": "Fracture of left thumb"}


@pytest.mark.parametrize(
    ("codes", "notes", "rule", "severity"),
    [
        # Guideline I.A.12.a
        (("E109", "E119"), (TYPE_1,), "excludes1", "warn"),
        (("E119", "E109"), (TYPE_1,), "excludes1", "warn"),
        (("E119", "E108"), (("E10", "excludes2", TYPE_1[2]),), "excludes1", None),
        (("E119", "I10"), (TYPE_1,), "excludes1", None),
        # A note both inherit points, it does not part.
        (("I600", "I610"), (("I60-I69", "excludes1", "other (I61.-)"),), "excludes1", None),
        # Guideline I.B.7: the stage belongs to the code
        (("E1122",), (CKD,), "use_additional", "warn"),
        (("E1122", "N1832"), (CKD,), "use_additional", None),
        (("E1122", "N186"), (CKD,), "use_additional", None),
        (("E1122", "N189"), (CKD,), "use_additional", "warn"),
        (("I5023", "I130"), (HEART,), "use_additional", "warn"),
        (("I130", "I5023"), (HEART,), "use_additional", None),
        (("J189",), (TOBACCO,), "use_additional", "inform"),
        (("J189", "F17210"), (TOBACCO,), "use_additional", None),
        # Guideline I.A.13
        (("H22",), (GOUT,), "code_first", "warn"),
        (("H22", "M109"), (GOUT,), "code_first", "warn"),
        (("M109", "H22"), (GOUT,), "code_first", None),
        (("I10", "H22"), (GOUT,), "code_first", "inform"),
        (("J189",), (("J18", "code_first", "associated influenza, if applicable (J10.-)"),), "code_first", "inform"),
        (("L54",), (("L54", "code_first", "underlying disease."),), "code_first", "warn"),
        (("I10", "L54"), (("L54", "code_first", "underlying disease."),), "code_first", None),
        # Guideline I.A.17: no order
        (("K766",), (LIVER,), "code_also", "inform"),
        (("K3189", "K766"), (LIVER,), "code_also", None),
    ],
)  # fmt: skip
def test_notes_of_the_tabular_list(
    codes: tuple[str, ...], notes: tuple[tuple[str, str, str], ...], rule: str, severity: str | None
) -> None:
    assert fired(case(*codes, notes=notes)).get(rule) == severity


def test_excludes1_names_both_codes_the_note_and_the_exception() -> None:
    found = next(iter(excludes1(case("E119", "E109", notes=(TYPE_1,)))))
    assert found.codes == ("E109", "E119")
    assert found.line == "d2"
    assert found.source == "Excludes1 note at E10; guideline I.A.12.a"
    assert "E10.9 and E11.9" in found.text
    assert "unrelated" in found.text


@given(
    st.lists(
        st.sampled_from(["E109", "E119", "E1122", "I10", "J189", "H22", "M109"]), min_size=1, max_size=6, unique=True
    ),
    st.randoms(),
)
def test_excludes1_is_symmetric_and_independent_of_order(codes: list[str], shuffle: object) -> None:
    notes = (TYPE_1, ("J18", "excludes1", "gout (M10.-)"), ("M10", "excludes1", "pneumonia (J18.-)"))
    mixed = list(codes)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    here, there = (sorted(each.key for each in excludes1(case(*order, notes=notes))) for order in (codes, mixed))
    assert here == there
    assert len(here) == len(set(here))


def test_edits_without_order_do_not_depend_on_the_order_of_the_secondaries() -> None:
    texts = {
        tuple(
            sorted(
                (found.rule, found.codes)
                for found in _edits(case("A419", *order, notes=(TYPE_1, LIVER), titles=CATARACT))
            )
        )
        for order in permutations(("E109", "E119", "K766", "H2511", "H2512"))
    }
    assert len(texts) == 1


def _edits(of: Case) -> list:  # type: ignore[type-arg]
    from coding.workbench.edits.engine import live_edits

    return live_edits(of)


@pytest.mark.parametrize(
    ("codes", "titles", "rule", "severity"),
    [
        (("H2511", "H2512"), CATARACT, "two_sides", "warn"),
        (("H2511", "H2513"), CATARACT, "side_beside_both", "warn"),
        (("H2510", "H2511"), CATARACT, "side_open_beside_named", "warn"),
        (("H2510",), CATARACT, "side_open", "inform"),
        (("H2511",), CATARACT, "side_open", None),
        (("S62501A", "S62502A"), THUMB, "two_sides", None),
        (("E785",), {"E785": "Hyperlipidemia, unspecified", "E781": "Pure hyperglyceridemia"}, "unspecified", "inform"),
        (("E785",), {"E785": "Hyperlipidemia, unspecified"}, "unspecified", None),
    ],
)  # fmt: skip
def test_laterality_and_detail(codes: tuple[str, ...], titles: dict[str, str], rule: str, severity: str | None) -> None:
    assert fired(case(*codes, titles=titles)).get(rule) == severity


@pytest.mark.parametrize(
    ("codes", "rule", "severity"),
    [
        (("S9304XA",), "no_external_cause", "inform"),
        (("S9304XA", "W1830XA"), "no_external_cause", None),
        (("T39011A",), "no_external_cause", None),  # I.C.20.a.8: poisoning tells its cause
        (("I10", "W1830XA"), "cause_without_injury", "inform"),
        (("S9304XD", "Y92019"), "cause_once", "warn"),
        (("S9304XA", "Y92019"), "cause_once", None),
        (("I10", "Z6841"), "bmi_alone", "warn"),
        (("E6601", "Z6841"), "bmi_alone", None),
        (("Z6841", "E6601"), "bmi_alone", "warn"),
        (("L89154",), "ulcer_stage", "inform"),
        (("I10", "Z0000"), "first_only", "warn"),
        (("Z0000", "I10"), "first_only", None),
        (("I10", "Z5111"), "first_only", "warn"),
        (("O80", "Z370"), "o80_not_alone", None),
        (("O80", "O701", "Z370"), "o80_not_alone", "warn"),
        (("O80",), "no_outcome", "warn"),
        (("Z3400", "O2441"), "normal_beside_o", "warn"),
        (("I10", "O2441"), "chapter_15_first", "inform"),
        (("O2441",), "no_weeks", "inform"),
        (("O2441", "Z3A36"), "no_weeks", None),
        (("O009",), "no_weeks", None),
        (("I10", "I5023"), "presumed_i50", "warn"),
        (("N1832", "I10"), "presumed_n18", "warn"),
        (("I110", "I5023"), "presumed_i50", None),
    ],
)  # fmt: skip
def test_guideline_rules(codes: tuple[str, ...], rule: str, severity: str | None) -> None:
    assert fired(case(*codes)).get(rule) == severity


def test_manifestation_first_is_told_by_its_title() -> None:
    titles = {"H42": "Glaucoma in diseases classified elsewhere"}
    assert fired(case("H42", titles=titles))["manifestation_first"] == "warn"
    assert "manifestation_first" not in fired(case("E119", "H42", titles=titles))


DEFINITIONS = {"A": "initial encounter", "D": "subsequent encounter", "S": "sequela"}


@pytest.mark.parametrize(
    ("code", "headings", "words"),
    [
        ("S9304", {"S9304"}, "S93.04XA initial encounter"),
        ("S9304A", {"S9304"}, "write S93.04XA"),
        ("T360", {"T360"}, "T36.0XXA"),
        ("S9304XB", {"S9304"}, "“B” is no 7th character here"),
        ("S9304XA", {"S9304"}, ""),
        ("E119", set(), ""),
    ],
)
def test_seventh_character_advice_writes_the_code(code: str, headings: set[str], words: str) -> None:
    advice = seventh_advice(code, DEFINITIONS, headings)
    assert (words in advice) if words else advice == ""


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Probable pneumonia.", ["Probable"]),
        ("Rule out MI; consistent with angina", ["Rule out", "consistent with"]),
        ("r/o appendicitis", ["r/o"]),
        ("PE cannot be ruled out.", ["cannot be ruled out"]),
        ("Suspected PE was ruled out by CT.", []),
        ("Not suspected. No suspicion for stroke.", []),
        ("MI ruled out.", []),
        ("Unlikely to be pneumonia.", []),
        ("Stroke is not ruled out", ["not ruled out"]),
        ("Pneumonia.", []),
    ],
)
def test_uncertain_terms_with_negation(text: str, terms: list[str]) -> None:
    assert [doubt.term for doubt in uncertain_terms(text)] == terms


def test_uncertain_diagnosis_is_told_for_outpatients_only_and_names_the_document() -> None:
    titles = {"J189": "Pneumonia, unspecified organism", "R05": "Cough"}
    writing = Writing("ED note", "Plan: antibiotics for probable pneumonia.")
    out = case("J189", titles=titles, stay=VISIT, writings=[writing])
    found = next(each for each in _edits(out) if each.rule == "uncertain")
    assert (found.severity, found.line) == ("inform", "d1")
    assert "ED note" in found.text
    assert "uncertain" not in fired(case("J189", titles=titles, writings=[writing]))
    assert "uncertain" not in fired(case("R05", titles=titles, stay=VISIT, writings=[Writing("n", "probable cough")]))


def test_uncertain_acute_says_nothing_of_the_chronic_disease() -> None:
    titles = {"N1831": "Chronic kidney disease, stage 3a"}
    out = case("N1831", titles=titles, stay=VISIT, writings=[Writing("n", "Rule out acute kidney injury.")])
    assert "uncertain" not in fired(out)
    assert key_words("Pneumonia, unspecified organism") == {"pneumonia"}


def test_professional_claim_takes_twelve_diagnoses() -> None:
    from dataclasses import replace

    office = replace(VISIT, encounter_class="office")
    codes = [f"E{number:03}" for number in range(1, 14)]
    assert fired(case(*codes[:12], stay=office)).get("beyond_claim") is None
    assert fired(case(*codes, stay=office))["beyond_claim"] == "warn"
