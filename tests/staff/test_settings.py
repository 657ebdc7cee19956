"""What the settings of signing in become in production, and which of them are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

NAMES = (
    "REQUIRE_MFA", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE", "IDLE_MINUTES", "IDLE_MINUTES_BY_ROLE", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
)  # fmt: skip
SCRIPT = f"""
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "hims.settings"
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}))
"""


def read(**given: str) -> subprocess.CompletedProcess[str]:
    mode = {"HIMS_TESTING": "0", "HIMS_DEMO": "0", "HIMS_SECRET_KEY": "synthetic-key-of-the-test-run-" + "x" * 40}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**os.environ, **mode, **given}, capture_output=True, text=True, timeout=120
    )


def test_production_demands_a_second_factor_and_host_bound_cookies() -> None:
    assert json.loads(read().stdout) == {
        "REQUIRE_MFA": True, "SESSION_COOKIE_NAME": "__Host-hims-session", "CSRF_COOKIE_NAME": "__Host-hims-csrf",
        "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax", "IDLE_MINUTES": 15,
        "IDLE_MINUTES_BY_ROLE": {}, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    }  # fmt: skip


def test_demonstration_leaves_the_second_factor_to_its_people() -> None:
    assert json.loads(read(HIMS_DEMO="1").stdout)["REQUIRE_MFA"] is False
    assert json.loads(read(HIMS_DEMO="1", HIMS_REQUIRE_MFA="1").stdout)["REQUIRE_MFA"] is True


def test_idle_limits_are_read() -> None:
    found = json.loads(read(HIMS_IDLE_MINUTES="10", HIMS_IDLE_MINUTES_BY_ROLE="Provider=5").stdout)
    assert (found["IDLE_MINUTES"], found["IDLE_MINUTES_BY_ROLE"]) == (10, {"Provider": 5})


@pytest.mark.parametrize(
    "given",
    [{"HIMS_IDLE_MINUTES": "16"}, {"HIMS_IDLE_MINUTES": "1"}, {"HIMS_IDLE_MINUTES_BY_ROLE": "Provider=60"}],
    ids=str,
)
def test_idle_limit_outside_two_to_fifteen_minutes_stops_the_start(given: dict[str, str]) -> None:
    refused = read(**given)
    assert refused.returncode != 0
    assert "outside 2 to 15" in refused.stderr
