"""Words and links for the pages about accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from audit.authority import authority_of
from audit.staffing.catalogue import ABOUT, words_of
from audit.staffing.dossier import AccountDetails
from audit.staffing.duties import BY_KEY, Conflict
from audit.staffing.models import AccessReviewItem, Account, Decision, SodException
from audit.staffing.selectors.accounts import Conflicting
from hims.lib.access import Permission
from hims.staff.delegations import Delegation
from hims.staff.models import Membership, User

UNUSED_AFTER = timedelta(days=90)
TONES = {Decision.WAITING: "neutral", Decision.KEEP: "done", Decision.END: "stop"}
LEAVER_WORDS = {
    "unused": "not signed in lately", "ended": "all roles ended", "roleless": "never had a role",
    "tokens": "tokens left behind",
}  # fmt: skip


def tabs(user: User, current: str) -> list[dict[str, Any]]:
    """The pages of the staff section that this person may open."""
    authority = authority_of(user)
    certifies = authority.may(Permission.ACCESS_CERTIFY)
    places = [
        ("Accounts", "staffing:accounts", True), ("Roles", "staffing:roles", True),
        ("Separation of duties", "staffing:duties", True), ("Leavers and dormant accounts", "staffing:leavers", True),
        ("Access reviews", "staffing:reviews", certifies), ("External audits", "staffing:audits", certifies),
    ]  # fmt: skip
    return [
        {"label": label, "url": reverse(route), "current": route == f"staffing:{current}"}
        for label, route, shown in places
        if shown
    ]


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """From the staff section to this page; the last one without an address."""
    return [{"label": "Staff", "url": reverse("staffing:accounts")}] + [
        {"label": label, **({"url": url} if url else {})} for label, url in trail
    ]


def account_row(account: Account) -> dict[str, Any]:
    """One line of the list."""
    standing = [role for role in account.memberships.all() if role_state(role)[0] != "ended"]
    return {
        "url": reverse("staffing:account", args=[account.pk]),
        "id": str(account.pk),
        "name": str(account),
        "username": account.username,
        "title": account.job_title,
        "roles": [f"{role.role.name} ({role.facility.code})" for role in standing],
        "last": moment(account.last_login) or "never",
        "state": "open" if account.is_active else "closed",
        "tone": "done" if account.is_active else "neutral",
        "kind": "program" if account.is_service else "",
        "active": account.is_active,
    }


def account_page(details: AccountDetails, *, own: bool) -> dict[str, Any]:
    """What the page of one account shows."""
    account = details.account
    return {
        "account": account,
        "facts": [
            {"label": "User name", "value": account.username},
            {"label": "Job title", "value": account.job_title},
            {"label": "E-mail", "value": account.email},
            {"label": "Account", "value": "open" if account.is_active else "closed",
             "tone": "done" if account.is_active else "stop"},
            {"label": "Kind", "value": "a program; acts through tokens" if account.is_service else "a person"},
            {"label": "Made", "value": moment(account.date_joined)},
            {"label": "Last signed in", "value": moment(account.last_login) or "never"},
            {"label": "Signed in now", "value": f"in {details.sign_ins} browser{'s' if details.sign_ins != 1 else ''}"},
        ],
        "roles": [role_line(membership) for membership in details.memberships],
        "lent": [loan_line(loan) for loan in details.lent],
        "borrowed": [loan_line(loan) for loan in details.borrowed],
        "exceptions": [exception_line(exception) for exception in details.exceptions],
        "conflicts": conflict_lines(details.conflicts),
        "tokens": details.tokens,
        "own": own,
    }  # fmt: skip


def role_state(membership: Membership) -> tuple[str, str]:
    """Whether a role counts today, as a word and a tone."""
    today = date.today()
    if membership.valid_to is not None and membership.valid_to < today:
        return "ended", "neutral"
    return ("to come", "inform") if membership.valid_from > today else ("in force", "done")


def role_line(membership: Membership) -> dict[str, Any]:
    """One role."""
    state, tone = role_state(membership)
    return {
        "id": membership.pk, "role": membership.role.name, "facility": membership.facility.name, "state": state,
        "tone": tone, "from": day(membership.valid_from), "to": day(membership.valid_to) or "no end", "ended": state == "ended",
        "user_id": membership.user_id,
    }  # fmt: skip


def loan_line(loan: Delegation) -> dict[str, Any]:
    """One delegation."""
    today, rights = date.today(), loan.rights.all()
    if loan.revoked_at is not None:
        state, tone = "taken back", "neutral"
    elif loan.valid_to < today:
        state, tone = "ended", "neutral"
    else:
        state, tone = ("to come", "inform") if loan.valid_from > today else ("in force", "done")
    return {
        "id": loan.pk, "lender": str(loan.lender), "borrower": str(loan.borrower), "reason": loan.reason, "state": state,
        "tone": tone, "from": day(loan.valid_from), "to": day(loan.valid_to), "open": state in ("to come", "in force"),
        "rights": sorted(f"{words_of(Permission(right.permission))} ({right.facility.code})" for right in rights),
    }  # fmt: skip


def exception_line(exception: SodException) -> dict[str, Any]:
    """One exception from the separation of duties."""
    if exception.approved is None:
        state, tone = f"waits for {exception.approver}", "warn"
    elif not exception.approved:
        state, tone = f"refused by {exception.approver}", "stop"
    elif exception.valid_to < date.today():
        state, tone = "ended", "neutral"
    else:
        state, tone = f"approved by {exception.approver}", "done"
    return {
        "role": exception.role.name, "facility": exception.facility.name, "state": state, "tone": tone,
        "from": day(exception.valid_from), "to": day(exception.valid_to), "reason": exception.reason,
        "requested_by": str(exception.requested_by), "note": exception.note, "duties": duty_titles(exception.duties),
        "url": reverse("staffing:exception", args=[exception.pk]), "person": str(exception.user),
    }  # fmt: skip


def conflict_lines(conflicts: Iterable[Conflict]) -> list[dict[str, str]]:
    """Duties that belong to different people, with the reason and its source."""
    return [
        {
            "title": conflict.duty.title, "reason": conflict.duty.reason, "source": conflict.duty.source,
            "first": "; ".join(words_of(right) for right in conflict.first),
            "second": "; ".join(words_of(right) for right in conflict.second[:4])
            + (f"; and {len(conflict.second) - 4} more" if len(conflict.second) > 4 else ""),
        }
        for conflict in conflicts
    ]  # fmt: skip


def conflicting_row(found: Conflicting) -> dict[str, Any]:
    """One person of the report, with what is covered by an exception."""
    lines = [
        {**line, "covered": day(found.excepted_to.get(conflict.key))}
        for line, conflict in zip(conflict_lines(found.conflicts), found.conflicts, strict=True)
    ]
    return {**account_row(found.account), "lines": lines, "open": any(not line["covered"] for line in lines)}


def duty_titles(keys: Iterable[str]) -> list[str]:
    """The names of duties; a key of an older version as it stands."""
    return [BY_KEY[key].title if key in BY_KEY else key for key in keys]


def item_row(item: AccessReviewItem, reader: User) -> dict[str, Any]:
    """One role under review."""
    unused = item.last_sign_in_at is None or timezone.now() - item.last_sign_in_at > UNUSED_AFTER
    return {
        "id": str(item.pk), "url": reverse("staffing:review_item", args=[item.pk]), "person": item.user_name,
        "role": item.role_name, "from": day(item.valid_from), "to": day(item.valid_to) or "no end",
        "last": moment(item.last_sign_in_at) or "never", "unused": unused, "duties": duty_titles(item.duties),
        "reviewer": str(item.reviewer), "decision": Decision(item.decision).label, "tone": TONES[Decision(item.decision)],
        "reason": item.reason, "decided": f"{item.decided_by}, {moment(item.decided_at)}" if item.decided_at else "",
        "waiting": item.decision == Decision.WAITING, "own": item.user_id == reader.pk,
        "together": item.decision == Decision.WAITING and item.user_id != reader.pk and not item.duties,
    }  # fmt: skip


def evidence_row(item: AccessReviewItem) -> tuple[Any, ...]:
    """One line of the evidence file."""
    return (
        item.user_name, item.role_name, day(item.valid_from), day(item.valid_to) or "no end",
        moment(item.last_sign_in_at) or "never", "; ".join(duty_titles(item.duties)), str(item.reviewer),
        Decision(item.decision).label, item.reason, str(item.decided_by or ""), moment(item.decided_at),
    )  # fmt: skip


EVIDENCE_HEADER = (
    "person", "role", "from", "to", "last signed in (UTC)", "duties that belong apart", "reviewer", "decision", "reason",
    "decided by", "decided at (UTC)",
)  # fmt: skip
LEAVERS_HEADER = ("why", "name", "user name", "job title", "account", "last signed in (UTC)", "roles")


def leaver_row(kind: str, account: Account) -> tuple[Any, ...]:
    """One line of the leavers' file."""
    row = account_row(account)
    return (
        LEAVER_WORDS[kind],
        row["name"],
        row["username"],
        row["title"],
        row["state"],
        row["last"],
        "; ".join(row["roles"]),
    )


def role_cards(roles: Iterable[Group], rights: Mapping[int, frozenset[Permission]]) -> list[dict[str, Any]]:
    """What each role may do at this site, in groups."""
    return [
        {
            "name": role.name,
            "groups": [
                {"title": title, "words": [words_of(right) for right in group if right in rights.get(role.pk, ())]}
                for title, group in ABOUT
                if rights.get(role.pk, frozenset()) & frozenset(group)
            ],
        }
        for role in roles
    ]


def day(value: date | None) -> str:
    """As pages show a day; "" for None."""
    return f"{value:%m/%d/%Y}" if value else ""


def moment(value: datetime | None) -> str:
    """As pages show a moment, in UTC; "" for None."""
    return f"{value:%m/%d/%Y %H:%M}" if value else ""
