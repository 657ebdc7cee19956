"""Routes of psychotherapy notes, under /psychotherapy/."""

from django.urls import path

from records.psychotherapy import views

app_name = "psychotherapy"
urlpatterns = [
    path("patients/<uuid:patient_id>/", views.notes, name="notes"),
    path("patients/<uuid:patient_id>/new", views.new_note, name="new"),
    path("<uuid:note_id>/", views.note, name="note"),
]
