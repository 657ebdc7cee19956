"""Roles as groups with permissions: the first content, from `hims.lib.access`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as PermissionRow

from hims.lib.access import ROLE_PERMISSIONS, Permission, Role
from hims.staff.models import User

SYSTEM_USERNAME = "system"


def sync_roles(using: str) -> None:
    """Create missing groups with their permissions; a group that exists keeps what the site gave it.

    A permission that came with a newer version is one the system itself does not hold yet: it goes to the roles that carry it
    by default, once, so that nobody loses a right that used to be part of another.
    """
    codenames = [permission.value for permission in Permission]
    rows = {
        row.codename: row
        for row in PermissionRow.objects.using(using).filter(content_type__app_label="staff", codename__in=codenames)
    }
    system = Group.objects.using(using).filter(name=Role.SYSTEM.value).first()
    known = set(system.permissions.values_list("codename", flat=True)) if system else set(codenames)
    for role in Role:
        group, created = Group.objects.using(using).get_or_create(name=role.value)
        wanted = {permission.value for permission in ROLE_PERMISSIONS[role]}
        if created:
            group.permissions.set([rows[codename] for codename in wanted])
        else:
            group.permissions.add(*(rows[codename] for codename in wanted - known))


def sync_system_user(using: str) -> None:
    """The actor of jobs and feeds: cannot sign in, holds the role System at every facility."""
    user, created = User.objects.using(using).get_or_create(
        username=SYSTEM_USERNAME, defaults={"display_name": "HIMS", "is_system": True}
    )
    if created:
        user.set_unusable_password()
        user.save(using=using)


def sync_roles_after_migrate(using: str, **_: Any) -> None:
    """post_migrate: Django creates the permission rows first, since django.contrib.auth listens earlier."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions

    create_permissions(apps.get_app_config("staff"), using=using, verbosity=0)
    sync_roles(using)
    sync_system_user(using)
