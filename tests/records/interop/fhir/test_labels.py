"""Security labels of FHIR resources become labels of rows, and back."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest

from hims.lib.labels import Label
from records.interop.fhir.labels import ACT_CODE, CONFIDENTIALITY, UNNAMED, labels_of, security_of

ALL = list(Label)


def resource(*codes: str, confidentiality: str = "") -> dict[str, Any]:
    security = [{"system": ACT_CODE, "code": code} for code in codes]
    if confidentiality:
        security.append({"system": CONFIDENTIALITY, "code": confidentiality})
    return {"resourceType": "Observation", "meta": {"security": security}}


CASES = [
    (("ETH",), "", ("part2",), ()),
    (("ETHUD",), "R", ("part2",), ()),
    (("OPIOIDUD", "HIV"), "V", ("hiv", "part2"), ()),
    (("PSY",), "", ("behavioural",), ()),
    (("MH",), "R", ("behavioural",), ()),
    (("PSYTHPN",), "V", ("psychotherapy",), ()),
    (("GDIS",), "", ("genetic",), ()),
    (("SEX",), "", ("reproductive",), ()),
    (("SDV",), "", ("reproductive",), ()),
    (("ADOL",), "", ("minor",), ()),
    (("hiv",), "", ("hiv",), ()),
    ((), "R", ("behavioural",), (UNNAMED,)),
    ((), "V", ("behavioural",), (UNNAMED,)),
    ((), "N", (), ()),
    (("VIP",), "", (), ()),
    (("NEWCODE",), "", ("behavioural",), (UNNAMED,)),
    (("HIV", "NEWCODE"), "", ("behavioural", "hiv"), (UNNAMED,)),
    ((), "", (), ()),
]


@pytest.mark.parametrize(("codes", "confidentiality", "labels", "notes"), CASES)
def test_codes_of_the_sender_become_labels(
    codes: tuple[str, ...], confidentiality: str, labels: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    assert labels_of(resource(*codes, confidentiality=confidentiality)) == (labels, notes)


@pytest.mark.parametrize("size", range(len(ALL) + 1))
def test_labels_survive_the_round_trip(size: int) -> None:
    for some in combinations(ALL, size):
        words = tuple(sorted(label.value for label in some))
        assert labels_of({"meta": {"security": security_of(some)}}) == (words, ())


def test_security_label_of_a_document_counts_like_meta() -> None:
    concept = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
    assert labels_of({"resourceType": "DocumentReference", "securityLabel": [concept]}) == (("hiv",), ())


@pytest.mark.parametrize(
    "broken", [None, 3, "x", [], {"security": 3}, {"security": [3, None, {"system": 3, "code": []}]}]
)
def test_broken_labels_do_not_break_the_reading(broken: object) -> None:
    assert labels_of({"meta": broken, "securityLabel": broken}) == ((), ())


def test_codes_of_other_systems_are_no_labels() -> None:
    other = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    assert labels_of({"meta": {"security": [other]}}) == ((), ())
    assert list(chain(security_of([]))) == []
