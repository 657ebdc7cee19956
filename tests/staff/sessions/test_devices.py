"""Where a person is signed in, and ending it from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hims.lib.ids import uuid7
from hims.staff.models import User
from hims.staff.sessions.actions import SESSION_KEY, end_sessions
from hims.staff.sessions.models import End, SignIn
from tests.staff.factors import PASSWORD, is_signed_in, sign_in
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def at(address: str, username: str = "dana.whitfield", agent: str = FIREFOX) -> Client:
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    sign_in(client, username)
    assert is_signed_in(client)
    return client


def rows(client: Client) -> list[tuple[str, str, bool]]:
    page = client.get(reverse("account_devices")).context["page"]
    return [(device.browser, device.address, device.is_this) for device in page.rows]


def test_list_names_every_open_sign_in_and_marks_this_one(dana: User, rosa: User) -> None:
    first = at("10.0.0.1")
    second = at("10.0.0.2", agent="curl/8")
    at("10.0.0.3", "rosa.imani")
    third = at("10.0.0.4")
    third.post(reverse("account_logout"))
    assert rows(first) == [("Unknown program", "10.0.0.2", False), ("Firefox on Windows", "10.0.0.1", True)]
    assert rows(second)[0][2]
    SignIn.objects.filter(address="10.0.0.2").update(
        signed_in_at=timezone.now() - timedelta(hours=12), last_active_at=timezone.now()
    )
    assert len(rows(first)) == 1


def test_ending_one_device_refuses_its_next_request(dana: User) -> None:
    here, lost = at("10.0.0.1"), at("10.0.0.2")
    row = SignIn.objects.get(address="10.0.0.2")
    assert here.post(reverse("account_end_device", args=[row.pk])).status_code == 302
    assert not is_signed_in(lost)
    assert is_signed_in(here)
    assert here.post(reverse("account_end_device", args=[row.pk])).status_code == 404
    assert ("staff.sessions_ended", "done") in told(dana)


def test_device_of_somebody_else_cannot_be_ended(dana: User, rosa: User) -> None:
    here, hers = at("10.0.0.1"), at("10.0.0.3", "rosa.imani")
    row = SignIn.objects.get(user=rosa)
    for key in (row.pk, uuid7()):
        assert here.post(reverse("account_end_device", args=[key])).status_code == 404
    assert is_signed_in(hers)


def test_ending_all_others_keeps_this_one(dana: User) -> None:
    here, others = at("10.0.0.1"), [at("10.0.0.2"), at("10.0.0.3")]
    here.post(reverse("account_end_other_devices"))
    assert is_signed_in(here)
    assert not any(is_signed_in(other) for other in others)


def test_administrator_ends_all_at_once_and_it_is_recorded(dana: User, rosa: User) -> None:
    clients = [at("10.0.0.1"), at("10.0.0.2")]
    assert end_sessions(dana, by=rosa) == 2
    assert not any(is_signed_in(client) for client in clients)
    assert set(SignIn.objects.values_list("end", flat=True)) == {End.BY_ADMINISTRATOR}
    event = events_of(rosa)[-1]
    assert (event["event"], event["object_id"], event["detail"]) == ("staff.sessions_ended", str(dana.pk), {"count": 2})
    assert end_sessions(dana, by=rosa) == 0


def test_command_ends_sessions(dana: User) -> None:
    client = at("10.0.0.1")
    call_command("end_sessions", "DANA.whitfield")
    assert not is_signed_in(client)


def test_new_password_signs_out_everywhere_else(dana: User) -> None:
    here, other = at("10.0.0.1"), at("10.0.0.2")
    new = "another sentence with five words"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_signed_in(here)
    assert not is_signed_in(other)
    assert SignIn.objects.get(address="10.0.0.2").end == End.PASSWORD_CHANGED
    assert ("staff.password_changed", "done") in told(dana)


def test_session_key_given_by_somebody_else_is_not_kept(dana: User) -> None:
    thief = Client()
    thief.get(reverse("account_login"))
    thief.session.save()
    fixed = str(thief.session.session_key)
    victim = Client()
    victim.cookies["sessionid"] = fixed
    sign_in(victim, "dana.whitfield")
    assert is_signed_in(victim)
    assert victim.session.session_key != fixed
    assert not is_signed_in(thief)


def test_session_without_its_sign_in_counts_for_nothing(dana: User, rosa: User) -> None:
    for carried in (None, "nonsense", str(uuid7()), "rosa"):
        client = at("10.0.0.1")
        if carried == "rosa":
            at("10.0.0.2", "rosa.imani")
            carried = str(SignIn.objects.get(user=rosa).pk)
        session = client.session
        session[SESSION_KEY] = carried
        session.save()
        assert not is_signed_in(client)


def test_persona_chosen_after_another_leaves_no_open_sign_in(dana: User, rosa: User) -> None:
    client = Client()
    for username in ("dana.whitfield", "rosa.imani"):
        client.post(reverse("demo_sign_in"), {"username": username})
    assert SignIn.objects.filter(ended_at__isnull=True).get().user == rosa
    assert told(dana)[-1] == ("staff.signed_out", "done")


def test_old_sign_ins_go_at_the_next_one(dana: User) -> None:
    at("10.0.0.1")
    long_ago = timezone.now() - timedelta(days=31)
    SignIn.objects.update(signed_in_at=long_ago, last_active_at=long_ago)
    at("10.0.0.2")
    assert SignIn.objects.get().address == "10.0.0.2"


def test_list_takes_the_same_queries_for_one_and_three_devices(dana: User, django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 2, 3):
        client = at(f"10.0.0.{number}")
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("account_devices"))
        counts.append(len(found))
    assert len(set(counts)) == 1
