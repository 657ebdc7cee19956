"""Domain errors as API answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable

STATUS = {NotVisible: 404, AccessDenied: 403, TrailUnavailable: 503}


class TooLarge(APIException):
    """The body is larger than any request of this API needs."""

    status_code = 413
    default_detail = "The request is too large."


class BoundedJSONParser(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE, whose nesting ends before Python's patience does."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = stream.META.get("CONTENT_LENGTH") if hasattr(stream, "META") else None
        if length and length.isdecimal() and int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply") from None


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: 404 out of reach, 403 missing right, 503 no trail, 409 any other broken rule."""
    if isinstance(error, DomainError):
        body = {"detail": error.message, **({"field": error.field} if error.field else {})}
        return Response(body, status=STATUS.get(type(error), 409))
    return default_handler(error, context)
