"""Routes of the abstract, part of those of the workbench."""

from django.urls import path

from coding.workbench.abstracting import field_views, views

abstract_routes = [
    path("abstract-fields/", field_views.fields, name="abstract_fields"),
    path("abstract-fields/<uuid:field_id>/switch", field_views.switch, name="switch_abstract_field"),
    path("<uuid:encounter_id>/abstract/", views.panel, name="abstract"),
    path("<uuid:encounter_id>/abstract/save", views.save, name="save_abstract"),
]
