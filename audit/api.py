"""Domain errors as API answers."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable

STATUS = {NotVisible: 404, AccessDenied: 403, TrailUnavailable: 503}


class BoundedJSONParser(JSONParser):
    """JSON whose nesting ends before Python's patience does: what goes deeper is a malformed request."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply") from None


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: 404 out of reach, 403 missing right, 503 no trail, 409 any other broken rule."""
    if isinstance(error, DomainError):
        body = {"detail": error.message, **({"field": error.field} if error.field else {})}
        return Response(body, status=STATUS.get(type(error), 409))
    return default_handler(error, context)
