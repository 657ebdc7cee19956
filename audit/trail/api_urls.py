"""Routes of the trail for programs, under /api/v1/audit/."""

from django.urls import path

from audit.trail.api import events, fhir

app_name = "audit_api"
urlpatterns = [path("events", events, name="events"), path("fhir", fhir, name="fhir")]
