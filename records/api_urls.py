"""Routes of the records for programs, under /api/v1/."""

from django.urls import path

from records import api

app_name = "records_api"
urlpatterns = [
    path("patients/search", api.patient_search, name="patient_search"),
    path("patients/<uuid:patient_id>/", api.patient, name="patient"),
    path("encounters/<uuid:encounter_id>/", api.encounter, name="encounter"),
    path("documents/<uuid:document_id>/", api.document, name="document"),
]
