from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "coding"

    def ready(self) -> None:
        from coding import explanations, receivers, relationships
        from coding.codesets.official.selectors import weight_of_drg
        from coding.grouper import weights

        receivers.connect()
        relationships.connect()
        explanations.register()
        weights.connect(weight_of_drg)
