"""The routes of the billing app."""

from django.urls import path

from billing.charges import views as charges
from billing.claims import views as claims

app_name = "billing"
urlpatterns = [
    path("", charges.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/", charges.account, name="account"),
    path("accounts/<uuid:account_id>/charge", charges.new_charge, name="new_charge"),
    path("charges/<uuid:charge_id>/reverse", charges.undo_charge, name="reverse_charge"),
    path("charge-master/", charges.charge_master, name="charge_master"),
    path("claims/", claims.claims, name="claims"),
    path("claims/export", claims.export, name="export"),
    path("claims/export/status", claims.export_status, name="export_status"),
    path("claims/<uuid:claim_id>/", claims.claim, name="claim"),
    path("claims/<uuid:claim_id>/rebuild", claims.rebuild, name="rebuild_claim"),
    path("claims/<uuid:claim_id>/payer-number", claims.payer_number, name="payer_number"),
    path("files/", claims.files, name="files"),
    path("files/<uuid:file_id>/", claims.file_download, name="file_download"),
]
