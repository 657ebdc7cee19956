"""Every route of the product. Each noun keeps its own list."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

urlpatterns = [
    path("", include("hims.home.urls")),
    path("accounts/", include("hims.staff.urls")),
    path("audit/", include("audit.trail.urls")),
    path("staff/", include("audit.staffing.urls")),
    path("privacy/cases/", include("audit.cases.urls")),
    path("privacy/report/", include("audit.report.urls")),
    path("privacy/emergencies/", include("audit.access.urls")),
    path("privacy/", include("audit.monitoring.urls")),
    path("emergency/", include("records.emergency.urls")),
    path("restricted/", include("records.restriction.urls")),
    path("patients/", include("records.chart.urls")),
    path("protected/", include("records.sensitivity.urls")),
    path("psychotherapy/", include("records.psychotherapy.urls")),
    path("", include("records.urls")),
    path("codes/", include("coding.codesets.urls")),
    path("coding/", include("coding.workbench.urls")),
    path("shelf/", include("coding.shelf.urls")),
    path("billing/", include("billing.urls")),
    path("api/v1/", include("records.api_urls")),
    path("api/v1/audit/", include("audit.trail.api_urls")),
    path("api/v1/codes/", include("coding.codesets.api_urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api_schema"),
]
handler404 = "hims.home.missing.not_found"
