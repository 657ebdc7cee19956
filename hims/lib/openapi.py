"""What every operation of the API may also answer, written into its description."""

from __future__ import annotations

from typing import Any

REFUSAL = "Refusal"
SCHEMA = {
    "type": "object",
    "description": "Why nothing was done: a sentence, and the field it is about where there is one.",
    "properties": {"detail": {"type": "string"}, "field": {"type": "string"}},
}
ALWAYS = {
    "400": "The request cannot be read, or a value in it is wrong.",
    "401": "The token is not valid.",
    "403": "Not signed in, a second factor is missing, or the right is.",
    "405": "The address does not take this method.",
    "406": "No such form of answer.",
    "409": "A rule of the house refuses it.",
    "423": "The screen is locked.",
    "429": "Too many requests; Retry-After says when to go on.",
    "503": "The trail or the database is away; nothing was shown or changed.",
}
WITH_BODY = {"413": "The body is too large.", "415": "The body is not JSON."}
ABOUT_A_THING = {"404": "It does not exist, or is out of reach; which of the two is not told."}


def name_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of the schema generator: adds the refusals that the middleware and the gate answer with."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas[REFUSAL] = SCHEMA
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{REFUSAL}"}}}
    for path, operations in result.get("paths", {}).items():
        for operation in operations.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            wanted = {**ALWAYS, **(WITH_BODY if "requestBody" in operation else {})}
            wanted |= ABOUT_A_THING if "{" in path else {}
            for status, words in wanted.items():
                answer: dict[str, Any] = {"description": words}
                if status != "400":
                    answer["content"] = content
                operation["responses"].setdefault(status, answer)
    return result
