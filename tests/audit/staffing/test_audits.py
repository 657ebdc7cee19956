"""External audits: a list of charts, an end, a watermark, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from audit.access.models import AccessGrant, GrantSource
from audit.authority import forget_authority
from audit.staffing.actions import audits as actions
from audit.staffing.models import ExternalAudit
from audit.staffing.watermark import watermark_for
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, Membership, User
from records.registry.models import Patient
from tests.audit.staffing.conftest import DAY, TODAY, account_of
from tests.audit.staffing.conftest import role as role_of
from tests.clients import signed_in
from tests.factories import records as make
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(him_manager: User, auditor: User, facility: Facility) -> ExternalAudit:
    return actions.open_audit(
        by=him_manager, facility=facility, auditor=account_of(auditor), title="RAC 2026-Q4", starts_on=TODAY,
        ends_on=TODAY + 10 * DAY,
    )  # fmt: skip


@pytest.fixture
def listed(facility: Facility) -> Patient:
    return make.patient(facility, family_name="Listed")


@pytest.fixture
def other(facility: Facility) -> Patient:
    return make.patient(facility, family_name="Unlisted")


def number(patient: Patient) -> str:
    return str(patient.mrns.get().value)


def put(by: User, audit: ExternalAudit, *patients: Patient) -> actions.ListChange:
    return actions.list_charts(by=by, external_audit=audit, numbers=[number(patient) for patient in patients])


def status(user: User, patient: Patient) -> int:
    return signed_in(user).get(reverse("records:chart", args=[patient.pk])).status_code


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.HIM_MANAGER, Role.PRIVACY_OFFICER, Role.SYSTEM)]
)
def test_open_audit_by_any_other_role_is_refused(
    role: Role, person: Callable[..., User], auditor: User, facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        actions.open_audit(
            by=person("anyone", role, facility), facility=facility, auditor=account_of(auditor), title="x",
            starts_on=TODAY, ends_on=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"ends_on": TODAY - DAY}, "ends_on"),
        ({"ends_on": TODAY + 31 * DAY}, "ends_on"),
        ({"starts_on": TODAY + 5 * DAY, "ends_on": TODAY + 4 * DAY}, "ends_on"),
    ],
)
def test_open_audit_with_a_fault_names_its_field(
    changes: dict[str, Any], field: str, him_manager: User, auditor: User, facility: Facility
) -> None:
    values = {"title": "RAC", "starts_on": TODAY, "ends_on": TODAY + 30 * DAY, **changes}
    with pytest.raises(DomainError) as refused:
        actions.open_audit(by=him_manager, facility=facility, auditor=account_of(auditor), **values)
    assert refused.value.field == field


def test_open_audit_for_a_person_without_the_role_or_of_another_facility_is_refused(
    him_manager: User, coder: User, auditor: User, facility: Facility, other_facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        actions.open_audit(
            by=him_manager, facility=facility, auditor=account_of(coder), title="x", starts_on=TODAY, ends_on=TODAY
        )
    assert refused.value.field == "auditor"
    with pytest.raises(AccessDenied):
        actions.open_audit(
            by=him_manager, facility=other_facility, auditor=account_of(auditor), title="x", starts_on=TODAY,
            ends_on=TODAY,
        )  # fmt: skip


def test_auditor_opens_listed_charts_and_nothing_else(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient, other: Patient
) -> None:
    assert (status(auditor, listed), status(auditor, other)) == (404, 404)
    change = put(him_manager, audit, listed)
    assert [found.patient_id for found in change.added] == [listed.pk]
    assert (status(auditor, listed), status(auditor, other)) == (200, 404)
    event = events_of(him_manager)[-1]
    assert (event["event"], event["result"], event["patient_ids"]) == ("staff.audit_charts_listed", "done", [listed.pk])


def test_auditor_may_not_search_patients_or_change_coding(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient, facility: Facility
) -> None:
    stay = make.encounter(facility, listed)
    put(him_manager, audit, listed)
    client = signed_in(auditor)
    assert client.post(reverse("records:patient_search"), {"text": "listed"}).status_code == 403
    assert client.post(reverse("coding:add", args=[stay.pk]), {"code": "I10"}).status_code in (403, 404)
    assert client.get(reverse("records:encounter", args=[stay.pk])).status_code == 200


def test_documents_and_stays_outside_the_list_are_404(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient, other: Patient, facility: Facility
) -> None:
    put(him_manager, audit, listed)
    inside, outside = make.encounter(facility, listed), make.encounter(facility, other)
    note, hidden = make.document(inside), make.document(outside)
    client = signed_in(auditor)
    assert client.get(reverse("records:document", args=[note.pk])).status_code == 200
    assert client.get(reverse("records:document", args=[hidden.pk])).status_code == 404
    assert client.get(reverse("records:encounter", args=[outside.pk])).status_code == 404
    assert client.get(reverse("coding:workbench", args=[outside.pk])).status_code == 404


@pytest.mark.parametrize("end", ["taken off", "closed", "audit over", "role over"])
def test_access_ends(end: str, audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient) -> None:
    put(him_manager, audit, listed)
    assert status(auditor, listed) == 200
    if end == "taken off":
        actions.take_chart_off(by=him_manager, external_audit=audit, patient_id=listed.pk)
    elif end == "closed":
        actions.close_audit(by=him_manager, external_audit=audit)
    elif end == "audit over":
        now = timezone.now()
        AccessGrant.objects.update(during=DateTimeTZRange(now - timedelta(days=1), now))
    else:
        Membership.objects.filter(user=auditor).update(valid_from=TODAY - DAY, valid_to=TODAY - DAY)
    assert status(auditor, listed) in ((403, 404) if end == "role over" else (404,))


def test_grant_reaches_from_now_to_the_end_of_the_last_day_at_the_facility(
    audit: ExternalAudit, him_manager: User, listed: Patient, facility: Facility
) -> None:
    put(him_manager, audit, listed)
    grant = AccessGrant.objects.get()
    zone = ZoneInfo(facility.time_zone)
    last = grant.during.upper.astimezone(zone)
    assert grant.during.lower <= timezone.now()
    assert (last.date(), last.hour) == (TODAY + 11 * DAY, 0)
    assert (grant.source, grant.object_id) == (GrantSource.AUDIT_LIST, str(audit.pk))


def test_grant_of_an_audit_to_come_begins_with_its_first_day_at_the_facility(
    him_manager: User, auditor: User, listed: Patient, facility: Facility
) -> None:
    later = actions.open_audit(
        by=him_manager, facility=facility, auditor=account_of(auditor), title="Later", starts_on=TODAY + 2 * DAY,
        ends_on=TODAY + 3 * DAY,
    )  # fmt: skip
    put(him_manager, later, listed)
    first = AccessGrant.objects.get().during.lower.astimezone(ZoneInfo(facility.time_zone))
    assert (first.date(), first.hour) == (TODAY + 2 * DAY, 0)
    assert status(auditor, listed) == 404


def test_list_charts_reports_unknown_other_facilities_and_restricted_alike(
    audit: ExternalAudit, him_manager: User, listed: Patient, facility: Facility, other_facility: Facility
) -> None:
    rights = role_of(Role.HIM_MANAGER).permissions
    rights.remove(rights.get(codename="confidential_view"))
    forget_authority(him_manager)
    elsewhere = make.patient(other_facility, family_name="Elsewhere")
    secret = make.patient(facility, family_name="Secret", confidential=True)
    numbers = [number(listed), "LGH-999", number(elsewhere), number(secret), number(listed)]
    change = actions.list_charts(by=him_manager, external_audit=audit, numbers=numbers)
    assert [found.number for found in change.added] == [number(listed)]
    assert change.missing == ["LGH-999", number(elsewhere), number(secret)]
    again = actions.list_charts(by=him_manager, external_audit=audit, numbers=numbers)
    assert ([found.number for found in again.known], again.added) == ([number(listed)], [])


def test_chart_taken_off_can_be_put_back(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient
) -> None:
    put(him_manager, audit, listed)
    actions.take_chart_off(by=him_manager, external_audit=audit, patient_id=listed.pk)
    with pytest.raises(DomainError, match="not on the list"):
        actions.take_chart_off(by=him_manager, external_audit=audit, patient_id=listed.pk)
    put(him_manager, audit, listed)
    assert status(auditor, listed) == 200
    assert AccessGrant.objects.count() == 1


def test_audit_that_has_ended_takes_no_chart(audit: ExternalAudit, him_manager: User, listed: Patient) -> None:
    actions.close_audit(by=him_manager, external_audit=audit)
    with pytest.raises(DomainError, match="has ended"):
        put(him_manager, audit, listed)
    with pytest.raises(DomainError, match="has ended"):
        actions.close_audit(by=him_manager, external_audit=audit)


def test_audit_of_another_facility_is_not_visible(
    audit: ExternalAudit, listed: Patient, person: Callable[..., User], other_facility: Facility
) -> None:
    manager = person("pat", Role.HIM_MANAGER, other_facility)
    with pytest.raises(NotVisible):
        put(manager, audit, listed)
    assert signed_in(manager).get(reverse("staffing:audit", args=[audit.pk])).status_code == 404
    assert told(manager)[0] == ("staff.audit_charts_listed", "refused")


def test_pages_look_numbers_up_before_charts_are_opened(
    audit: ExternalAudit, him_manager: User, listed: Patient, other: Patient
) -> None:
    client, url = signed_in(him_manager), reverse("staffing:audit_charts", args=[audit.pk])
    upload = SimpleUploadedFile("list.csv", f"mrn,name\r\n{number(other)},x\r\n".encode())
    page = client.post(url, {"numbers": f"{number(listed)}; LGH-404", "file": upload}).content.decode()
    assert "2 found" in page
    assert "Listed, Ruth" in page
    assert "Unlisted, Ruth" in page
    assert "LGH-404, mrn" in page
    assert AccessGrant.objects.count() == 0
    confirmed = {"numbers": f"{number(listed)}\n{number(other)}", "confirmed": "1"}
    assert client.post(url, confirmed).status_code == 302
    assert AccessGrant.objects.count() == 2
    page = client.get(reverse("staffing:audit", args=[audit.pk])).content.decode()
    assert "Listed, Ruth" in page
    remove = reverse("staffing:audit_remove", args=[audit.pk, other.pk])
    assert client.post(remove).status_code == 302
    assert client.post(remove).status_code == 409
    assert client.post(reverse("staffing:close_audit", args=[audit.pk])).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"numbers": " ,;\n"}, "Enter at least one number"),
        ({"numbers": "x" * 21}, "at most 20 characters"),
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00x")}, "no text file"),
        ({"file": SimpleUploadedFile("a.txt", b"1\n" * 100_001)}, "too large"),
        ({"numbers": "\x00"}, ""),
    ],
)
def test_numbers_that_are_none_are_refused(
    data: dict[str, Any], words: str, audit: ExternalAudit, him_manager: User
) -> None:
    answer = signed_in(him_manager).post(reverse("staffing:audit_charts", args=[audit.pk]), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_page_opens_an_audit_for_auditors_of_the_facility_only(
    him_manager: User, auditor: User, coder: User, facility: Facility
) -> None:
    client = signed_in(him_manager)
    form = client.get(reverse("staffing:start_audit")).content.decode()
    assert str(auditor.pk) in form
    assert str(coder.pk) not in form
    data = {
        "facility": facility.pk, "title": "Payer audit", "auditor": str(auditor.pk), "starts_on": TODAY.isoformat(),
        "ends_on": TODAY.isoformat(),
    }  # fmt: skip
    assert client.post(reverse("staffing:start_audit"), {**data, "auditor": str(coder.pk)}).status_code == 422
    assert client.post(reverse("staffing:start_audit"), data).status_code == 302
    assert "Payer audit" in client.get(reverse("staffing:audits")).content.decode()


def test_my_charts_lists_the_open_charts_with_links(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient, other: Patient, facility: Facility
) -> None:
    stay = make.encounter(facility, listed)
    put(him_manager, audit, listed)
    page = signed_in(auditor).get(reverse("staffing:my_charts")).content.decode()
    assert reverse("records:chart", args=[listed.pk]) in page
    assert reverse("coding:workbench", args=[stay.pk]) in page
    assert "Unlisted" not in page
    assert "RAC 2026-Q4" in page
    event = events_of(auditor)[-1]
    assert (event["event"], event["patient_ids"]) == ("chart.listed", [listed.pk])


def test_every_page_of_an_auditor_carries_the_watermark_and_nobody_elses(
    audit: ExternalAudit, him_manager: User, auditor: User, listed: Patient
) -> None:
    put(him_manager, audit, listed)
    client = signed_in(auditor)
    urls = [reverse("home"), reverse("staffing:my_charts"), listed.get_absolute_url(), reverse("staffing:me")]
    for url in urls:
        page = client.get(url).content.decode()
        assert page.count("UTC · copy for audit RAC 2026-Q4") == 4, url
    assert "watermark" not in signed_in(him_manager).get(listed.get_absolute_url()).content.decode()
    assert watermark_for(him_manager) == ""


def test_watermark_names_the_time_and_only_audits_that_run(audit: ExternalAudit, auditor: User) -> None:
    assert watermark_for(auditor).endswith("copy for audit RAC 2026-Q4")
    assert f"{timezone.now():%m/%d/%Y}" in watermark_for(auditor)
    ExternalAudit.objects.update(closed_at=timezone.now())
    assert watermark_for(auditor).endswith("copy for audit an external audit")
