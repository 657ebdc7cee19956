"""Pages of claims and files: preview, export, download, and what the outsider gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.monitoring.models import RuleSetting
from billing.claims.actions.export import export_claims
from billing.claims.jobs import export_job
from billing.claims.models import Claim, ClaimFile
from hims.jobs.models import Job, JobState
from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.registry.models import Coverage, Patient
from tests.billing.claims import scenes
from tests.clients import signed_in
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(facility: Facility, coder: User) -> Claim:
    return scenes.claim_of(scenes.HEART_FAILURE, facility, coder)


def test_preview_shows_parties_codes_lines_and_segments(claim: Claim, biller: User) -> None:
    page = signed_in(biller).get(claim.get_absolute_url()).content.decode()
    for words in (
        "LGH-1000001", "Thornbury, Walter Ames", "NPI 1234567893", "Payer medicare", "I13.0", "Title of I130", "0206", "9,250.00",
        "0111", "291", "A500001-1*18418.4***11:A:1", "Ready",
    ):  # fmt: skip
        assert words in page, words
    assert told(biller)[-1] == ("claim.viewed", "done")


def test_preview_of_an_office_claim_shows_pointers_and_place(facility: Facility, coder: User, biller: User) -> None:
    claim = scenes.claim_of(scenes.FOOT, facility, coder)
    page = signed_in(biller).get(claim.get_absolute_url()).content.decode()
    for words in ("Place of service", "G0246", "Pointers", "Professional (837P)"):
        assert words in page


def test_preview_of_a_claim_that_left_shows_what_was_sent(claim: Claim, biller: User, facility: Facility) -> None:
    export_claims(by=biller, facility=facility)
    Patient.objects.update(family_name="Changed")
    page = signed_in(biller).get(claim.get_absolute_url()).content.decode()
    assert "changed since this claim left" in page
    assert "IL*1*THORNBURY*WALTER*AMES" in page


def test_preview_with_faults_lists_all_of_them(claim: Claim, biller: User) -> None:
    Coverage.objects.update(member_id="X")
    scenes.refresh(claim.encounter)
    page = signed_in(biller).get(claim.get_absolute_url()).content.decode()
    assert "member ID of the coverage needs at least 2 characters" in page
    assert "What holds the claim" in page


def test_preview_of_a_superseded_claim_opens(claim: Claim, biller: User, coder: User) -> None:
    scenes.summarize(claim.encounter, scenes.case(scenes.HEART_FAILURE), coder, number=2)
    scenes.refresh(claim.encounter)
    page = signed_in(biller).get(claim.get_absolute_url()).content.decode()
    assert "Superseded by a later coding" in page


def test_rebuild_button_tells_whether_the_claim_is_ready(claim: Claim, biller: User) -> None:
    client = signed_in(biller)
    url = reverse("billing:rebuild_claim", kwargs={"claim_id": claim.pk})
    assert "The claim is ready." in client.post(url, follow=True).content.decode()
    Coverage.objects.update(member_id="X1")
    assert "still held" in client.post(url, follow=True).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", True), ("?state=ready", True), ("?state=held", False), ("?form=837P", False), ("?state=bogus", True)],
)
def test_claims_are_listed_by_state_and_form(query: str, shown: bool, claim: Claim, biller: User) -> None:
    page = signed_in(biller).get(reverse("billing:claims") + query).content.decode()
    assert ("A500001-1" in page) is shown


def test_export_button_queues_a_job_and_the_page_tells_how_it_went(claim: Claim, biller: User) -> None:
    client = signed_in(biller)
    assert "Export 1 ready claim" in client.get(reverse("billing:claims")).content.decode()
    page = client.post(reverse("billing:export"), follow=True).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert Claim.objects.get().state == "ready"
    row = Job.objects.get(name="billing.export")
    row.result, row.state = dict(export_job(row)), JobState.DONE
    row.save()
    status = client.get(reverse("billing:export_status"))
    assert status.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in status.content.decode()
    assert "1 claim written to 1 file" in client.get(reverse("billing:claims")).content.decode()
    assert "1 claim written" not in client.get(reverse("billing:claims")).content.decode()


def test_export_that_was_given_up_is_said(claim: Claim, biller: User) -> None:
    client = signed_in(biller)
    client.post(reverse("billing:export"))
    Job.objects.update(state=JobState.DEAD)
    assert "did not finish" in client.get(reverse("billing:export_status")).content.decode()


def test_export_by_a_manager_without_the_right_is_forbidden(claim: Claim, him_manager: User) -> None:
    client = signed_in(him_manager)
    assert "Export 1 ready" not in client.get(reverse("billing:claims")).content.decode()
    assert client.post(reverse("billing:export")).status_code == 403
    assert not Job.objects.filter(name="billing.export").exists()


def test_export_of_many_patients_needs_a_reason_that_stands_in_the_trail(claim: Claim, biller: User) -> None:
    RuleSetting.objects.create(rule="bulk_outflow", limits={"patients": 0}, changed_by=biller)
    client = signed_in(biller)
    assert 'name="reason"' in client.get(reverse("billing:claims")).content.decode()
    page = client.post(reverse("billing:export"), {"reason": "short"}, follow=True).content.decode()
    assert "Say in a few words what you need it for." in page
    assert not Job.objects.filter(name="billing.export").exists()
    client.post(reverse("billing:export"), {"reason": "Claims of the day"})
    assert Job.objects.filter(name="billing.export").exists()
    asked = [event for event in events_of(biller) if event["event"] == "claim.export_requested"]
    assert [event["detail"] for event in asked] == [{"reason": "Claims of the day"}] * 2


def test_export_by_get_is_not_allowed(biller: User, facility: Facility) -> None:
    assert signed_in(biller).get(reverse("billing:export")).status_code == 405


def test_files_are_listed_and_downloads_are_identical(claim: Claim, biller: User, facility: Facility) -> None:
    export_claims(by=biller, facility=facility)
    file = ClaimFile.objects.get()
    client = signed_in(biller)
    assert "837I_LGH_000000001.x12" in client.get(reverse("billing:files")).content.decode()
    first, second = client.get(file.get_absolute_url()), client.get(file.get_absolute_url())
    assert first.content == second.content == bytes(file.content)
    assert first.headers["Content-Disposition"] == 'attachment; filename="837I_LGH_000000001.x12"'
    assert told(biller)[-1] == ("claim.file_downloaded", "done")


def test_file_of_many_patients_is_downloaded_with_a_reason_only(claim: Claim, biller: User, facility: Facility) -> None:
    export_claims(by=biller, facility=facility)
    RuleSetting.objects.create(rule="bulk_outflow", limits={"patients": 0}, changed_by=biller)
    url, client = ClaimFile.objects.get().get_absolute_url(), signed_in(biller)
    for asked in (client.get(url), client.post(url, {"reason": "short"})):
        assert (asked.status_code, "Content-Disposition" in asked.headers) == (422, False)
        assert "Say in a few words what you need it for." in asked.content.decode()
    file = client.post(url, {"reason": "Lost by the clearing house"})
    assert file.content == bytes(ClaimFile.objects.get().content)
    downloads = [event for event in events_of(biller) if event["event"] == "claim.file_downloaded"]
    assert [(event["result"], event["detail"]) for event in downloads] == [
        ("refused", {"reason": "", "field": "reason"}), ("refused", {"reason": "short", "field": "reason"}),
        ("done", {"reason": "Lost by the clearing house"}),
    ]  # fmt: skip


def test_file_of_another_facility_is_a_404(
    claim: Claim, biller: User, facility: Facility, person: Callable[..., User], other_facility: Facility
) -> None:
    export_claims(by=biller, facility=facility)
    stranger = signed_in(person("zoe", Role.BILLER, other_facility))
    assert stranger.get(ClaimFile.objects.get().get_absolute_url()).status_code == 404
    assert "837I_LGH" not in stranger.get(reverse("billing:files")).content.decode()


def test_file_with_a_confidential_patient_is_hidden(claim: Claim, biller: User, facility: Facility) -> None:
    export_claims(by=biller, facility=facility)
    Patient.objects.update(confidential=True)
    client = signed_in(biller)
    assert client.get(ClaimFile.objects.get().get_absolute_url()).status_code == 404
    assert "837I_LGH" not in client.get(reverse("billing:files")).content.decode()


def test_files_with_one_and_three_rows_take_the_same_queries(biller: User, facility: Facility, coder: User) -> None:
    client, spent = signed_in(biller), []
    client.get(reverse("billing:files"))
    for group in ([1], [2, 3]):
        for number in group:
            scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=number)
            export_claims(by=biller, facility=facility)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("billing:files"))
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_payers_number_is_recorded_on_the_account_page(
    claim: Claim, biller: User, coder: User, facility: Facility
) -> None:
    export_claims(by=biller, facility=facility)
    scenes.summarize(claim.encounter, scenes.case(scenes.HEART_FAILURE), coder, number=2)
    scenes.refresh(claim.encounter)
    client = signed_in(biller)
    page = client.get(claim.account.get_absolute_url()).content.decode()
    assert "Payer&#x27;s number of A500001-1" in page or "Payer's number of A500001-1" in page
    url = reverse("billing:payer_number", kwargs={"claim_id": claim.pk})
    assert "Enter the payer" in client.post(url, {"payer_control_number": "1*2"}, follow=True).content.decode()
    assert "is on file" in client.post(url, {"payer_control_number": "ICN-7"}, follow=True).content.decode()
    assert Claim.objects.get(frequency="7").state == "ready"
