"""The trail for programs: the same filter and the same gated selector as the page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from audit.trail.enums import Category, Result
from audit.trail.forms import EventFilterForm
from audit.trail.selectors import audit_events
from hims.staff.requests import person


class EventSerializer(serializers.Serializer[Any]):
    """One event; patients by id only."""

    event_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    request_id = serializers.UUIDField()
    actor_id = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    actor_role = serializers.CharField()
    event = serializers.CharField()
    category = serializers.CharField()
    result = serializers.CharField()
    purpose = serializers.CharField()
    door = serializers.CharField(source="source", help_text="web, api, job or command")
    address = serializers.IPAddressField(allow_null=True)
    facility_ids = serializers.ListField(child=serializers.IntegerField())
    patient_ids = serializers.ListField(child=serializers.UUIDField())
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    detail = serializers.JSONField()


class EventPageSerializer(serializers.Serializer[Any]):
    """One page, newest first; next: what to send as `after` for the page that follows, "" on the last one."""

    events = EventSerializer(many=True)
    next = serializers.CharField(source="next_cursor")


PARAMETERS = [
    OpenApiParameter("patient", OpenApiTypes.UUID),
    OpenApiParameter("person", OpenApiTypes.UUID, description="id of the actor"),
    OpenApiParameter("category", str, enum=[word.value for word in Category]),
    OpenApiParameter("event", str, description="its whole name, such as chart.viewed"),
    OpenApiParameter("result", str, enum=[word.value for word in Result]),
    OpenApiParameter("from_day", OpenApiTypes.DATE, description="UTC"),
    OpenApiParameter("to_day", OpenApiTypes.DATE, description="UTC, inclusive"),
    OpenApiParameter("request_id", OpenApiTypes.UUID),
    OpenApiParameter("after", str, description="`next` of the page before"),
]


@extend_schema(operation_id="audit_events", parameters=PARAMETERS, responses=EventPageSerializer)
@api_view(["GET"])
def events(request: Request) -> Response:
    """Who saw or did what to whom; asking is an event itself."""
    form = EventFilterForm(request.query_params)
    if not form.is_valid():
        return Response(form.errors, status=400)
    page = audit_events(by=person(request), wanted=form.wanted(), after=request.query_params.get("after", ""))
    return Response(EventPageSerializer(page).data)
