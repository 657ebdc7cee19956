"""The trail for programs: the same filter and the same gated selector as the page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from audit.exchange.fhir import bundle
from audit.trail.enums import Category, Purpose, Result, Source
from audit.trail.forms import EventFilterForm
from audit.trail.selectors import EventPage, audit_events
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
    OpenApiParameter("purpose", str, enum=[word.value for word in Purpose]),
    OpenApiParameter("source", str, enum=[word.value for word in Source], description="the door"),
    OpenApiParameter("object_type", str),
    OpenApiParameter("object_id", str, description="of a document, an encounter, a claim ..."),
    OpenApiParameter("sort", str, description="a column, with - for descending; needs patient, person or period"),
    OpenApiParameter("from_day", OpenApiTypes.DATE, description="UTC"),
    OpenApiParameter("to_day", OpenApiTypes.DATE, description="UTC, inclusive"),
    OpenApiParameter("request_id", OpenApiTypes.UUID),
    OpenApiParameter("after", str, description="`next` of the page before"),
]


@extend_schema(operation_id="audit_events", parameters=PARAMETERS, responses=EventPageSerializer)
@api_view(["GET"])
def events(request: Request) -> Response:
    """Who saw or did what to whom; asking is an event itself."""
    found = _page(request)
    return found if isinstance(found, Response) else Response(EventPageSerializer(found).data)


@extend_schema(
    operation_id="audit_events_fhir", parameters=PARAMETERS,
    responses={
        (200, "application/fhir+json"): OpenApiResponse(
            OpenApiTypes.OBJECT, description="a FHIR R4 Bundle of AuditEvent after IHE BALP"
        )
    },
)  # fmt: skip
@api_view(["GET"])
def fhir(request: Request) -> Response:
    """The same page as a FHIR Bundle; its link `next` leads to the page that follows."""
    found = _page(request)
    if isinstance(found, Response):
        return found
    links = {"self": request.build_absolute_uri()}
    if found.next_cursor:
        query = request.query_params.copy()
        query["after"] = found.next_cursor
        links["next"] = request.build_absolute_uri(f"?{query.urlencode()}")
    return Response(bundle(found.events, links), content_type="application/fhir+json; charset=utf-8")


def _page(request: Request) -> EventPage | Response:
    form = EventFilterForm(request.query_params)
    if not form.is_valid():
        return Response(form.errors, status=400)
    asked = {"order": form.cleaned_data["sort"], "after": request.query_params.get("after", "")}
    page: EventPage = audit_events(by=person(request), wanted=form.wanted(), **asked)
    return page
