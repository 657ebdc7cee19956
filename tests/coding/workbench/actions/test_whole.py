"""The whole coding at once."""

from __future__ import annotations

from datetime import date

import pytest

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.whole import WholeDiagnosis, WholeProcedure, replace_codes
from coding.workbench.models import CodingRecord
from hims.lib.errors import DomainError
from hims.staff.models import User

pytestmark = pytest.mark.django_db


def test_replace_takes_the_place_of_what_was_there_in_one_change(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="J189", poa="Y")
    replace_codes(
        by=coder, record=record, version=1,
        diagnoses=[WholeDiagnosis("principal", "I130", "Y"), WholeDiagnosis("secondary", "J189", "N"),
                   WholeDiagnosis("secondary", "Z794")],
        procedures=[WholeProcedure("02HV33Z", date(2026, 3, 10))],
    )  # fmt: skip
    assert list(record.diagnoses.values_list("role", "sequence", "code", "poa")) == [
        ("principal", 1, "I130", "Y"), ("secondary", 1, "J189", "N"), ("secondary", 2, "Z794", ""),
    ]  # fmt: skip
    record.refresh_from_db()
    assert (record.version, record.grouping.mdc) == (2, "05")


@pytest.mark.parametrize(
    ("diagnoses", "sentence"),
    [
        ([WholeDiagnosis("principal", "A000", "Y")], "A00.0 is not in ICD-10-CM."),
        ([WholeDiagnosis("principal", "I130"), WholeDiagnosis("secondary", "I130")], "coded already"),
        ([WholeDiagnosis("principal", "I130", "Q")], "POA is Y, N, U, W"),
    ],
)
def test_replace_with_a_wrong_code_changes_nothing(
    diagnoses: list[WholeDiagnosis], sentence: str, record: CodingRecord, coder: User
) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="J189", poa="Y")
    with pytest.raises(DomainError, match=sentence):
        replace_codes(by=coder, record=record, version=1, diagnoses=diagnoses)
    assert list(record.diagnoses.values_list("code", flat=True)) == ["J189"]
