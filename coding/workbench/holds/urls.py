"""Routes of holds, under /coding/."""

from django.urls import path

from coding.workbench.holds import views

hold_routes = [
    path("<uuid:encounter_id>/hold", views.hold, name="hold"),
    path("<uuid:encounter_id>/hold/leave", views.leave, name="leave_hold"),
    path("<uuid:encounter_id>/hold/take-over", views.take_over, name="take_over"),
    path("<uuid:encounter_id>/hold/release", views.release, name="release_hold"),
]
