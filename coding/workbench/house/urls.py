"""Routes of the validation designer, part of those of the workbench."""

from django.urls import path

from coding.workbench.house import views

house_routes = [
    path("house-rules/", views.rules, name="house_rules"),
    path("house-rules/new", views.new, name="new_house_rule"),
    path("house-rules/<uuid:rule_id>/", views.rule, name="house_rule"),
    path("house-rules/<uuid:rule_id>/edit", views.edit, name="edit_house_rule"),
    path("house-rules/<uuid:rule_id>/try", views.attempt, name="try_house_rule"),
    path("house-rules/<uuid:rule_id>/switch", views.switch, name="switch_house_rule"),
]
