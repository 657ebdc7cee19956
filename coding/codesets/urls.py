"""Routes of the code sets, under /codes/."""

from django.urls import path

from coding.codesets import views
from coding.codesets.browse import views as browse
from coding.codesets.official import views as official

app_name = "codesets"
urlpatterns = [
    path("", views.search, name="search"),
    path("search", views.results, name="results"),
    path("loads/", official.loads, name="loads"),
    path("loads/new", official.new, name="new_load"),
    path("loads/<uuid:load_id>/", official.load, name="load"),
    path("loads/<uuid:load_id>/progress", official.progress, name="load_progress"),
    path("loads/<uuid:load_id>/confirm", official.confirm, name="confirm_load"),
    path("loads/<uuid:load_id>/rollback", official.rollback, name="rollback_load"),
    path("index/<str:book>/", browse.index_page, name="index"),
    path("index/<str:book>/follow", browse.follow, name="follow"),
    path("tabular/<str:system>/", browse.tabular_page, name="tabular"),
    path("tabular/<str:system>/branch", browse.branch, name="branch"),
    path("pcs/", browse.pcs_page, name="pcs"),
    path("pcs/state", browse.pcs_state, name="pcs_state"),
    path("<str:system>/<str:code>/", views.detail, name="detail"),
]
