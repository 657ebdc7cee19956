from django.apps import AppConfig


class ProofConfig(AppConfig):
    name = "hims.proof"
    label = "proof"
