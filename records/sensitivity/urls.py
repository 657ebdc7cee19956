"""Routes of labels, consents and numbers shown in part, under /protected/."""

from django.urls import path

from records.sensitivity import unmasking, views

app_name = "sensitivity"
urlpatterns = [
    path("patients/<uuid:patient_id>/", views.privacy, name="privacy"),
    path("patients/<uuid:patient_id>/consents", views.add_consent, name="consent"),
    path("patients/<uuid:patient_id>/consents/<uuid:consent_id>/revoke", views.revoke_consent, name="revoke_consent"),
    path("patients/<uuid:patient_id>/numbers/<slug:kind>/<int:number_id>", unmasking.number, name="unmask"),
    path("labels/<slug:kind>/<uuid:item_id>", views.labels, name="labels"),
    path("documents/<uuid:item_id>/passages", views.add_passage, name="mark_passage"),
    path("documents/<uuid:item_id>/passages/<uuid:section_id>/remove", views.remove_passage, name="unmark_passage"),
]
