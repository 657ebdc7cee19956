"""Is a resource what FHIR R4 says it is? Pure; answered by fhir.resources."""

from __future__ import annotations

from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from records.interop.fhir.older import from_stu3, looks_like_dstu2
from records.interop.fhir.values import Json

FAULTS_TOLD = 3
DSTU2 = "this is FHIR DSTU2 (1.0); export it as R4 (4.0)"


def checked(resource: Json) -> tuple[Json, str]:
    """The resource in the shape of R4, and why it is invalid ("" when it is valid).

    A resource of STU3 is brought into the shape of R4 when that is all it lacks. The reason names paths, never values.
    """
    reason = _faults(resource)
    if not reason:
        return resource, ""
    if looks_like_dstu2(resource):
        return resource, DSTU2
    newer = from_stu3(resource)
    if newer is not None and not _faults(newer):
        return newer, ""
    return resource, reason


@cache
def _model(resource_type: str) -> Any:
    return get_fhir_model_class(resource_type)


def _faults(resource: Json) -> str:
    try:
        _model(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        told = "; ".join(f"{_path(fault['loc'])}: {fault['msg']}" for fault in faults[:FAULTS_TOLD])
        return told[:300]
    except RecursionError:
        return "nested too deeply"
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
        return f"cannot be read as FHIR ({type(error).__name__})"
    return ""


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)[:120] or "resource"
