"""Access reviews: every role before somebody who does not hold it, decided, with evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.staffing.actions import reviews as actions
from audit.staffing.models import AccessReview, AccessReviewItem, Decision
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, Membership, User
from tests.audit.staffing.conftest import DAY, TODAY, role, roles_now
from tests.clients import signed_in
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(him_manager: User, privacy_officer: User, coder: User, biller: User, facility: Facility) -> AccessReview:
    return actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY + 30 * DAY)


def item_of(review: AccessReview, user: User) -> AccessReviewItem:
    return review.items.get(user=user)


@pytest.mark.parametrize(
    "name", [role for role in Role if role not in (Role.HIM_MANAGER, Role.PRIVACY_OFFICER, Role.SYSTEM)]
)
def test_start_review_by_any_other_role_is_refused(name: Role, person: Callable[..., User], facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        actions.start_review(by=person("anyone", name, facility), facility=facility, title="x", due_on=TODAY)


def test_start_review_puts_every_role_before_another_person_and_shares_the_work(
    review: AccessReview, him_manager: User, privacy_officer: User, coder: User, biller: User
) -> None:
    reviewers = dict(review.items.values_list("user__username", "reviewer__username"))
    assert set(reviewers) == {"tom", "joan", "dana", "marcus"}
    assert (reviewers["tom"], reviewers["joan"]) == ("joan", "tom")
    assert {reviewers["dana"], reviewers["marcus"]} == {"tom", "joan"}


def test_start_review_holds_roles_to_come_and_none_that_ended_and_none_elsewhere(
    him_manager: User, privacy_officer: User, coder: User, biller: User, outsider: User, facility: Facility
) -> None:
    Membership.objects.filter(user=coder).update(valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY)
    Membership.objects.filter(user=biller).update(valid_from=TODAY + 9 * DAY)
    review = actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY)
    assert sorted(review.items.values_list("user__username", flat=True)) == ["joan", "marcus", "tom"]


def test_start_review_shows_last_sign_in_and_conflicts(
    him_manager: User, privacy_officer: User, coder: User, facility: Facility
) -> None:
    Membership.objects.create(user=coder, facility=facility, role=role(Role.CODING_REVIEWER))
    seen = timezone.now()
    User.objects.filter(pk=coder.pk).update(last_login=seen)
    review = actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY)
    items = review.items.filter(user=coder)
    assert [(item.duties, item.last_sign_in_at) for item in items] == [(["coding_and_review"], seen)] * 2


def test_start_review_without_a_second_reviewer_is_refused(him_manager: User, facility: Facility) -> None:
    with pytest.raises(DomainError, match="second person"):
        actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY)
    assert not AccessReview.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": " "}, "title"), ({"due_on": TODAY - DAY}, "due_on"), ({}, "")]
)
def test_start_review_with_a_fault_or_a_second_time_is_refused(
    changes: dict[str, Any], field: str, review: AccessReview, him_manager: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        actions.start_review(by=him_manager, facility=facility, **{"title": "Q4", "due_on": TODAY, **changes})
    assert refused.value.field == field


def test_start_review_at_another_facility_is_refused(him_manager: User, other_facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        actions.start_review(by=him_manager, facility=other_facility, title="x", due_on=TODAY)


def test_decide_end_takes_effect_at_once(review: AccessReview, him_manager: User, coder: User) -> None:
    client = signed_in(coder)
    assert client.get(reverse("coding:worklist")).status_code == 200
    actions.decide(by=him_manager, item=item_of(review, coder), decision=Decision.END, reason="moved on")
    assert client.get(reverse("coding:worklist")).status_code == 403
    found = item_of(review, coder)
    assert (found.decision, found.reason, found.decided_by) == ("end", "moved on", him_manager)
    assert told(him_manager)[-1] == ("staff.access_decided", "done")


def test_decide_end_of_a_role_to_come_takes_it_away(
    him_manager: User, privacy_officer: User, coder: User, facility: Facility
) -> None:
    Membership.objects.filter(user=coder).update(valid_from=TODAY + 9 * DAY)
    review = actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY)
    actions.decide(by=him_manager, item=item_of(review, coder), decision=Decision.END, reason="not coming")
    assert not coder.memberships.exists()
    assert item_of(review, coder).membership is None


def test_decide_keep_changes_nothing_and_cannot_be_repeated(
    review: AccessReview, him_manager: User, coder: User
) -> None:
    item = item_of(review, coder)
    actions.decide(by=him_manager, item=item, decision=Decision.KEEP, reason="")
    assert roles_now(coder) == ["Coder"]
    with pytest.raises(DomainError, match="meantime"):
        actions.decide(by=him_manager, item=item, decision=Decision.END, reason="x")
    assert roles_now(coder) == ["Coder"]


def test_decide_about_oneself_is_refused_by_rule_and_by_the_database(review: AccessReview, him_manager: User) -> None:
    item = item_of(review, him_manager)
    with pytest.raises(DomainError, match="Another person"):
        actions.decide(by=him_manager, item=item, decision=Decision.KEEP, reason="")
    with pytest.raises(DomainError, match="Another person"):
        actions.keep_together(by=him_manager, review=review, item_ids=[item.pk])
    for values in (
        {"reviewer": him_manager},
        {"decision": "keep", "decided_by": him_manager, "decided_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessReviewItem.objects.filter(pk=item.pk).update(**values)


def test_decide_end_without_a_reason_is_refused(review: AccessReview, him_manager: User, coder: User) -> None:
    with pytest.raises(DomainError) as refused:
        actions.decide(by=him_manager, item=item_of(review, coder), decision=Decision.END, reason=" ")
    assert refused.value.field == "reason"
    assert roles_now(coder) == ["Coder"]


def test_decide_of_another_facility_is_not_visible(
    review: AccessReview, coder: User, person: Callable[..., User], other_facility: Facility
) -> None:
    manager = person("pat", Role.HIM_MANAGER, other_facility)
    with pytest.raises(NotVisible):
        actions.decide(by=manager, item=item_of(review, coder), decision=Decision.END, reason="x")
    assert signed_in(manager).get(reverse("staffing:review", args=[review.pk])).status_code == 404


def test_keep_together_keeps_all_or_none(review: AccessReview, him_manager: User, coder: User, biller: User) -> None:
    ids = [item_of(review, coder).pk, item_of(review, biller).pk]
    for spoiled in ([*ids, uuid4()], [*ids, item_of(review, him_manager).pk], []):
        with pytest.raises(DomainError):
            actions.keep_together(by=him_manager, review=review, item_ids=spoiled)
    assert not review.items.exclude(decision="").exists()
    assert actions.keep_together(by=him_manager, review=review, item_ids=ids) == 2


def test_keep_together_of_conflicting_duties_is_refused(review: AccessReview, him_manager: User, coder: User) -> None:
    review.items.filter(user=coder).update(duties=["coding_and_review"])
    with pytest.raises(DomainError, match="decide that one alone"):
        actions.keep_together(by=him_manager, review=review, item_ids=[item_of(review, coder).pk])


def finish(review: AccessReview, him_manager: User, privacy_officer: User) -> None:
    for item in review.items.all():
        by = privacy_officer if item.user_id == him_manager.pk else him_manager
        actions.decide(by=by, item=item, decision=Decision.KEEP, reason="")


def test_review_closes_with_its_last_decision_and_the_next_may_start(
    review: AccessReview, him_manager: User, privacy_officer: User, facility: Facility
) -> None:
    finish(review, him_manager, privacy_officer)
    review.refresh_from_db()
    assert review.closed_at is not None
    assert actions.start_review(by=him_manager, facility=facility, title="Q1", due_on=TODAY).closed_at is None


def test_page_lists_what_lies_before_the_reader_and_keeps_the_ticked(
    review: AccessReview, him_manager: User, privacy_officer: User, coder: User
) -> None:
    client, url = signed_in(him_manager), reverse("staffing:review", args=[review.pk])
    mine, everything = client.get(url).content.decode(), client.get(url, {"whose": "all"}).content.decode()
    assert "0 of 4 decided, 4 left" in mine
    assert "yourself" not in mine
    assert "yourself" in everything
    keep = reverse("staffing:keep", args=[review.pk])
    assert client.post(keep, {"item": "nonsense"}).status_code == 409
    assert "Tick the roles to keep." in client.post(keep, follow=True).content.decode()
    assert client.post(keep, {"item": [str(item_of(review, coder).pk)]}).status_code == 302
    assert "1 of 4 decided, 3 left" in client.get(url).content.decode()


def test_page_of_one_role_records_the_decision(review: AccessReview, him_manager: User, coder: User) -> None:
    client, url = signed_in(him_manager), reverse("staffing:review_item", args=[item_of(review, coder).pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"decision": "end", "reason": ""}).status_code == 422
    assert client.post(url, {"decision": "burn"}).status_code == 422
    assert client.post(url, {"decision": "end", "reason": "gone"}).status_code == 302
    assert roles_now(coder) == []


def test_reviews_page_names_facilities_not_reviewed_within_a_quarter(
    him_manager: User, privacy_officer: User, facility: Facility
) -> None:
    client, words = signed_in(him_manager), "was not reviewed within the last quarter"
    assert words in client.get(reverse("staffing:reviews")).content.decode()
    review = actions.start_review(by=him_manager, facility=facility, title="Q4", due_on=TODAY)
    assert words not in client.get(reverse("staffing:reviews")).content.decode()
    finish(review, him_manager, privacy_officer)
    assert words not in client.get(reverse("staffing:reviews")).content.decode()
    AccessReview.objects.update(closed_at=timezone.now() - 93 * DAY)
    assert words in client.get(reverse("staffing:reviews")).content.decode()


def test_page_starts_a_review(him_manager: User, privacy_officer: User, facility: Facility) -> None:
    client = signed_in(him_manager)
    assert client.get(reverse("staffing:start_review")).status_code == 200
    data = {"facility": facility.pk, "title": "Q4", "due_on": TODAY.isoformat()}
    assert client.post(reverse("staffing:start_review"), data).status_code == 302
    assert client.post(reverse("staffing:start_review"), data).status_code == 422


def test_evidence_holds_every_role_with_its_decision_and_is_in_the_trail(
    review: AccessReview, him_manager: User, coder: User, biller: User
) -> None:
    Membership.objects.filter(user=coder).update(valid_from=TODAY)
    actions.decide(by=him_manager, item=item_of(review, coder), decision=Decision.END, reason="=cmd()")
    client, url = signed_in(him_manager), reverse("staffing:evidence", args=[review.pk])
    rows = list(csv.reader(io.StringIO(client.post(url, {"form": "csv"}).content.decode())))
    assert len(rows) == 5
    ended = next(row for row in rows if row[0] == "Dana")
    assert (ended[1], ended[7], ended[8], ended[9]) == ("Coder", "end", "'=cmd()", "Tom")
    made = client.post(url, {"form": "pdf"})
    assert made.headers["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    for words in ("Dana", "Marcus", "1 of 4 roles decided", "=cmd()"):
        assert words in text
    last = events_of(him_manager)[-1]
    assert (last["event"], last["category"], last["detail"]) == ("staff.review_exported", "export", {"form": "pdf"})
