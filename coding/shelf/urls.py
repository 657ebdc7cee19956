"""Routes of the shelf, under /shelf/."""

from django.urls import path

from coding.shelf import views

app_name = "shelf"
urlpatterns = [
    path("", views.home, name="home"),
    path("star", views.star, name="star"),
    path("note", views.note, name="note"),
    path("comment", views.comment, name="comment"),
    path("groups", views.groups, name="groups"),
    path("bookmark", views.bookmark, name="bookmark"),
    path("<str:system>/<str:code>/", views.card, name="card"),
]
