"""What the person asked for: arguments, then the environment (docs/operations.md), then the defaults."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hims.platform.console import PlatformError

PROJECT = Path(__file__).resolve().parent.parent.parent
KEYS = {"HIMS_SECRET_KEY": "secret_key", "HIMS_FIELD_KEY": "field_key", "HIMS_NOTES_KEY": "notes_key"}
"""Made once and kept in the data folder, unless they are given: variable -> file."""
SEALING = ("HIMS_SEALER_DATABASE_URL", "HIMS_RETENTION_DATABASE_URL")
"""Addresses that only the worker (sealing) and the one-shot of a start (retention) need."""
SECRETS = ("DATABASE_URL", "HIMS_APP_DATABASE_URL", "HIMS_AUDIT_DATABASE_URL", *SEALING, "REDIS_URL", *KEYS)
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Wishes:
    """One start's parameters.

    demo: True or False when HIMS_DEMO says so, None to let the database decide (hims/platform/steps.py).
    given: the secret variables that were set, also by NAME_FILE.
    """

    data: Path
    port: int = 8000
    bind: str = "127.0.0.1"
    production: bool = False
    demo: bool | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def loopback(self) -> bool:
        """Only this machine can reach the pages."""
        return is_loopback(self.bind)

    @property
    def url(self) -> str:
        """Where a browser finds the pages."""
        return f"http://{self.address}:{self.port}/"

    @property
    def address(self) -> str:
        """An address of this machine that the web process answers on, as it stands in a URL."""
        if self.bind == "localhost":
            return self.bind
        listening = ipaddress.ip_address(self.bind)
        if listening.is_unspecified:
            return "127.0.0.1" if listening.version == 4 else "[::1]"
        return f"[{self.bind}]" if listening.version == 6 else self.bind


def is_loopback(bind: str) -> bool:
    """Is this listening address reachable from this machine alone?"""
    if bind == "localhost":
        return True
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        raise PlatformError(f"HIMS_BIND is {bind!r}; write an IP address, such as 127.0.0.1.") from None


def wishes(environ: Mapping[str, str], *, data: str | None = None, port: int | None = None) -> Wishes:
    """Read them all; PlatformError names the variable that is malformed or contradicts another."""
    bind = environ.get("HIMS_BIND", "127.0.0.1")
    production = flag(environ, "HIMS_PRODUCTION") or False
    demo = flag(environ, "HIMS_DEMO")
    if demo and production:
        raise PlatformError("HIMS_DEMO=1 and HIMS_PRODUCTION=1 contradict each other; set only one of them.")
    if demo and not is_loopback(bind):
        raise PlatformError(demo_refusal(bind))
    return Wishes(
        data=Path(data or environ.get("HIMS_DATA_DIR") or PROJECT / "var").absolute(),
        port=port if port is not None else _port(environ),
        bind=bind,
        production=production,
        demo=False if production or not is_loopback(bind) else demo,
        given=given_secrets(environ),
    )


def demo_refusal(bind: str) -> str:
    """Why the demo hospital is not served to a network."""
    return (
        f"the demo hospital lets anyone choose a person and sign in, so it is not served on {bind}; "
        "leave HIMS_BIND unset, or set HIMS_PRODUCTION=1 for an installation of your own."
    )


def flag(environ: Mapping[str, str], name: str) -> bool | None:
    """1/true/yes/on, 0/false/no/off, or None when unset."""
    value = environ.get(name)
    if value is None:
        return None
    if value.strip().lower() not in TRUE | FALSE:
        raise PlatformError(f"{name} is {value!r}; write 1 or 0.")
    return value.strip().lower() in TRUE


def _port(environ: Mapping[str, str]) -> int:
    value = environ.get("HIMS_PORT", "8000")
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise PlatformError(f"HIMS_PORT is {value!r}; write a number from 1 to 65535.")
    return int(value)


def given_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of SECRETS that are set, from NAME_FILE's content where that is set."""
    found = {name: secret(environ, name) for name in SECRETS}
    return {name: value for name, value in found.items() if value}


def secret(environ: Mapping[str, str], name: str) -> str:
    """The content of the file that NAME_FILE points to, or the variable itself; "" when neither is set."""
    place = environ.get(f"{name}_FILE")
    return _read(name, place) if place else environ.get(name, "")


def _read(name: str, place: str) -> str:
    try:
        return Path(place).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise PlatformError(f"{name}_FILE cannot be read: {error.strerror} ({place}).") from None


def base_environment() -> dict[str, str]:
    """Our own environment without the variables that the platform sets itself for its children."""
    dropped = {*SECRETS, *(f"{name}_FILE" for name in SECRETS)}
    return {name: value for name, value in os.environ.items() if name not in dropped}
