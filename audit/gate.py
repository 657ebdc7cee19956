"""The gate: every read of patient data and every write passes here.

It checks the permission, narrows to the rows the person may see, opens the transaction with the person's context for the
database, and writes the trail: a look before it is shown, an attempt before a change and its end after the commit.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import partial, wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar, cast
from uuid import UUID

import pghistory
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from audit.access.purposes import purpose_of
from audit.authority import authority_of
from audit.context import current_origin
from audit.trail.enums import Category, Result
from audit.trail.writer import Event, write
from audit.walls import behind, standing, unwalled
from hims.lib.access import Permission
from hims.lib.dates import local_date
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.models import Facility, User

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
GATED = "_hims_gated"
REFUSED = "You do not have the right to do this. Ask your HIM manager if you need it for your work."
_reach: ContextVar[tuple[User, Permission] | None] = ContextVar("hims_reach", default=None)
_acting: ContextVar[User | None] = ContextVar("hims_acting", default=None)
NOT_THERE = "There is nothing here that you can open."
KEPT = "This was done, but its end could not be written to the audit trail. Do not send it again; look in a minute how it stands."
# What actions inside another action have to say: true only when the outermost one is committed.
_ends: ContextVar[list[Callable[[Result], None]] | None] = ContextVar("hims_ends", default=None)


def query(
    permission: Permission,
    model: type[Any],
    *,
    event: str,
    category: Category = Category.READ,
    detail: Sequence[str] = (),
) -> Callable[[Callable[Concatenate[Any, P], R]], Callable[..., R]]:
    """A selector: its first argument becomes the rows of `model` that `by` may see; what it returns is recorded.

    The function returns a model instance, a list, a Page, or an object with `patient_ids`; never a lazy queryset.
    detail: names of keyword arguments kept in the trail (what was searched for).
    Raises AccessDenied, NotVisible (the function raised DoesNotExist), TrailUnavailable, and whatever the function raises: then
    nothing was shown, and the trail keeps that it was tried.
    """

    def wear(function: Callable[Concatenate[Any, P], R]) -> Callable[..., R]:
        call = cast(Callable[..., R], function)

        @wraps(function)
        def selector(*, by: User, **arguments: Any) -> R:
            record = _recorder(by, event, category, {name: _plain(arguments.get(name)) for name in detail})
            _require(by, permission, record)
            token = _reach.set((by, permission))
            try:
                with _context(by, permission, event):
                    found = call(model._default_manager.all().visible_to(by, permission), **arguments)
                    about = _about(found)
            except ObjectDoesNotExist as error:
                record(Result.REFUSED, **_wanted(by, model, arguments))
                raise NotVisible(NOT_THERE) from error
            except TrailUnavailable:
                raise
            except DomainError as error:
                record(Result.REFUSED, **_wanted(by, model, arguments), detail={"field": error.field})
                raise
            except BaseException as error:
                record(Result.FAILED, detail={"error": type(error).__name__})
                raise
            finally:
                _reach.reset(token)
            record(Result.DONE, **about)
            return found

        setattr(selector, GATED, permission)
        return selector

    return wear


def command(
    permission: Permission,
    *,
    subject: str,
    event: str,
    category: Category = Category.UPDATE,
    detail: Sequence[str] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An action: all or nothing, with its attempt and its end in the trail.

    subject: name of the keyword argument the right is checked against: a model instance with `visible_to` (it must be in
    reach of `by`), a Facility (the right must be held there), or None-able. detail: names of keyword arguments kept in the trail.
    Raises AccessDenied, NotVisible, TrailUnavailable, and whatever DomainError the action raises.
    """

    def wear(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def action(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = signature.bind(*args, **kwargs).arguments
            by: User = arguments["by"]
            target = arguments.get(subject)
            record = _recorder(by, event, category, {name: _plain(arguments.get(name)) for name in detail})
            about: dict[str, Any] | None = None
            outer, ends = _ends.get(), list[Callable[[Result], None]]()
            token = _ends.set(ends)
            try:
                with _context(by, permission, event):
                    _require(by, permission, record, target)
                    about = _about(target)
                    record(Result.ATTEMPTED, **about)
                    done = function(*args, **kwargs)
            except TrailUnavailable:
                raise
            except DomainError as error:
                if about is None:
                    raise  # refused at the gate, and recorded there
                _rolled_back(ends)
                record(Result.REFUSED, **about, detail={"field": error.field})
                raise
            except BaseException as error:
                _rolled_back(ends)
                record(Result.FAILED, **(about or {}), detail={"error": type(error).__name__})
                raise
            finally:
                _ends.reset(token)
            result_about = _about(done) if isinstance(done, Model) or hasattr(done, "patient_ids") else {}
            told = {name: value for name, value in result_about.items() if value not in ([], "")}
            ends.append(partial(_end, record, {**about, **told}))
            if outer is None:
                _committed(ends)
            else:
                outer.extend(ends)
            return done

        setattr(action, GATED, permission)
        return action

    return wear


def _end(record: Callable[..., None], about: Mapping[str, Any], result: Result) -> None:
    record(result, **about, **({} if result is Result.DONE else {"detail": {"error": "RolledBack"}}))


def _committed(ends: Sequence[Callable[[Result], None]]) -> None:
    """The end of an action, and before it those of the actions inside. Raises TrailUnavailable, saying that it was done."""
    try:
        for end in ends:
            end(Result.DONE)
    except TrailUnavailable as error:
        raise TrailUnavailable(KEPT) from error


def _rolled_back(ends: Sequence[Callable[[Result], None]]) -> None:
    """Actions that had succeeded inside one that did not: nothing is left of them."""
    for end in ends:
        end(Result.FAILED)


def rows_of(model: type[M]) -> QuerySet[M]:
    """Inside a selector: the rows of another model that the same person may see by the same permission."""
    reach = _reach.get()
    if reach is None:
        raise RuntimeError("rows_of is for gated selectors")
    manager: Any = model._default_manager
    rows: QuerySet[M] = manager.all().visible_to(*reach)
    return rows


def acting() -> User:
    """Behind the gate: who acts, for what every change must ask and no caller may forget to pass on."""
    by = _acting.get()
    if by is None:
        raise RuntimeError("acting is for what runs behind the gate")
    return by


@contextmanager
def _context(by: User, permission: Permission, event: str) -> Iterator[None]:
    """One transaction, in which the database and `acting` know who stands before it, and the history knows why."""
    origin = current_origin()
    token = _acting.set(by)
    try:
        with (
            behind(standing(by, permission)),
            pghistory.context(user=str(by.pk), event=event, request=str(origin.request_id)),
        ):
            yield
    finally:
        _acting.reset(token)


def _require(by: User, permission: Permission, record: Callable[..., None], target: Any = None) -> None:
    authority = authority_of(by)
    if not authority.may(permission):
        record(Result.REFUSED, detail={"permission": permission.value})
        raise AccessDenied(REFUSED)
    if target is None:
        return
    manager = getattr(type(target), "_default_manager", None)
    if manager is not None and hasattr(manager.all(), "visible_to"):
        if not manager.all().visible_to(by, permission).filter(pk=target.pk).exists():
            record(Result.REFUSED, **_about(target))
            raise NotVisible(NOT_THERE)
    elif isinstance(target, Facility) and target.pk not in authority.at(permission):
        record(Result.REFUSED, detail={"permission": permission.value})
        raise AccessDenied(REFUSED)


def _recorder(by: User, event: str, category: Category, detail: Mapping[str, Any]) -> Callable[..., None]:
    origin, authority = current_origin(), authority_of(by)

    def record(result: Result, **about: Any) -> None:
        extra = about.pop("detail", {})
        purpose = purpose_of(event, authority, about.get("patient_ids", ()))
        write(
            [
                Event(
                    request_id=origin.request_id, actor_id=by.pk, actor_name=str(by),
                    actor_role=", ".join(authority.roles), event=event, category=category, result=result,
                    source=origin.source, purpose=purpose, address=origin.address,
                    detail={**detail, **extra}, **about,
                )
            ]
        )  # fmt: skip

    return record


def _about(thing: Any) -> dict[str, Any]:
    """Whose data and which object: for the trail."""
    if isinstance(thing, QuerySet):
        raise TypeError("a gated function must return what it read, not a lazy queryset")
    patients = sorted(set(_patients(thing)))
    about: dict[str, Any] = {"patient_ids": patients}
    if isinstance(thing, Model):
        about["object_type"] = thing._meta.model_name or ""
        about["object_id"] = str(thing.pk)
    facilities = sorted(set(_facilities(thing)))
    if facilities:
        about["facility_ids"] = facilities
    return about


def _facilities(thing: Any) -> Iterator[int]:
    """Ids of the facilities concerned, so that each facility's privacy officer finds the event."""
    if isinstance(thing, list | tuple):
        for item in thing:
            yield from _facilities(item)
    elif isinstance(thing, Facility):
        yield thing.pk
    elif hasattr(thing, "rows"):
        yield from _facilities(thing.rows)
    elif isinstance(getattr(thing, "facility_ids", None), list):
        yield from thing.facility_ids
    elif isinstance(getattr(thing, "facility_id", None), int):
        yield thing.facility_id


def _patients(thing: Any) -> Iterator[UUID]:
    if hasattr(thing, "patient_ids"):
        yield from thing.patient_ids
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from _patients(item)
    elif hasattr(thing, "rows"):
        yield from _patients(thing.rows)
    elif isinstance(getattr(thing, "patient_id", None), UUID):
        yield thing.patient_id


def _wanted(by: User, model: type[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """For the trail alone: which object was asked for in vain, and whose it is; the person learns nothing of it."""
    ids = {name: value for name, value in arguments.items() if name.endswith("_id") and name != "facility_id"}
    name, asked = next(iter(ids.items()), ("", ""))
    about: dict[str, Any] = {"object_type": model._meta.model_name or "", "object_id": str(asked)[:64]}
    lookup = "pk" if name == f"{model._meta.model_name}_id" else name
    known = {field.attname for field in model._meta.concrete_fields} | {"pk"}
    if lookup not in known or not asked:
        return about
    with unwalled(str(by.pk)):
        target = model._default_manager.filter(**{lookup: asked}).first()
        return {**about, **_about(target)} if target is not None else about


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def demand(by: User, permission: Permission, *, event: str) -> None:
    """For doors that must know the right before they read what was sent. Raises AccessDenied, and the refusal is recorded."""
    _require(by, permission, _recorder(by, event, Category.READ, {}))


def refuse(by: User, permission: Permission, *, event: str) -> NoReturn:
    """Record that `by` was refused for want of `permission`, and raise AccessDenied."""
    _recorder(by, event, Category.READ, {})(Result.REFUSED, detail={"permission": permission.value})
    raise AccessDenied(REFUSED)


def facilities_for(user: User, permission: Permission) -> list[Facility]:
    """The facilities at which the person holds the permission, to choose from on a form."""
    return list(Facility.objects.filter(pk__in=authority_of(user).at(permission)))


def today_for(user: User, permission: Permission) -> date:
    """The present day where the person holds the permission, at the first such facility; UTC where at none."""
    places = facilities_for(user, permission)
    now = datetime.now(UTC)
    return local_date(now, places[0].time_zone) if places else now.date()


def require_at(by: User, permission: Permission, facility: Facility) -> None:
    """Inside an action whose subject is not the facility: the right must be held there too. Raises AccessDenied."""
    if facility.pk not in authority_of(by).at(permission):
        raise AccessDenied(REFUSED)


class Can:
    """For templates: `{% if can.coding_finalize %}`; true when the person holds the permission anywhere."""

    def __init__(self, user: User) -> None:
        self._authority = authority_of(user)

    def __getitem__(self, name: str) -> bool:
        return self._authority.may(Permission(name))

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles the person holds today."""
        return self._authority.roles
