from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "coding"

    def ready(self) -> None:
        from coding import explanations, receivers, relationships

        receivers.connect()
        relationships.connect()
        explanations.register()
