"""Routes of privacy monitoring, under /privacy/."""

from django.urls import path

from audit.monitoring import rule_views, views

app_name = "privacy"
urlpatterns = [
    path("", views.alerts, name="alerts"),
    path("close", views.close_many, name="close_many"),
    path("case", views.to_case, name="to_case"),
    path("alerts/<uuid:alert_id>/", views.alert, name="alert"),
    path("alerts/<uuid:alert_id>/close", views.close, name="close"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/<slug:name>/", rule_views.rule, name="rule"),
    path("explained", views.explained, name="explained"),
]
