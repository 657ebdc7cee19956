"""The code search for programs."""

from __future__ import annotations

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from coding.codesets.api import code_search
from hims.staff.models import User

pytestmark = pytest.mark.usefixtures("codes")


def test_search_answers_codes_with_dot_title_and_score(coder: User) -> None:
    request = APIRequestFactory().get("/", {"q": "dilated cardiomyopathy", "system": "icd10cm", "on": "2026-09-30"})
    force_authenticate(request, coder)
    answer = code_search(request)
    assert answer.status_code == 200
    first = answer.data[0]
    assert (first["code"], first["title"], first["billable"]) == ("I42.0", "Dilated cardiomyopathy", True)


def test_search_with_unknown_system_is_400_naming_the_field(coder: User) -> None:
    request = APIRequestFactory().get("/", {"q": "x", "system": "snomed"})
    force_authenticate(request, coder)
    answer = code_search(request)
    assert answer.status_code == 400
    assert "system" in answer.data


def test_search_without_sign_in_is_refused() -> None:
    assert code_search(APIRequestFactory().get("/", {"q": "x"})).status_code == 403
