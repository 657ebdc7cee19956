"""Fields that every noun shares, and facility time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms

from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.forms import LineField, LocalMomentField, add_domain_error, at_zone, day_field, local_text

CHICAGO = "America/Chicago"


class Sample(forms.Form):
    name = LineField(max_length=5, required=False)
    title = LineField(max_length=5)
    on = day_field("On", required=False)
    at = LocalMomentField(required=False)


def errors(**data: str) -> set[str]:
    return set(Sample({"title": "ok", **data}).errors)


def test_line_field_keeps_the_squeezed_text() -> None:
    form = Sample({"title": " a\x00b\u202e "})
    assert form.is_valid()
    assert form.cleaned_data["title"] == "a b"
    assert form.cleaned_data["name"] == ""


@pytest.mark.parametrize("title", ["", "   ", "\x00", "\u200b", "sixsix", "\ufb2c" * 3])
def test_line_field_blank_or_long_after_squeezing_is_refused(title: str) -> None:
    assert errors(title=title) == {"title"}


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "13/45/2026", "\x00", "x" * 5000, "2026-02-29"])
def test_day_field_out_of_the_calendar_or_the_centuries_is_refused(text: str) -> None:
    assert errors(on=text) == {"on"}


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-03-09", "soon", "\x00", "2026-03-09T25:00", "\u202e"]
)
def test_moment_field_out_of_the_calendar_or_the_centuries_is_refused(text: str) -> None:
    assert errors(at=text) == {"at"}


@pytest.mark.parametrize("text", ["2026-03-09T14:05", "03/09/2026 14:05", "2026-03-09 14:05", "2026-03-09T14:05:00"])
def test_moment_field_reads_what_browsers_and_people_write(text: str) -> None:
    form = Sample({"title": "ok", "at": text})
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 3, 9, 14, 5)


GAP = datetime(2026, 3, 8, 2, 30)
TWICE = datetime(2026, 11, 1, 1, 30)


def test_at_zone_in_the_gap_moves_forward_by_the_gap() -> None:
    assert at_zone(GAP, CHICAGO) == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
    assert local_text(at_zone(GAP, CHICAGO), CHICAGO) == "2026-03-08T03:30"


def test_at_zone_in_the_repeated_hour_is_the_first_unless_that_is_too_early() -> None:
    first, second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert at_zone(TWICE, CHICAGO) == first
    assert at_zone(TWICE, CHICAGO, not_before=datetime(2026, 11, 1, 6, 45, tzinfo=UTC)) == second
    assert at_zone(TWICE, CHICAGO, not_before=datetime(2026, 11, 1, 8, 0, tzinfo=UTC)) == first


def test_local_text_of_nothing_is_blank() -> None:
    assert local_text(None, CHICAGO) == ""


@pytest.mark.parametrize(("field", "where"), [("title", "title"), ("elsewhere", "__all__"), ("", "__all__")])
def test_domain_error_stands_beside_its_field_or_on_top(field: str, where: str) -> None:
    form = Sample({"title": "ok"})
    assert form.is_valid()
    add_domain_error(form, DomainError("No.", field=field))
    assert form.errors[where] == ["No."]


@pytest.mark.parametrize("error", [AccessDenied("x"), NotVisible("x"), TrailUnavailable("x")])
def test_domain_error_about_access_is_not_shown_in_a_form(error: DomainError) -> None:
    with pytest.raises(type(error)):
        add_domain_error(Sample({"title": "ok"}), error)
