"""Every route of the product. Each noun keeps its own list."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

urlpatterns = [
    path("", include("hims.home.urls")),
    path("accounts/", include("hims.staff.urls")),
    path("audit/", include("audit.trail.urls")),
    path("", include("records.urls")),
    path("codes/", include("coding.codesets.urls")),
    path("coding/", include("coding.workbench.urls")),
    path("billing/", include("billing.urls")),
    path("api/v1/", include("records.api_urls")),
    path("api/v1/audit/", include("audit.trail.api_urls")),
    path("api/v1/codes/", include("coding.codesets.api_urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="api_schema"),
]
