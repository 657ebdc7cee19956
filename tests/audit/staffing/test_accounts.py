"""Accounts: made, corrected, closed, opened again; who may, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.staffing import tickets
from audit.staffing.actions import accounts as actions
from audit.staffing.actions.accounts import AccountDetails
from audit.staffing.models import PasswordTicket
from audit.staffing.selectors import accounts as selectors
from audit.staffing.selectors.accounts import AccountFilter
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.delegations import DelegatedRight, Delegation
from hims.staff.models import Facility, Membership, User
from hims.staff.tokens.models import ApiToken
from tests.audit.staffing.conftest import DAY, TODAY, account_of, roles_now
from tests.clients import signed_in
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
ANA = AccountDetails("Ana Lopez", "Inpatient coder", "ana@example.org")
PASSWORD = "seven quiet herons by the canal"
OTHERS = [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)]


def token(user: User) -> ApiToken:
    now = timezone.now()
    return ApiToken.objects.create(
        user=user, name="feed", prefix="hims_abc", digest=user.pk.bytes + b"x" * 16, scopes=["patient_view"],
        created_at=now, expires_at=now + timedelta(days=30),
    )  # fmt: skip


@pytest.mark.parametrize("role", OTHERS)
def test_create_account_by_any_other_role_is_refused_and_recorded(
    role: Role, person: Callable[..., User], facility: Facility
) -> None:
    by = person("anyone", role, facility)
    with pytest.raises(AccessDenied):
        actions.create_account(by=by, username="ana.lopez", details=ANA)
    assert told(by) == [("staff.account_created", "refused")]
    assert not User.objects.filter(username="ana.lopez").exists()


def test_create_account_has_no_password_and_no_role_and_is_in_the_trail_as_admin(administrator: User) -> None:
    issued = actions.create_account(by=administrator, username=" Ana.Lopez ", details=ANA)
    made = User.objects.get(username="ana.lopez")
    assert (made.display_name, made.job_title, made.email) == ("Ana Lopez", "Inpatient coder", "ana@example.org")
    assert not made.has_usable_password()
    assert roles_now(made) == []
    events = events_of(administrator)
    assert [(event["event"], event["result"], event["category"]) for event in events] == [
        ("staff.account_created", "attempted", "admin"),
        ("staff.account_created", "done", "admin"),
    ]
    assert issued.code not in str(events)


@pytest.mark.parametrize(
    ("username", "details", "field"),
    [
        ("", ANA, "username"),
        ("ana lopez", ANA, "username"),
        ("x" * 151, ANA, "username"),
        ("ana", AccountDetails("  "), "display_name"),
        ("ana", AccountDetails("x" * 121), "display_name"),
        ("ana", AccountDetails("Ana", email="nowhere"), "email"),
        ("SAM", ANA, "username"),
        ("system", ANA, "username"),
    ],
)
def test_create_account_with_a_fault_names_its_field(
    username: str, details: AccountDetails, field: str, administrator: User
) -> None:
    before = User.objects.count()
    with pytest.raises(DomainError) as refused:
        actions.create_account(by=administrator, username=username, details=details)
    assert refused.value.field == field
    assert User.objects.count() == before


def test_service_account_gets_no_code(administrator: User) -> None:
    issued = actions.create_account(
        by=administrator, username="lab.feed", details=AccountDetails("Lab"), is_service=True
    )
    assert issued.code == ""
    assert issued.account.is_service
    with pytest.raises(DomainError, match="program"):
        actions.reset_password(by=administrator, account=issued.account)


def test_code_lets_the_person_choose_a_password_once(administrator: User) -> None:
    issued = actions.create_account(by=administrator, username="ana.lopez", details=ANA)
    user = tickets.choose_password(code=issued.code, password=PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert ("staff.password_chosen", "done") in told(user)
    with pytest.raises(DomainError):
        tickets.choose_password(code=issued.code, password="another quiet heron at dusk")


@pytest.mark.parametrize("spoil", ["late", "newer", "closed", "wrong"])
def test_code_that_is_spent_changes_nothing(spoil: str, administrator: User) -> None:
    issued = actions.create_account(by=administrator, username="ana.lopez", details=ANA)
    if spoil == "late":
        PasswordTicket.objects.update(expires_at=timezone.now())
    elif spoil == "newer":
        actions.reset_password(by=administrator, account=issued.account)
    elif spoil == "closed":
        actions.deactivate(by=administrator, account=issued.account, reason="left", end_roles=True)
    with pytest.raises(DomainError):
        tickets.choose_password(code=issued.code + ("x" if spoil == "wrong" else ""), password=PASSWORD)
    assert not User.objects.get(username="ana.lopez").has_usable_password()


def test_code_with_a_weak_password_stays_open(administrator: User) -> None:
    issued = actions.create_account(by=administrator, username="ana.lopez", details=ANA)
    with pytest.raises(DomainError) as refused:
        tickets.choose_password(code=issued.code, password="password")
    assert refused.value.field == "password"
    assert tickets.choose_password(code=issued.code, password=PASSWORD).username == "ana.lopez"


def test_code_is_not_kept(administrator: User) -> None:
    issued = actions.create_account(by=administrator, username="ana.lopez", details=ANA)
    assert issued.code not in str(PasswordTicket.objects.values_list())


def test_deactivate_ends_session_token_delegation_code_and_roles_at_once(
    administrator: User, coder: User, him_manager: User
) -> None:
    browser = signed_in(coder)
    assert browser.get("/").status_code == 200
    kept = token(coder)
    loan = Delegation.objects.create(
        lender=him_manager, borrower=coder, valid_from=TODAY, valid_to=TODAY, reason="leave"
    )
    code = actions.reset_password(by=administrator, account=account_of(coder)).code
    browser = signed_in(coder)
    actions.deactivate(by=administrator, account=account_of(coder), reason="left", end_roles=True)
    assert browser.get("/").status_code == 302
    kept.refresh_from_db()
    loan.refresh_from_db()
    assert kept.revoked_at is not None
    assert loan.revoked_by == administrator
    assert tickets.ticket_of(code) is None
    assert roles_now(coder) == []
    assert told(administrator)[-1] == ("staff.account_deactivated", "done")


def test_reactivate_gives_no_password_and_only_roles_that_were_not_ended(administrator: User, coder: User) -> None:
    coder.set_password(PASSWORD)
    coder.save()
    actions.deactivate(by=administrator, account=account_of(coder), reason="suspicion", end_roles=False)
    issued = actions.reactivate(by=administrator, account=account_of(coder))
    coder.refresh_from_db()
    assert coder.is_active
    assert not coder.has_usable_password()
    assert roles_now(coder) == ["Coder"]
    assert tickets.ticket_of(issued.code) is not None


def test_reset_password_ends_the_old_one_and_the_sessions(administrator: User, coder: User) -> None:
    coder.set_password(PASSWORD)
    coder.save()
    browser = signed_in(coder)
    actions.reset_password(by=administrator, account=account_of(coder))
    coder.refresh_from_db()
    assert not coder.has_usable_password()
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("act", ["deactivate", "reset_password", "reactivate"])
def test_nobody_does_this_to_the_own_account(act: str, administrator: User) -> None:
    extra: dict[str, Any] = {"reason": "x", "end_roles": True} if act == "deactivate" else {}
    with pytest.raises(DomainError, match="Another person"):
        getattr(actions, act)(by=administrator, account=account_of(administrator), **extra)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_account_of_another_facility_is_not_visible(administrator: User, outsider: User) -> None:
    with pytest.raises(NotVisible):
        actions.deactivate(by=administrator, account=account_of(outsider), reason="x", end_roles=True)
    with pytest.raises(NotVisible):
        selectors.account_to_manage(by=administrator, account_id=outsider.pk)
    outsider.refresh_from_db()
    assert outsider.is_active


@pytest.mark.parametrize("act", ["deactivate", "reset_password", "correct_account"])
def test_account_that_works_elsewhere_too_needs_an_administrator_of_both(
    act: str,
    administrator: User,
    chief: User,
    person: Callable[..., User],
    facility: Facility,
    other_facility: Facility,
) -> None:
    both = person("bo", Role.CODER, facility, other_facility)
    arguments: dict[str, dict[str, Any]] = {
        "deactivate": {"reason": "x", "end_roles": False}, "correct_account": {"details": ANA}, "reset_password": {},
    }  # fmt: skip
    extra = arguments[act]
    with pytest.raises(DomainError, match="also has a role"):
        getattr(actions, act)(by=administrator, account=account_of(both), **extra)
    getattr(actions, act)(by=chief, account=account_of(both), **extra)


def test_password_of_who_borrows_rights_elsewhere_is_not_reset_here(
    administrator: User, coder: User, him_manager: User, other_facility: Facility
) -> None:
    """The code goes to the administrator, and would open what was lent at a facility that is none of theirs."""
    loan = Delegation.objects.create(
        lender=him_manager, borrower=coder, valid_from=TODAY, valid_to=TODAY, reason="leave"
    )
    DelegatedRight.objects.create(delegation=loan, permission="chart_view", facility=other_facility)
    with pytest.raises(DomainError, match="borrowed rights"):
        actions.reset_password(by=administrator, account=account_of(coder))
    actions.revoke_delegation(by=administrator, account=account_of(coder), delegation_id=loan.pk)
    assert actions.reset_password(by=administrator, account=account_of(coder)).code


def test_account_that_worked_elsewhere_once_is_in_whole_reach(
    administrator: User, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    both = person("bo", Role.CODER, facility, other_facility)
    Membership.objects.filter(user=both, facility=other_facility).update(
        valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY
    )
    assert actions.correct_account(by=administrator, account=account_of(both), details=ANA).display_name == "Ana Lopez"


def names(by: User, **wanted: Any) -> list[str]:
    return [account.username for account in selectors.accounts_to_manage(by=by, wanted=AccountFilter(**wanted)).rows]


def test_list_shows_own_facility_and_roleless_people_and_never_the_system(
    administrator: User, coder: User, outsider: User, newcomer: User
) -> None:
    assert names(administrator) == ["dana", "noor", "sam"]


def test_list_is_filtered_by_words_role_facility_and_status(
    chief: User, coder: User, outsider: User, newcomer: User, facility: Facility
) -> None:
    coder_role = coder.memberships.get().role_id
    User.objects.filter(pk=outsider.pk).update(is_active=False)
    assert names(chief, text="nOOr hadd") == ["noor"]
    assert names(chief, role_id=coder_role) == ["dana", "nina"]
    assert names(chief, role_id=coder_role, facility_id=facility.pk) == ["dana"]
    assert names(chief, status="closed") == ["nina"]
    assert names(chief, status="roleless") == ["noor"]


def test_list_in_pages_neither_repeats_nor_skips(chief: User) -> None:
    for number in range(5):
        User.objects.create(username=f"twin{number}", display_name="Twin")
    seen, after = [], ""
    while True:
        page = selectors.accounts_to_manage(by=chief, wanted=AccountFilter(text="twin"), after=after, size=2)
        seen += [account.username for account in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert sorted(seen) == [f"twin{number}" for number in range(5)]


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "%", "'; --", "\u202e", "999999999999"])
def test_nonsense_in_a_filter_never_breaks_the_page(value: str, administrator: User) -> None:
    client = signed_in(administrator)
    for name in ("text", "role", "facility", "status"):
        assert client.get(reverse("staffing:accounts"), {name: value}).status_code in (200, 422), name
    assert client.get(reverse("staffing:accounts"), {"after": value}).status_code == 409
    for name in ("kind", "unused_days"):
        assert client.get(reverse("staffing:leavers"), {name: value}).status_code in (200, 422), name


def test_pages_make_an_account_and_show_its_link_once(administrator: User) -> None:
    client = signed_in(administrator)
    answer = client.post(reverse("staffing:create"), {"username": "ana.lopez", "display_name": "Ana Lopez"})
    page = answer.content.decode()
    assert "/staff/new-password?code=" in page
    code = page.split("code=")[1].split('"')[0]
    stranger = Client()
    form = stranger.get(reverse("staffing:new_password"), {"code": code})
    assert form.status_code == 200
    assert "ana.lopez" in form.content.decode()
    done = stranger.post(reverse("staffing:new_password"), {"code": code, "password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert stranger.get(reverse("staffing:new_password"), {"code": code}).status_code == 410
    assert User.objects.get(username="ana.lopez").check_password(PASSWORD)


def test_new_password_page_with_two_different_ones_stays(administrator: User) -> None:
    code = actions.create_account(by=administrator, username="ana.lopez", details=ANA).code
    answer = Client().post(reverse("staffing:new_password"), {"code": code, "password": PASSWORD, "again": "other"})
    assert answer.status_code == 422
    assert "not the same" in answer.content.decode()
    assert Client().get(reverse("staffing:new_password")).status_code == 410
    assert Client().post(reverse("staffing:new_password"), {"code": "\x00" * 9}).status_code == 410


def test_page_takes_the_same_queries_for_one_and_three_people(
    administrator: User, person: Callable[..., User], facility: Facility
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in(administrator), []
    client.get(reverse("staffing:accounts"))
    for number in range(3):
        person(f"coder{number}", Role.CODER, facility)
        with CaptureQueriesContext(connection) as found:
            assert f"coder{number}" in client.get(reverse("staffing:accounts")).content.decode()
        counts.append(len(found))
    assert counts[0] == counts[1] == counts[2]


def test_token_of_an_account_is_revoked_by_its_administrator_only(
    administrator: User, coder: User, him_manager: User
) -> None:
    kept = token(coder)
    url = reverse("staffing:revoke_token", args=[coder.pk, kept.pk])
    assert signed_in(him_manager).post(url).status_code == 403
    kept.refresh_from_db()
    assert kept.revoked_at is None
    assert signed_in(administrator).post(url).status_code == 302
    kept.refresh_from_db()
    assert kept.revoked_at is not None
    assert signed_in(administrator).post(url).status_code == 409
