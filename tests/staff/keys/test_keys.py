"""The page Keys: what is kept, what is refused and why, and where it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hims.lib.errors import DomainError
from hims.lib.keyboard.catalogue import COMMANDS
from hims.staff.keys.actions import note_used, reset_all, reset_key, set_key, use_single
from hims.staff.keys.models import KeySettings
from hims.staff.keys.selectors import key_choice_of
from hims.staff.models import User
from tests.clients import HTMX, signed_in

pytestmark = pytest.mark.django_db
URL = "/accounts/keys/"


def post(user: User, **values: Any) -> Any:
    return signed_in(user).post(URL, values)


def page_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return " ".join(text.split())


def drawn(source: str, user: User | None) -> str:
    """A template as the person sees it, within a part that is included with nothing of its own."""
    request = RequestFactory().get("/")
    if user is not None:
        request.user = user
    return Template(source).render(Context({"request": request}))


def test_page_lists_every_command_with_its_key(coder: User) -> None:
    page = page_of(signed_in(coder).get(URL))
    missing = [name for name in COMMANDS if f'data-key-row="{name}"' not in page]
    assert missing == []
    assert 'data-key-row="coding.finalize" data-keys-now="f"' in page
    assert page.count("cannot be changed") == sum(command.fixed for command in COMMANDS.values())


def test_page_is_narrowed_by_beginnings_of_words(coder: User) -> None:
    page = page_of(signed_in(coder).get(URL, {"q": "lin choose"}))
    assert [name for name in COMMANDS if f'data-key-row="{name}"' in page] == ["line.next", "line.previous"]
    assert "No command is called that" in page_of(signed_in(coder).get(URL, {"q": "zzz"}))


def test_changed_key_is_kept_for_the_person_alone_and_shown_on_every_page(coder: User, outsider: User) -> None:
    answer = post(coder, do="change", command="go.codes", keys=" alt+Q ")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{URL}#go.codes"
    assert key_choice_of(coder).own == {"go.codes": "Alt+q"}
    assert key_choice_of(outsider).own == {}
    shown = 'data-command="go.codes" data-key="Alt+q" data-key-label="Go to Codes" aria-keyshortcuts="Alt+q"'
    assert shown in page_of(signed_in(coder).get("/"))
    assert 'data-command="go.codes" data-key="g c"' in page_of(signed_in(outsider).get("/"))


def test_default_key_is_not_kept_as_a_change(coder: User) -> None:
    set_key(by=coder, name="go.codes", keys="Alt+q")
    set_key(by=coder, name="go.codes", keys="g c")
    assert KeySettings.objects.get(user=coder).keys == {}


def test_conflict_is_named_beside_the_field_and_nothing_is_kept(coder: User) -> None:
    answer = post(coder, do="change", command="docs.next", keys="s")
    assert answer.status_code == 422
    page = page_of(answer)
    assert "s is the key of “Search codes”. Change that one first." in page
    assert 'value="s" maxlength="40"' in page
    assert 'aria-describedby="key-hint key-problem" aria-invalid="true"' in page
    assert key_choice_of(coder).own == {}


def test_key_that_begins_a_sequence_is_refused_with_how_many(coder: User) -> None:
    with pytest.raises(DomainError, match="g then h is the key of “Go to Home” and 11 more"):
        set_key(by=coder, name="docs.next", keys="g")


@pytest.mark.parametrize(
    ("keys", "why"),
    [("Ctrl+w", "Ctrl+W belongs to the browser."), ("Tab", "Tab moves the focus."), ("Escape", "Esc closes"),
     ("F5", "F5 belongs to the browser."), ("Insert", "screen readers"), ("nonsense", "not the name of a key"),
     ("a b c", "At most 2 keys"), ('"><script>', "not the name of a key")],
)  # fmt: skip
def test_reserved_or_unknown_key_is_refused_with_the_reason(coder: User, keys: str, why: str) -> None:
    answer = post(coder, do="change", command="undo", keys=keys)
    assert answer.status_code == 422
    assert why in page_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script src", "")
    assert not KeySettings.objects.filter(user=coder).exclude(keys={}).exists()


def test_key_with_markup_is_escaped_wherever_it_is_shown(coder: User) -> None:
    set_key(by=coder, name="go.codes", keys="<")
    page = signed_in(coder).get("/").content.decode()
    assert 'data-key="&lt;"' in page
    assert 'data-key="<"' not in page


@pytest.mark.parametrize(
    "values",
    [{"do": "change", "command": "close", "keys": "q"}, {"do": "change", "command": "no.such", "keys": "q"},
     {"do": "reset", "command": "no.such"}, {"do": "nothing"}, {}, {"do": "change", "command": "undo", "keys": "x" * 41}],
)  # fmt: skip
def test_what_is_no_change_of_a_key_changes_nothing(coder: User, values: dict[str, str]) -> None:
    assert post(coder, **values).status_code == 409
    assert key_choice_of(coder).own == {}


def test_key_taken_away_is_heard_no_more(coder: User) -> None:
    post(coder, do="change", command="undo", keys="")
    assert key_choice_of(coder).keys["undo"] == ""
    assert "no key" in page_of(signed_in(coder).get(URL))


def test_reset_of_one_and_of_all(coder: User) -> None:
    set_key(by=coder, name="undo", keys="Alt+q")
    set_key(by=coder, name="edits.list", keys="z")
    answer = post(coder, do="reset", command="undo")
    assert answer.status_code == 422
    assert "z is the key of “List of edits”" in page_of(answer)
    assert reset_key(by=coder, name="edits.list") == "i"
    assert post(coder, do="reset", command="undo").status_code == 302
    assert key_choice_of(coder).own == {}
    set_key(by=coder, name="undo", keys="Alt+q")
    use_single(by=coder, on=False)
    post(coder, do="reset_all")
    assert (key_choice_of(coder).own, key_choice_of(coder).single) == ({}, True)
    reset_all(by=coder)


def test_single_keys_off_are_neither_shown_nor_told(coder: User) -> None:
    answer = signed_in(coder).post(URL, {"do": "single"}, headers=HTMX)
    assert answer.status_code == 204
    page = page_of(signed_in(coder).get("/"))
    assert 'id="keys-dialog"' in page
    assert 'data-single="off"' in page
    assert 'data-key="?" data-key-label="All keys of the page" aria-keyshortcuts' not in page
    assert 'aria-keyshortcuts="Control+k"' in page
    source = '{% key "undo" %}|{% key_words "undo" "the button" %}|{% key "line.up" %}'
    coder = User.objects.get(pk=coder.pk)
    assert drawn(source, coder) == (
        '<span class="kbd" data-key-of="undo"></span>|'
        '<span data-key-words-of="undo" data-otherwise="the button">the button</span>|'
        '<span class="kbd" data-key-of="line.up" aria-hidden="true"><kbd>Alt</kbd><kbd>↑</kbd></span>'
    )


def test_templates_without_a_person_show_the_defaults() -> None:
    assert drawn('{% command "undo" "Take back" %}', None) == (
        'data-command="undo" data-key="z" data-key-label="Take back" aria-keyshortcuts="z"'
    )
    assert "<kbd>g</kbd><kbd>h</kbd>" in drawn('{% key "go.home" %}', None)


def test_palette_keeps_what_was_chosen_last_and_names_only(coder: User) -> None:
    browser = signed_in(coder)
    for name in ("go.codes", "undo", "go.codes"):
        assert browser.post(reverse("account_keys_used"), {"command": name}).status_code == 204
    assert key_choice_of(coder).recent == ("go.codes", "undo")
    assert 'data-recent="go.codes undo"' in page_of(browser.get("/"))
    for name in ("Okafor, Ruth", "", "x" * 61):
        assert browser.post(reverse("account_keys_used"), {"command": name}).status_code == 409
    for name in list(COMMANDS)[:12]:
        note_used(by=coder, name=name)
    assert len(KeySettings.objects.get(user=coder).recent) == 8


def test_names_that_no_longer_exist_count_for_nothing(coder: User) -> None:
    KeySettings.objects.create(user=coder, keys={"gone.by": "q", "undo": "q"}, recent=["gone.by", "undo"])
    choice = key_choice_of(coder)
    assert (choice.own, choice.recent) == ({"undo": "q"}, ("undo",))
    assert "gone.by" not in choice.keys
    assert signed_in(coder).get(URL).status_code == 200


def test_key_that_reaches_another_command_by_now_is_marked(coder: User) -> None:
    KeySettings.objects.create(user=coder, keys={"undo": "f"})
    assert "Also reaches: Finalize" in page_of(signed_in(coder).get(URL))


def test_navigation_offers_only_pages_that_the_role_may_open(coder: User) -> None:
    page = page_of(signed_in(coder).get("/"))
    assert 'data-command="go.coding"' in page
    for name in ("go.audit", "go.staff", "go.privacy", "go.restricted"):
        assert f'data-command="{name}"' not in page


def test_key_settings_are_asked_for_once_a_page(coder: User) -> None:
    browser = signed_in(coder)
    with CaptureQueriesContext(connection) as seen:
        browser.get("/codes/")
    assert sum("staff_keysettings" in each["sql"] for each in seen) == 1


def test_keys_need_a_sign_in_and_a_token_of_the_form(coder: User) -> None:
    assert Client().get(URL).status_code == 302
    strict = signed_in(coder, enforce_csrf_checks=True)
    assert strict.post(URL, {"do": "reset_all"}).status_code == 403
    assert strict.post(reverse("account_keys_used"), {"command": "undo"}).status_code == 403
