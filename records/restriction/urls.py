"""The routes of restriction."""

from django.urls import path

from records.restriction import views

app_name = "restriction"
urlpatterns = [
    path("", views.charts, name="charts"),
    path("staff/", views.employees, name="employees"),
    path("<uuid:patient_id>/", views.chart, name="chart"),
    path("<uuid:patient_id>/mark", views.mark, name="mark"),
    path("<uuid:patient_id>/lift", views.unmark, name="lift"),
    path("<uuid:patient_id>/access", views.give, name="give"),
    path("<uuid:patient_id>/access/<uuid:grant_id>/take", views.take, name="take"),
    path("<uuid:patient_id>/exceptions", views.drop_exceptions, name="drop_exceptions"),
    path("<uuid:patient_id>/staff/<uuid:user_id>", views.link, name="link"),
    path("<uuid:patient_id>/unlink", views.unlink, name="unlink"),
]
