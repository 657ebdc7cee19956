"""Routes of the code sets, under /codes/."""

from django.urls import path

from coding.codesets import views

app_name = "codesets"
urlpatterns = [
    path("", views.search, name="search"),
    path("search", views.results, name="results"),
    path("<str:system>/<str:code>/", views.detail, name="detail"),
]
