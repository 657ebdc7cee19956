"""The second wall: what row-level security in the database is told about the person, for one transaction only.

The policies (see the migrations named add_row_security) show rows of the facilities in `app.facs`; restricted charts only at
those in `app.trusted`, or when a grant opens them; and the patients in `app.emergency` wherever they are. Nothing set, no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import Facility, User

# Feeds must find and keep restricted charts too; what they read is shown to nobody.
FEEDS = frozenset({Permission.DATA_IMPORT})
NAMES = ("app.uid", "app.facs", "app.trusted", "app.emergency")
# The values that were there before come back, so that work inside other work leaves its surroundings as they were. The
# short queries of pages lose more to the database's query compiler and to starting helpers than they gain: both stay off.
ENTER = (
    "SELECT {}, {}, set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)".format(
        ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in NAMES),
        ", ".join(f"set_config('{name}', %s, true)" for name in NAMES),
    )
)
LEAVE = "SELECT {}".format(", ".join(f"set_config('{name}', %s, true)" for name in NAMES))


@dataclass(frozen=True)
class Standing:
    """Who stands before the wall: the person, facilities, facilities of trust, patients opened by emergency."""

    uid: str
    facilities: str
    trusted: str = ""
    emergency: str = ""

    @property
    def values(self) -> list[str]:
        """In the order of NAMES."""
        return [self.uid, self.facilities, self.trusted, self.emergency]


def standing(user: User, permission: Permission | None = None) -> Standing:
    """What the database is told of `user`; permission: the one exercised, which widens trust for feeds."""
    authority = authority_of(user)
    trusted = authority.at(Permission.CONFIDENTIAL_VIEW)
    if permission in FEEDS:
        trusted |= authority.at(permission)
    return Standing(str(user.pk), _listed(authority.everywhere), _listed(trusted), _listed(authority.emergency))


@contextmanager
def behind(who: Standing) -> Iterator[None]:
    """One transaction in which the database knows who asks; a nested one gives back what was set before."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ENTER, who.values)
            before = list(cursor.fetchone()[: len(NAMES)])
        yield
        if nested:
            with connection.cursor() as cursor:
                cursor.execute(LEAVE, before)


@contextmanager
def standing_for(user: User, permission: Permission | None = None) -> Iterator[None]:
    """For the few places outside the gate that read patient tables on behalf of a person, such as forms and feeds."""
    with behind(standing(user, permission)):
        yield


@contextmanager
def unwalled(uid: str) -> Iterator[None]:
    """Every facility, restricted charts included: for the trail's own knowledge of whom a refusal concerned."""
    everywhere = _listed(Facility.objects.values_list("pk", flat=True))
    with behind(Standing(uid, everywhere, everywhere)):
        yield


def _listed(values: Iterable[object]) -> str:
    return ",".join(sorted(str(value) for value in values))
