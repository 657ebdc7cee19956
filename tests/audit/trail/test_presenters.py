"""Words of the trail."""

from __future__ import annotations

import pytest

from audit.trail.presenters import object_words


@pytest.mark.parametrize(
    ("object_type", "words"),
    [("emergencyaccess", "emergency access"), ("patient", "patient"), ("gone_since", "gone_since"), ("", "")],
)
def test_object_words_are_those_of_the_model(object_type: str, words: str) -> None:
    assert object_words(object_type) == words
