"""Every route of the product. Each noun keeps its own list."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from hims.staff.views import SignIn

urlpatterns = [
    path("", include("hims.home.urls")),
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/", include("allauth.urls")),
    path("audit/", include("audit.trail.urls")),
    path("", include("records.urls")),
    path("codes/", include("coding.codesets.urls")),
    path("coding/", include("coding.workbench.urls")),
    path("billing/", include("billing.urls")),
    path("api/v1/codes/", include("coding.codesets.api_urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
]
