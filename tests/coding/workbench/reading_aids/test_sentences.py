"""Sentences, and those that are carried forward."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.reading_aids.sentences import normal, repeated, sentences

TEXT = (
    "Assessment:\n- Acute on chronic systolic heart failure, EF 35 %.  Lasix 40 mg i.v. given. Stable\n\nPlan: diurese!"
)


def words(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


def test_sentences_end_with_their_line_or_with_a_full_stop_before_a_blank() -> None:
    assert words(TEXT) == [
        "Assessment:", "- Acute on chronic systolic heart failure, EF 35 %.", "Lasix 40 mg i.v.", "given.", "Stable",
        "Plan: diurese!",
    ]  # fmt: skip


@given(text=st.text(alphabet="ab .!?;\n-1", max_size=60))
def test_sentences_hold_everything_but_blanks_once_and_in_order(text: str) -> None:
    spans = list(sentences(text))
    assert all(first.end <= second.start for first, second in pairwise(spans))
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= covered


def test_same_sentence_is_told_by_its_letters_and_digits() -> None:
    assert normal("- Acute on chronic  SYSTOLIC heart failure.") == "acute on chronic systolic heart failure"
    assert normal("Vitals stable.") == ""


def test_repeated_names_the_earliest_document() -> None:
    earlier = [
        "Chest clear to auscultation bilaterally.",
        "chest clear to auscultation bilaterally; no oedema of the legs today",
    ]
    text = "Chest clear to auscultation, bilaterally. No oedema of the legs today. Troponin 0.4 ng/ml, was 0.2."
    found = [(text[span.start : span.end], source) for span, source in repeated(text, earlier)]
    assert found == [("Chest clear to auscultation, bilaterally.", 0), ("No oedema of the legs today.", 1)]


def test_changed_figure_is_no_repetition() -> None:
    assert repeated("Creatinine is 1.9 mg/dl this morning.", ["Creatinine is 1.8 mg/dl this morning."]) == []
