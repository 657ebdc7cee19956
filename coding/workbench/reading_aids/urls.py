"""Routes of the workbench's reader, part of those of the workbench."""

from django.urls import path

from coding.workbench.reading_aids import views

reading_routes = [
    path("documents/<uuid:document_id>/", views.document, name="document"),
    path("documents/<uuid:document_id>/read", views.note_reading, name="document_read"),
    path("documents/<uuid:document_id>/differences", views.differences, name="differences"),
    path("<uuid:encounter_id>/documents/search", views.search, name="document_search"),
    path("<uuid:encounter_id>/earlier-stays", views.stays, name="earlier_stays"),
]
