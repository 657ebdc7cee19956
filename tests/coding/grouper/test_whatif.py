"""The what-if surface: equal to brute force, and the laws of load-bearing codes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from coding.grouper.carrying import carrying
from coding.grouper.claim import DiagnosisInput, GrouperClaim
from coding.grouper.engine import group, group_pair
from coding.grouper.results import DrgAnswer
from coding.grouper.whatif import Change, Kind, Places, Surface, changed, fitted, flips, surface
from hims.lib.errors import DomainError
from tests.coding.grouper.stays import stay, truth_stay
from tests.coding.grouper.test_laws import claims
from tests.shared_data import json_lines, shared_data

EXEMPT = frozenset({"Z9049"})
CASES = 1000
often = settings(max_examples=60, deadline=None)


def brute(claim: GrouperClaim) -> list[tuple[str, str, int, str, DrgAnswer, DrgAnswer]]:
    """Every change written out by hand, one plain grouping each: kind, code, place, POA, both answers."""
    dx, px = claim.secondaries, claim.procedures
    rows: list[tuple[Change, GrouperClaim]] = []
    for n, each in enumerate(dx, start=1):
        rest = dx[: n - 1] + dx[n:]
        rows.append(
            (Change(Kind.PRINCIPAL, each.code, n), replace(claim, principal=each, secondaries=(claim.principal, *rest)))
        )
    for n, each in enumerate(dx, start=1):
        rows.append((Change(Kind.REMOVE_DIAGNOSIS, each.code, n), replace(claim, secondaries=dx[: n - 1] + dx[n:])))
    for n, step in enumerate(px, start=1):
        rows.append((Change(Kind.REMOVE_PROCEDURE, step.code, n), replace(claim, procedures=px[: n - 1] + px[n:])))
    for n, each in enumerate((claim.principal, *dx)):
        contrary = {"Y": "N", "W": "N", "N": "Y", "U": "Y", "": "" if each.code in EXEMPT else "YN"}[each.poa]
        for poa in contrary:
            line = DiagnosisInput(each.code, poa)
            other = (
                replace(claim, principal=line) if n == 0 else replace(claim, secondaries=(*dx[: n - 1], line, *dx[n:]))
            )
            rows.append((Change(Kind.POA, each.code, n, poa), other))
    for n, each in enumerate(dx[24:], start=25):
        rows.append((Change(Kind.FORWARD, each.code, n), replace(claim, secondaries=(each, *dx[: n - 1], *dx[n:]))))
    answers = ((change, group(replace(other, secondaries=other.secondaries[:24], procedures=other.procedures[:25])))
               for change, other in rows)  # fmt: skip
    return [(str(c.kind), c.code, c.place, c.poa, r.initial, r.final) for c, r in answers]


def told(found: Surface) -> list[tuple[str, str, int, str, DrgAnswer, DrgAnswer]]:
    return [
        (
            str(each.change.kind),
            each.change.code,
            each.change.place,
            each.change.poa,
            each.drgs.initial,
            each.drgs.final,
        )
        for each in found.outcomes
    ]


@often
@given(claims)
def test_surface_equals_brute_force(claim: GrouperClaim) -> None:
    found = surface(claim, exempt=EXEMPT)
    assert told(found) == brute(claim)
    assert (found.base.initial, found.base.final) == (group(claim).initial, group(claim).final)


@pytest.mark.slow
def test_surface_equals_brute_force_on_a_thousand_recorded_cases() -> None:
    rows = json_lines(shared_data("msdrg_truth") / "multi.jsonl")
    seen = 0
    for row, _ in zip(rows, range(CASES), strict=False):
        claim = truth_stay(row["claim"])
        assert told(surface(claim, exempt=EXEMPT)) == brute(claim.normalised())
        seen += 1
    assert seen == CASES


@often
@given(claims)
def test_removing_a_code_that_is_not_load_bearing_leaves_the_drg(claim: GrouperClaim) -> None:
    carried, before = carrying(claim), group(claim).final.drg
    for place in range(1, len(claim.secondaries) + 1):
        without = changed(claim, Change(Kind.REMOVE_DIAGNOSIS, "", place))
        assert (group(without).final.drg != before) == (place in carried.diagnoses)
    for place in range(1, len(claim.procedures) + 1):
        without = changed(claim, Change(Kind.REMOVE_PROCEDURE, "", place))
        assert (group(without).final.drg != before) == (place in carried.procedures)


@often
@given(claims)
def test_other_principals_are_all_the_secondary_diagnoses_in_coded_order(claim: GrouperClaim) -> None:
    others = surface(claim).of(Kind.PRINCIPAL)
    assert [each.change.code for each in others] == [dx.code for dx in claim.secondaries]
    for place, each in enumerate(others):
        rest = claim.secondaries[:place] + claim.secondaries[place + 1 :]
        plain = group(replace(claim, principal=claim.secondaries[place], secondaries=(claim.principal, *rest)))
        assert (each.drgs.initial, each.drgs.final) == (plain.initial, plain.final)


@often
@given(claims)
def test_u_counts_as_n_and_w_as_y_so_that_one_flip_is_enough(claim: GrouperClaim) -> None:
    def with_poa(old: str, new: str) -> GrouperClaim:
        lines = tuple(replace(dx, poa=new) if dx.poa == old else dx for dx in claim.secondaries)
        return replace(claim, secondaries=lines)

    plain = group(claim)
    for old, new in (("U", "N"), ("W", "Y")):
        other = group(with_poa(old, new))
        assert (other.initial.drg, other.final.drg) == (plain.initial.drg, plain.final.drg)


def test_group_pair_agrees_with_group() -> None:
    claim = stay("J189", ("T80211A", "N"), "J9601", procedures=("02HV33Z",))
    full, pair = group(claim), group_pair(claim.normalised().as_raw())
    assert (pair.initial, pair.final) == (full.initial, full.final)


def test_code_tried_out_is_grouped_as_secondary_principal_and_procedure() -> None:
    claim = stay("J189")
    found = surface(claim, diagnoses=["J9601"], procedures=["0BH17EZ"])
    tried = found.of(Kind.ADD_SECONDARY, Kind.ADD_PRINCIPAL, Kind.ADD_PROCEDURE)
    assert [(each.change.kind, each.change.poa, each.drgs.final.drg) for each in tried] == [
        (Kind.ADD_SECONDARY, "Y", group(stay("J189", "J9601")).final.drg),
        (Kind.ADD_SECONDARY, "N", group(stay("J189", ("J9601", "N"))).final.drg),
        (Kind.ADD_PRINCIPAL, "Y", group(stay("J9601", "J189")).final.drg),
        (Kind.ADD_PROCEDURE, "", group(stay("J189", procedures=("0BH17EZ",))).final.drg),
    ]


def test_line_beyond_the_claim_is_brought_forward_and_closes_a_gap() -> None:
    fill = [f"Z{number}" for number in range(9000, 9024)]
    claim = stay("J189", *fill, "J9601").normalised()
    found = surface(claim, exempt=frozenset(fill))
    assert found.base.final.drg == "195"
    assert [(each.change.code, each.drgs.final.drg) for each in found.of(Kind.FORWARD)] == [("J9601", "193")]
    removed = found.of(Kind.REMOVE_DIAGNOSIS)
    assert {each.drgs.final.drg for each in removed[:24]} == {"193"}
    assert not removed[24].carries


def test_added_code_of_a_full_claim_takes_the_last_place() -> None:
    claim = stay("J189", "I10", "E119").normalised()
    other = changed(claim, Change(Kind.ADD_SECONDARY, "J9601", poa="Y"), Places(secondaries=2))
    assert [dx.code for dx in fitted(other, Places(secondaries=2)).secondaries] == ["I10", "J9601"]


def test_equal_claims_are_grouped_once() -> None:
    claim = stay("J189", procedures=("02HV33Z", "02HV33Z", "02HV33Z"))
    found = surface(claim)
    assert len(found.outcomes) == 4
    assert found.groupings == 2


@pytest.mark.parametrize(("poa", "exempt", "contrary"), [("Y", False, ("N",)), ("W", False, ("N",)), ("N", False, ("Y",)),
                         ("U", False, ("Y",)), ("", False, ("Y", "N")), ("", True, ())])  # fmt: skip
def test_flips_say_the_contrary(poa: str, exempt: bool, contrary: tuple[str, ...]) -> None:
    assert flips(DiagnosisInput("I10", poa), frozenset({"I10"} if exempt else ())) == contrary


def test_surface_as_record_is_plain_and_complete() -> None:
    record = surface(stay("J189", "J9601")).as_record()
    assert record["drg"] == "193"
    assert [each["kind"] for each in record["changes"]] == ["principal", "remove_diagnosis", "poa", "poa"]
    assert record["changes"][1] == {
        "kind": "remove_diagnosis", "code": "J9601", "place": 1, "poa": "", "initial_drg": "195", "drg": "195",
        "severity": "NON_CC", "return_code": "OK", "carries": True,
    }  # fmt: skip


def test_surface_of_a_malformed_claim_names_the_field() -> None:
    with pytest.raises(DomainError, match="not a code"):
        surface(stay("J-18"))


def test_level_of_a_code_the_drg_is_built_on_does_not_count_by_logic() -> None:
    assert carrying(stay("I5023", "I214")).by_logic == {1}
    assert carrying(stay("I5023", "I214", "J9601")).by_logic == {1}
    assert carrying(stay("B20", "B59", "J9601")).by_logic == {1}
    assert carrying(stay("J189", "J9601", "N179")).by_logic == frozenset()


def test_two_codes_that_each_suffice_are_both_not_load_bearing() -> None:
    assert carrying(stay("J189", "J9601")).diagnoses[1].drg == "195"
    assert carrying(stay("J189", "J9601", "R6521")).diagnoses == {}


def test_procedure_is_load_bearing_when_the_drg_turns_medical_without_it() -> None:
    carried = carrying(stay("K3580", procedures=("0DTJ4ZZ",)))
    assert list(carried.procedures) == [1]
