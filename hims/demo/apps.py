from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "hims.demo"
    label = "demo"
