"""Routes of investigation cases, under /privacy/cases/."""

from django.urls import path

from audit.cases import decisions, views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("new", decisions.new, name="new"),
    path("evidence", views.evidence, name="evidence"),
    path("breaches", decisions.breaches, name="breaches"),
    path("breaches/export", decisions.export_breaches, name="export_breaches"),
    path("<uuid:case_id>/", views.case, name="case"),
    path("<uuid:case_id>/change", decisions.change, name="change"),
    path("<uuid:case_id>/assessment", decisions.assessment, name="assessment"),
    path("<uuid:case_id>/close", decisions.close, name="close"),
    path("<uuid:case_id>/notes", views.note, name="note"),
    path("<uuid:case_id>/steps", views.step, name="step"),
    path("<uuid:case_id>/patients", views.patients, name="patients"),
    path("<uuid:case_id>/file", views.file, name="file"),
]
