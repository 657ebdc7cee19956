"""Routes of the code search for programs, under /api/v1/codes/."""

from django.urls import path

from coding.codesets.api import code_search

app_name = "codesets_api"
urlpatterns = [path("search", code_search, name="search")]
