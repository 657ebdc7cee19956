"""Code search for programs."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from coding.codesets.forms import CodeSearchForm
from coding.codesets.presenters import hit_json
from coding.codesets.search.find import search


class HitSerializer(serializers.Serializer[dict[str, object]]):
    """One found code; score is comparable within one answer only."""

    system = serializers.CharField()
    code = serializers.CharField(help_text="as printed, with its dot")
    title = serializers.CharField()
    score = serializers.FloatField()
    via = serializers.CharField()
    billable = serializers.BooleanField(help_text="false for a heading, which needs further characters")
    matched = serializers.CharField(help_text="the inclusion term or index entry it was found by; else empty")


@extend_schema(
    operation_id="code_search",
    parameters=[
        OpenApiParameter("q", str, required=True, description="a code or words"),
        OpenApiParameter(
            "system",
            str,
            description="icd10cm, icd10pcs or another code set; diagnoses, procedures, HCPCS and CPT when left out",
        ),
        OpenApiParameter("on", str, description="the day whose release counts, YYYY-MM-DD; today when left out"),
        OpenApiParameter("limit", int, description="1 to 100, 20 when left out"),
    ],
    responses=HitSerializer(many=True),
)
@api_view(["GET"])
def code_search(request: Request) -> Response:
    """The codes a query means, best first."""
    form = CodeSearchForm(request.query_params)
    if not form.is_valid():
        return Response(form.errors, status=400)
    asked = form.cleaned_data
    hits = search(asked["q"], asked["system"], on=asked["on"], limit=asked["limit"])
    return Response([hit_json(hit) for hit in hits])
