"""For what purpose somebody looks at a patient: derived from the work, asked only when it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from audit.authority import Authority
from audit.context import current_origin, originating
from audit.monitoring.purpose import BY_ROLE, derive_purpose
from audit.trail.enums import Purpose

SESSION_KEY = "stated_purposes"
KEPT_AT_MOST = 200
_WORDS = {purpose.value: purpose for purpose in Purpose}
_NOTHING: Mapping[str, str] = MappingProxyType({})
_stated: ContextVar[Mapping[str, str]] = ContextVar("hims_stated_purposes", default=_NOTHING)


def purpose_of(event: str, authority: Authority, patient_ids: Collection[UUID]) -> Purpose:
    """The purpose that the trail keeps for an event of one person.

    Emergency, when a patient of the event is behind glass that the person broke; then what the door says, what the work
    is, the purpose all roles share, what the person stated for this patient. Operations when none of these is known.
    """
    if authority.emergency.intersection(patient_ids):
        return Purpose.EMERGENCY
    return current_origin().purpose or known_purpose(event, authority, patient_ids) or Purpose.OPERATIONS


def known_purpose(event: str, authority: Authority, patient_ids: Collection[UUID]) -> Purpose | None:
    """Derived or stated; None when the person should be asked."""
    derived = derive_purpose(event, authority.roles, None)
    if derived is not None or len(patient_ids) != 1:
        return derived
    stated = _stated.get().get(str(next(iter(patient_ids))), "")
    return _WORDS.get(stated)


def must_be_asked(event: str, authority: Authority, patient_id: UUID) -> bool:
    """True when nothing tells why this person looks at this patient."""
    if patient_id in authority.emergency or not any(role in BY_ROLE for role in authority.roles):
        return False
    return current_origin().purpose is None and known_purpose(event, authority, [patient_id]) is None


def purposes_to_choose(authority: Authority) -> list[Purpose]:
    """Those that the person's roles stand for, in the order of the vocabulary."""
    own = {BY_ROLE[role] for role in authority.roles if role in BY_ROLE}
    return [purpose for purpose in Purpose if purpose in own]


def keep_stated(request: HttpRequest, patient_id: UUID, purpose: Purpose) -> None:
    """For this patient until the person signs out; the oldest of very many are forgotten."""
    kept: dict[str, str] = dict(request.session.get(SESSION_KEY, {}))
    kept.pop(str(patient_id), None)
    kept[str(patient_id)] = purpose.value
    request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT_AT_MOST:])
    _stated.set(request.session[SESSION_KEY])


@contextmanager
def for_purpose(purpose: Purpose) -> Iterator[None]:
    """Everything inside is done for this purpose."""
    with originating(replace(current_origin(), purpose=purpose)):
        yield


class StatedPurposeMiddleware:
    """What the person has said about why they look at which patient holds for the whole request; addresses that name the
    patient are for that purpose from the start."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated: Mapping[str, str] = request.session.get(SESSION_KEY, _NOTHING)
        token = _stated.set(stated)
        purpose = _WORDS.get(stated.get(_patient_of(request), "")) if stated else None
        try:
            with for_purpose(purpose) if purpose else nullcontext():
                return self.get_response(request)
        finally:
            _stated.reset(token)


def _patient_of(request: HttpRequest) -> str:
    """The id of the patient that the address names; "" for any other address."""
    try:
        return str(resolve(request.path_info).kwargs.get("patient_id", ""))
    except Resolver404:
        return ""
