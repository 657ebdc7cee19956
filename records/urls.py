"""The routes of the records app."""

from django.urls import path

from records.chart import views as chart
from records.documents import views as documents
from records.encounters import views as encounters
from records.registry import views as registry

app_name = "records"
urlpatterns = [
    path("patients/", registry.patients, name="patients"),
    path("patients/search", registry.search, name="patient_search"),
    path("patients/register", registry.register, name="register"),
    path("patients/<uuid:patient_id>/", chart.chart, name="chart"),
    path("patients/<uuid:patient_id>/search", chart.chart_search, name="chart_search"),
    path("patients/<uuid:patient_id>/correct", registry.correct, name="correct"),
    path("patients/<uuid:patient_id>/coverage", registry.coverage, name="coverage"),
    path("patients/<uuid:patient_id>/admit", encounters.admit_patient, name="admit"),
    path("encounters/", encounters.in_house, name="in_house"),
    path("encounters/<uuid:encounter_id>/", encounters.encounter, name="encounter"),
    path("encounters/<uuid:encounter_id>/discharge", encounters.discharge_patient, name="discharge"),
    path("encounters/<uuid:encounter_id>/move", encounters.move_patient, name="move"),
    path("encounters/<uuid:encounter_id>/cancel", encounters.cancel_encounter, name="cancel"),
    path("encounters/<uuid:encounter_id>/documents", documents.file_on_encounter, name="file_document"),
    path("documents/unsigned", documents.unsigned, name="unsigned"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
    path("documents/<uuid:document_id>/file", documents.download, name="document_file"),
    path("documents/<uuid:document_id>/sign", documents.sign, name="sign"),
    path("documents/<uuid:document_id>/amend", documents.amend, name="amend"),
    path("documents/<uuid:document_id>/retract", documents.retract, name="retract"),
]
