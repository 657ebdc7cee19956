"""Accounts that look forgotten."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.staffing.selectors.accounts import Dormant, leavers_to_certify, leavers_to_manage
from hims.lib.access import Role
from hims.lib.errors import AccessDenied
from hims.staff.models import Facility, Membership, User
from tests.audit.staffing.conftest import DAY, TODAY
from tests.audit.staffing.test_accounts import token
from tests.clients import signed_in
from tests.trail import told

pytestmark = pytest.mark.django_db


def found(by: User, kind: str, days: int = 90) -> list[str]:
    return [account.username for account in leavers_to_manage(by=by, kind=kind, unused_days=days).rows]


@pytest.mark.parametrize(("days_ago", "listed"), [(89, False), (91, True)])
def test_unused_counts_from_the_last_sign_in_or_from_the_making(
    days_ago: int, listed: bool, administrator: User, coder: User
) -> None:
    then = timezone.now() - timedelta(days=days_ago)
    User.objects.filter(pk=coder.pk).update(last_login=then, date_joined=then - timedelta(days=500))
    assert ("dana" in found(administrator, Dormant.UNUSED)) is listed
    User.objects.filter(pk=coder.pk).update(last_login=None, date_joined=then)
    assert ("dana" in found(administrator, Dormant.UNUSED)) is listed


def test_unused_account_whose_token_works_is_in_use(administrator: User, coder: User) -> None:
    User.objects.filter(pk=coder.pk).update(date_joined=timezone.now() - timedelta(days=400))
    kept = token(coder)
    assert found(administrator, Dormant.UNUSED) == ["dana"]
    kept.last_used_at = timezone.now()
    kept.save()
    assert found(administrator, Dormant.UNUSED) == []


def test_ended_and_roleless_and_token_kinds(
    administrator: User, coder: User, biller: User, newcomer: User, specialist: User
) -> None:
    Membership.objects.filter(user=coder).update(valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY)
    Membership.objects.filter(user=specialist).update(valid_from=TODAY + 9 * DAY)
    User.objects.filter(pk=biller.pk).update(is_active=False)
    for user in (coder, biller, specialist):
        token(user)
    assert found(administrator, Dormant.ENDED) == ["dana"]
    assert found(administrator, Dormant.ROLELESS) == ["noor"]
    assert found(administrator, Dormant.TOKENS) == ["dana", "marcus"]


def test_leavers_of_another_facility_are_not_listed(administrator: User, outsider: User) -> None:
    Membership.objects.filter(user=outsider).update(valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY)
    assert found(administrator, Dormant.ENDED) == []


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMINISTRATOR, 200), (Role.HIM_MANAGER, 200), (Role.PRIVACY_OFFICER, 200), (Role.CODER, 403),
     (Role.PROVIDER, 403), (Role.EXTERNAL_AUDITOR, 403), (Role.BILLER, 403)],
)  # fmt: skip
def test_pages_of_the_section_by_role(role: Role, status: int, person: Callable[..., User], facility: Facility) -> None:
    client = signed_in(person("anyone", role, facility))
    for route in ("accounts", "roles", "duties", "leavers"):
        assert client.get(reverse(f"staffing:{route}")).status_code == status, route
    assert client.post(reverse("staffing:leavers_file")).status_code == status
    certifies = role in (Role.HIM_MANAGER, Role.PRIVACY_OFFICER)
    for route in ("reviews", "start_review", "audits", "start_audit"):
        assert client.get(reverse(f"staffing:{route}")).status_code == (200 if certifies else 403), route
    assert client.get(reverse("staffing:create")).status_code == (200 if role is Role.ADMINISTRATOR else 403)
    assert client.get(reverse("staffing:me")).status_code == 200
    assert ('href="/staff/"' in client.get("/").content.decode().split("</nav>")[0]) is (status == 200)


def test_account_page_by_role(
    person: Callable[..., User], coder: User, administrator: User, him_manager: User, facility: Facility
) -> None:
    url = reverse("staffing:account", args=[coder.pk])
    assert signed_in(coder).get(url).status_code == 403
    reading = signed_in(him_manager).get(url).content.decode()
    managing = signed_in(administrator).get(url).content.decode()
    give = reverse("staffing:give_role", args=[coder.pk])
    assert give not in reading
    assert give in managing
    own = signed_in(administrator).get(reverse("staffing:account", args=[administrator.pk])).content.decode()
    assert reverse("staffing:give_role", args=[administrator.pk]) not in own


def test_leavers_as_csv_and_recorded(administrator: User, newcomer: User) -> None:
    User.objects.filter(pk=newcomer.pk).update(display_name="=Noor")
    answer = signed_in(administrator).post(reverse("staffing:leavers_file"), {"unused_days": "30"})
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[1][:3] == ["never had a role", "'=Noor", "noor"]
    assert told(administrator)[-1] == ("staff.leavers_exported", "done")


def test_leavers_by_a_person_without_either_right_are_refused_and_recorded(coder: User) -> None:
    with pytest.raises(AccessDenied):
        leavers_to_certify(by=coder, kind=Dormant.ENDED, unused_days=90)
    assert told(coder) == [("staff.leavers_listed", "refused")]


def test_close_button_leads_to_the_form_that_closes(administrator: User, newcomer: User) -> None:
    client = signed_in(administrator)
    page = client.get(reverse("staffing:leavers"), {"kind": "roleless"}).content.decode()
    url = reverse("staffing:close", args=[newcomer.pk])
    assert url in page
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "never came", "end_roles": "on"}).status_code == 302
    newcomer.refresh_from_db()
    assert not newcomer.is_active
    assert client.post(reverse("staffing:reopen", args=[newcomer.pk])).status_code == 200
