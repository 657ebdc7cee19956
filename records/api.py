"""Records for programs: read only, by the same gated selectors as the pages."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api import BoundedJSONParser
from hims.staff.requests import person
from records.documents.selectors import open_document
from records.encounters.selectors import encounter_details
from records.registry.searching import find_patients
from records.registry.selectors import patient_details
from records.serializers import (
    DocumentSerializer,
    EncounterSerializer,
    FoundPatientSerializer,
    PatientSearchSerializer,
    PatientSerializer,
    VersionSerializer,
)


@extend_schema(operation_id="patient", responses=PatientSerializer)
@api_view(["GET"])
def patient(request: Request, patient_id: UUID) -> Response:
    """One patient; 404 when out of reach."""
    found = patient_details(by=person(request), patient_id=patient_id)
    return Response(PatientSerializer(found).data)


@extend_schema(
    operation_id="patient_search", request=PatientSearchSerializer, responses=FoundPatientSerializer(many=True)
)
@api_view(["POST"])
@parser_classes([BoundedJSONParser])
def patient_search(request: Request) -> Response:
    """At most 50 patients, best match first."""
    asked = PatientSearchSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    found = find_patients(by=person(request), text=asked.validated_data["text"])
    return Response(FoundPatientSerializer(found, many=True).data)


@extend_schema(operation_id="encounter", responses=EncounterSerializer)
@api_view(["GET"])
def encounter(request: Request, encounter_id: UUID) -> Response:
    """One encounter; 404 when out of reach."""
    found = encounter_details(by=person(request), encounter_id=encounter_id)
    return Response(EncounterSerializer(found).data)


@extend_schema(
    operation_id="document",
    parameters=[OpenApiParameter("version", int, description="the newest when left out")],
    responses=DocumentSerializer,
)
@api_view(["GET"])
def document(request: Request, document_id: UUID) -> Response:
    """The text of a document; 404 when it, or the version, is not there or out of reach."""
    asked = VersionSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found = open_document(by=person(request), document_id=document_id, number=asked.validated_data.get("version"))
    return Response(DocumentSerializer(found).data)
