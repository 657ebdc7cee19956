"""The routes of emergency access."""

from django.urls import path

from records.emergency import views

app_name = "emergency"
urlpatterns = [
    path("", views.door, name="door"),
    path("chart/<uuid:target>/", views.open_chart, {"kind": "chart"}, name="open"),
    path("encounter/<uuid:target>/", views.open_chart, {"kind": "encounter"}, name="open"),
    path("document/<uuid:target>/", views.open_chart, {"kind": "document"}, name="open"),
    path("<uuid:patient_id>/renew", views.renew, name="renew"),
    path("<uuid:patient_id>/close", views.close, name="close"),
]
