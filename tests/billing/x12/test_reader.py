"""Reading any bytes: interchanges, or an X12Error that says where."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.x12.parse import parse_institutional, parse_parties, parse_professional
from billing.x12.reader import X12Error, read, segments, transactions
from tests.billing.x12.samples import INPATIENT, PROFESSIONAL, institutional_file, professional_file
from tests.shared_data import shared_data

TOPICS = ("x12_lfh", "x12_imsweb")
REFUSED = {"837_5010__x12_no_isa_line.txt": ("GS", 1), "837_5010__x12_bad_segment_identifier.txt": ("", 6)}
ROUNDS = 1500
READERS = (read, parse_institutional, parse_professional, parse_parties)


def sample_files() -> list[Path]:
    found = [path for topic in TOPICS for path in sorted(shared_data(topic).iterdir())]
    return [path for path in found if path.is_file() and "LICENSE" not in path.name]


def refusal(reader: Callable[[bytes], object], data: bytes) -> X12Error | None:
    """The error that reading ends with, None when it does not; any other exception goes on."""
    try:
        reader(data)
    except X12Error as error:
        return error
    return None


def mutated(data: bytes, dice: random.Random) -> bytes:
    """A few random edits: changed, inserted, doubled and removed bytes, or the end cut off."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(out) + 1)
        match dice.randrange(5):
            case 0:
                out[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del out[at : at + dice.randrange(1, 40)]
            case 2:
                out[at:at] = bytes(dice.choices(b"*~:^\n 0aZ-.", k=dice.randrange(1, 6)))
            case 3:
                out[at:at] = out[dice.randrange(len(out) + 1) :][:50]
            case _:
                del out[at:]
    return bytes(out)


def test_generated_file_is_read_with_its_envelope() -> None:
    (part,) = read(institutional_file(INPATIENT))
    (group,) = part.groups
    (each,) = group.transactions
    assert part.header.get(13) == "000000012"
    assert group.header.get(6) == "7"
    assert (each.kind, each.guide, each.control_number) == ("837", "005010X223A2", "0001")
    assert (each.body[0].name, each.body[0].position, each.body[-1].position) == ("BHT", 4, 41)
    assert part.problems == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b""),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"~\n", b"\n"),
        lambda data: data.replace(b"~\n", b"\r\n"),
        lambda data: data.replace(b"*", b"|").replace(b":", b">").replace(b"~", b"!"),
        lambda data: b"\xef\xbb\xbf\r\n " + data,
        lambda data: data + b"\n\n  \x1a",
        lambda data: data.removesuffix(b"~\n"),
        lambda data: data.replace(b"*ZZ*LGH381         *", b"*ZZ*LGH381*"),
    ],
)
def test_other_separators_line_ends_and_widths_are_read_alike(change: Callable[[bytes], bytes]) -> None:
    assert parse_institutional(change(institutional_file(INPATIENT))) == [INPATIENT]


def test_interchanges_with_different_separators_in_one_file_are_read() -> None:
    first = institutional_file(INPATIENT)
    second = professional_file(PROFESSIONAL).replace(b"*", b"|").replace(b"~", b"'")
    assert len(read(first + second)) == 2
    assert parse_institutional(first + second) == [INPATIENT]
    assert parse_professional(first + second) == [PROFESSIONAL]


@pytest.mark.parametrize(
    ("data", "segment", "position"),
    [
        (b"", "", 0),
        (b"  \n", "", 0),
        (b"GS*HC*A*B~", "GS", 1),
        (b"ISA", "", 1),
        (b"ISA*00*too short~", "ISA", 1),
        (b"\x00\xff\xfe", "", 1),
    ],
)
def test_bytes_without_a_whole_isa_are_refused_with_place(data: bytes, segment: str, position: int) -> None:
    with pytest.raises(X12Error) as caught:
        read(data)
    if segment:
        assert (caught.value.segment, caught.value.position) == (segment, position)
    assert caught.value.position == position


def test_separators_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(X12Error, match="told apart"):
        read(institutional_file(INPATIENT).replace(b"*:~", b"*~~", 1))


@pytest.mark.parametrize("kept", [3, 12, 41, 42, 43])
def test_truncated_file_is_refused_where_it_ends(kept: int) -> None:
    cut = b"".join(institutional_file(INPATIENT).splitlines(keepends=True)[:kept])
    with pytest.raises(X12Error) as caught:
        read(cut)
    assert caught.value.position == kept + 1
    assert caught.value.segment in {"SE", "GE", "IEA"}


def test_file_cut_inside_a_segment_is_refused() -> None:
    with pytest.raises(X12Error):
        read(institutional_file(INPATIENT)[:900])


def test_wrong_counts_are_listed_and_do_not_stop_reading() -> None:
    data = institutional_file(INPATIENT).replace(b"SE*40*0001", b"SE*x*0002").replace(b"IEA*1*", b"IEA*3*")
    (part,) = read(data)
    assert [(each.segment, each.position) for each in part.problems] == [("SE", 42), ("SE", 42), ("IEA", 44)]
    assert parse_institutional(data) == [INPATIENT]


def test_segment_gives_elements_and_components_and_blanks_beyond_them() -> None:
    found = list(segments(institutional_file(INPATIENT)))
    place = next(segment for segment in found if segment.name == "CLM")
    assert (place.get(1), place.part(5, 3), place.part(5, 9), place.get(99)) == ("A260001", "1", "", "")


def test_sample_files_are_read_or_refused_with_place() -> None:
    refused = {path.name: refusal(transactions, path.read_bytes()) for path in sample_files()}
    errors = {name: error for name, error in refused.items() if error}
    assert set(errors) & set(REFUSED) == set(refused) & set(REFUSED)
    assert len(errors) < len(refused) / 5
    assert all(error.position > 0 for error in errors.values())
    assert [(errors[name].segment, errors[name].position) for name in REFUSED if name in errors] == [
        REFUSED[name] for name in REFUSED if name in errors
    ]


def test_many_claims_are_read_whole() -> None:
    data = (shared_data("x12_imsweb") / "837_5010__x12_many_claims.txt").read_bytes()
    assert sum(len(reader(data)) for reader in (parse_institutional, parse_professional)) == 820


def answers_to(seeds: list[bytes], rounds: int) -> int:
    """How many mutations of the seeds were read or refused; any other exception ends the test."""
    dice = random.Random(837)
    answered = 0
    for _ in range(rounds):
        data = mutated(dice.choice(seeds), dice)
        for reader in READERS:
            refusal(reader, data)
            answered += 1
    return answered


def test_mutated_samples_raise_nothing_but_x12_error() -> None:
    assert answers_to([path.read_bytes() for path in sample_files()], ROUNDS) == ROUNDS * len(READERS)


def test_mutated_files_of_ours_raise_nothing_but_x12_error() -> None:
    seeds = [institutional_file(INPATIENT), professional_file(PROFESSIONAL)]
    assert answers_to(seeds, ROUNDS) == ROUNDS * len(READERS)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_an_isa_are_refused_or_read_never_anything_else(tail: bytes) -> None:
    error = refusal(read, institutional_file(INPATIENT)[:107] + tail)
    assert error is None or error.position >= 1
