"""The review of emergency accesses."""

from django.urls import path

from audit.access import views

app_name = "emergencies"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:emergency_id>/", views.review, name="review"),
]
