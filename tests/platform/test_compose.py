"""docker-compose.yml: the production shape, checked without an engine."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import yaml

from hims.platform.services import web_command
from hims.platform.settings import PROJECT, SEALING, SECRETS

NAMES = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "networks", "restart", "depends_on"],
    "properties": {
        "image": {"type": "string", "pattern": "^[a-z0-9/]+:.+"},
        "build": {"const": "."},
        "command": {**NAMES, "uniqueItems": False},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "secrets": NAMES,
        "volumes": NAMES,
        "networks": NAMES,
        "ports": NAMES,
        "tmpfs": NAMES,
        "cap_drop": NAMES,
        "security_opt": NAMES,
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "restart": {"enum": ["unless-stopped", "no"]},
        "shm_size": {"type": "string"},
        "stop_grace_period": {"type": "string"},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "properties": {"condition": {"enum": ["service_healthy", "service_completed_successfully"]}},
                "additionalProperties": False,
            },
        },
        "healthcheck": {
            "type": "object",
            "required": ["test", "interval", "timeout", "retries"],
            "properties": {"test": {"type": "array", "minItems": 2}},
        },
    },
}
SERVICES = {"proxy", "web", "worker", "beat", "migrate", "postgres", "valkey"}
OURS = {"web", "worker", "beat", "migrate"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    assert isinstance(found, dict)
    return found


def test_every_service_has_the_shape_of_one(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == SERVICES
    for name, service in compose["services"].items():
        schema = {**SERVICE, "required": ["image", "networks", "restart"]}
        jsonschema.validate(service, schema)
        assert name not in service.get("depends_on", {})


def test_every_name_used_is_declared(compose: dict[str, Any]) -> None:
    services = compose["services"].values()
    used = {
        "secrets": {name for service in services for name in service.get("secrets", [])},
        "networks": {name for service in services for name in service["networks"]},
        "volumes": {
            volume.split(":")[0]
            for service in services
            for volume in service.get("volumes", [])
            if not volume.startswith(".")
        },
        "services": {name for service in services for name in service.get("depends_on", {})},
    }
    assert used["services"] <= SERVICES
    for kind in ("secrets", "networks", "volumes"):
        assert used[kind] == set(compose[kind])


def test_bound_files_exist(compose: dict[str, Any]) -> None:
    volumes = [volume for service in compose["services"].values() for volume in service.get("volumes", [])]
    bound = [volume.split(":")[0] for volume in volumes if volume.startswith(".")]
    assert bound == ["./deploy/Caddyfile"]
    assert all((PROJECT / place).is_file() for place in bound)


def test_secrets_that_are_read_are_mounted_into_the_same_service(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        text = yaml.safe_dump({key: service.get(key, "") for key in ("environment", "command", "healthcheck")})
        assert set(re.findall(r"/run/secrets/(\w+)", text)) == set(service.get("secrets", []))


def test_every_service_of_ours_gets_every_secret_by_file(compose: dict[str, Any]) -> None:
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert {f"{secret}_FILE" for secret in SECRETS if secret not in SEALING} <= set(environment)
        assert environment["HIMS_PRODUCTION"] == "1"
        assert "HIMS_DEMO" not in environment


def test_only_the_one_shot_may_change_tables(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if {"owner_database_url", "admin_database_url"} & set(service.get("secrets", []))
    }
    assert holders == {"migrate"}


def test_key_and_addresses_of_the_seals_are_where_they_are_needed_only(compose: dict[str, Any]) -> None:
    secrets = {name: set(service.get("secrets", [])) for name, service in compose["services"].items()}
    assert {name for name, held in secrets.items() if "seal_key" in held} == {"worker", "migrate"}
    assert {name for name, held in secrets.items() if "sealer_database_url" in held} == {"worker", "migrate"}
    assert {name for name, held in secrets.items() if "retention_database_url" in held} == {"migrate"}


def test_every_long_running_service_has_a_health_check(compose: dict[str, Any]) -> None:
    without = {name for name, service in compose["services"].items() if "healthcheck" not in service}
    assert without == {"migrate"}


def test_waiting_for_health_is_only_for_services_that_have_a_check(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            long_running = "healthcheck" in services[name]
            assert long_running is (how["condition"] == "service_healthy")


def test_only_the_proxy_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"proxy"}
    assert compose["networks"]["inside"] == {"internal": True}


def test_servers_keep_their_data_where_their_images_write(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["postgres"]["image"].startswith("postgres:18")
    assert services["postgres"]["volumes"] == ["postgres-data:/var/lib/postgresql"]
    assert services["valkey"]["image"].startswith("valkey/valkey:")
    assert "noeviction" in services["valkey"]["command"]
    assert "--appendonly" in services["valkey"]["command"]


def test_our_services_run_without_privileges(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_secrets_script_writes_every_secret(compose: dict[str, Any]) -> None:
    script = (PROJECT / "deploy/make-secrets").read_text()
    written = set(re.findall(r"^write (\w+) ", script, re.MULTILINE))
    assert written == set(compose["secrets"])
    assert {entry["file"] for entry in compose["secrets"].values()} == {
        f"./deploy/secrets/{name}" for name in compose["secrets"]
    }


def test_proxy_hands_on_host_and_scheme_and_logs_no_addresses() -> None:
    caddy = (PROJECT / "deploy/Caddyfile").read_text()
    assert "reverse_proxy web:8000" in caddy
    assert "header_up X-Forwarded-Proto https" in caddy
    assert not re.search(r"^\s*log\b", caddy, re.MULTILINE)
    assert caddy.count("{") == caddy.count("}")


def test_image_serves_with_the_same_server_as_run() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text()
    shared = ["hims.wsgi", "gthread", "--no-control-socket", "--access-logformat"]
    assert all(f'"{word}"' in dockerfile and word in web_command("x") for word in shared)
