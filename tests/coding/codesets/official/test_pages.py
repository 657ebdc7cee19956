"""The page of the official files: upload, dry run, confirmation, rollback; and what others get."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.codesets import selectors
from coding.codesets.official.enums import LoadKind, LoadState
from coding.codesets.official.models import CodeSetLoad
from hims.jobs.models import Job
from hims.jobs.tasks import run_job
from hims.staff.models import User
from tests.coding.codesets.official.files import CM_OCTOBER, order_file

pytestmark = pytest.mark.django_db
OCTOBER = date(2025, 10, 1)


@pytest.fixture
def browser(client: Client, him_manager: User) -> Client:
    client.force_login(him_manager)
    return client


def upload(client: Client, content: bytes, **more: str) -> Any:
    data = {"kind": LoadKind.CM_ORDER.value, "effective_from": "2025-10-01", **more}
    return client.post("/codes/loads/new", {**data, "file": SimpleUploadedFile("order.txt", content)})


def work() -> None:
    """What the worker would do."""
    for name in Job.objects.filter(state="pending", name__startswith="codeset.").values_list("pk", flat=True):
        run_job(str(name))


def the_load() -> CodeSetLoad:
    return CodeSetLoad.objects.get()


def test_file_is_compared_shown_confirmed_loaded_and_rolled_back(browser: Client) -> None:
    answer = upload(browser, order_file(CM_OCTOBER))
    assert (answer.status_code, the_load().state) == (302, LoadState.CHECKING)
    work()
    assert not selectors.validity("icd10cm", "A000", OCTOBER).known
    page = browser.get(the_load().get_absolute_url()).content.decode()
    assert "Read, not loaded yet" in page
    assert "Invented fever with rash" in page
    browser.post(f"/codes/loads/{the_load().pk}/confirm")
    assert "hx-trigger" in browser.get(f"/codes/loads/{the_load().pk}/progress").content.decode()
    work()
    assert selectors.validity("icd10cm", "A000", OCTOBER).valid
    assert the_load().loaded_by_id is not None
    browser.post(f"/codes/loads/{the_load().pk}/rollback")
    work()
    assert the_load().state == LoadState.ROLLED_BACK
    assert not selectors.validity("icd10cm", "A000", OCTOBER).known
    assert "Rolled back" in browser.get("/codes/loads/").content.decode()


def test_refused_file_says_line_and_remedy_on_its_page(browser: Client) -> None:
    upload(browser, order_file([*CM_OCTOBER, CM_OCTOBER[1]]))
    work()
    assert the_load().state == LoadState.REFUSED
    assert "Line 5: A000 stands in the file twice" in browser.get(the_load().get_absolute_url()).content.decode()
    answer = browser.post(f"/codes/loads/{the_load().pk}/confirm")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "none"}, "Select a valid choice"),
        ({"effective_from": "soon"}, "Enter a valid date"),
        ({"effective_to": "2025-09-30"}, "The last day lies before the first"),
        ({"kind": "cpt"}, "needs a licence attestation"),
    ],
)
def test_form_with_a_wrong_field_is_answered_beside_it(browser: Client, more: dict[str, str], said: str) -> None:
    answer = upload(browser, order_file(CM_OCTOBER), **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CodeSetLoad.objects.exists()


def test_list_of_loads_costs_the_same_with_one_and_three_rows(browser: Client, him_manager: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/codes/loads/").status_code == 200
        return len(caught)

    def one(number: int) -> None:
        CodeSetLoad.objects.create(
            kind=LoadKind.CM_ORDER, file_name=f"{number}.txt", sha256=str(number) * 64, size_bytes=1,
            effective_from=OCTOBER, created_by=him_manager,
        )  # fmt: skip

    one(1)
    queries()
    first = queries()
    one(2)
    one(3)
    assert queries() == first


@pytest.mark.parametrize("path", ["/codes/loads/", "/codes/loads/new"])
def test_coder_has_no_right_to_the_official_files(client: Client, coder: User, path: str) -> None:
    client.force_login(coder)
    assert client.get(path).status_code == 403
    assert client.post("/codes/loads/new").status_code == 403
