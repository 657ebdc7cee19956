from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "hims.home"
    label = "home"
