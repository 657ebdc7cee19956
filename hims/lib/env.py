"""Settings from the environment, failing aloud when a value is missing or malformed. A blank value counts as unset."""

from __future__ import annotations

import os
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class SettingError(RuntimeError):
    """A setting is missing or malformed; the message names the variable and what it expects."""


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text; SettingError when it is unset and has no default."""
    value = _set(name)
    if value is not None:
        return value
    if default is None:
        raise SettingError(f"{name} is not set. See docs/operations.md for what it expects.")
    return default


def env_bool(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case."""
    value = _set(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise SettingError(f"{name} is {value!r}; write 1 or 0.")


def env_int(name: str, default: int) -> int:
    """A whole number."""
    value = _set(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name} is {value!r}; write a whole number.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated words, without blanks."""
    return [word.strip() for word in env_text(name, default).split(",") if word.strip()]


def env_secret(name: str, default: str | None = None) -> str:
    """A secret: the variable itself, or the content of the file that NAME_FILE points to."""
    path = _set(f"{name}_FILE")
    if path is None:
        return env_text(name, default)
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{name}_FILE cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingError(f"{name}_FILE does not point to a text file.") from None
    if not secret:
        raise SettingError(f"{name}_FILE points to an empty file.")
    return secret


def _set(name: str) -> str | None:
    value = os.environ.get(name)
    return value if value is not None and value.strip() else None
