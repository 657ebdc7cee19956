"""Routes of the coding workbench, under /coding/."""

from django.urls import path

from coding.shelf import panels as shelf
from coding.workbench import views
from coding.workbench.abstracting.urls import abstract_routes
from coding.workbench.edits import views as edits
from coding.workbench.evidence.urls import evidence_routes
from coding.workbench.history import views as history
from coding.workbench.holds.urls import hold_routes
from coding.workbench.house.urls import house_routes
from coding.workbench.reading_aids.urls import reading_routes
from coding.workbench.services import views as services
from coding.workbench.whatif import views as whatif

app_name = "coding"
urlpatterns = [
    path("", views.work, name="worklist"),
    path("<uuid:encounter_id>/", views.bench, name="workbench"),
    path("<uuid:encounter_id>/pane", views.pane, name="pane"),
    path("<uuid:encounter_id>/codes", views.add, name="add"),
    path("<uuid:encounter_id>/diagnoses/<int:line>/remove", views.remove_diagnosis, name="remove_diagnosis"),
    path("<uuid:encounter_id>/diagnoses/<int:line>/move", views.move_diagnosis, name="move_diagnosis"),
    path("<uuid:encounter_id>/diagnoses/<int:line>/poa", views.set_poa, name="poa"),
    path("<uuid:encounter_id>/diagnoses/<int:line>/principal", views.make_principal, name="principal"),
    path("<uuid:encounter_id>/procedures/<int:line>/remove", views.remove_procedure, name="remove_procedure"),
    path("<uuid:encounter_id>/procedures/<int:line>/move", views.move_procedure, name="move_procedure"),
    path("<uuid:encounter_id>/procedures/<int:line>/details", views.procedure_details, name="procedure"),
    path("<uuid:encounter_id>/services/<int:line>/remove", services.remove, name="remove_service"),
    path("<uuid:encounter_id>/services/<int:line>/move", services.move, name="move_service"),
    path("<uuid:encounter_id>/services/<int:line>/details", services.details, name="service"),
    path("<uuid:encounter_id>/edits/override", edits.override, name="override_edit"),
    path("<uuid:encounter_id>/edits/withdraw", edits.withdraw, name="withdraw_override"),
    path("<uuid:encounter_id>/poa/fill", edits.fill_poa, name="fill_poa"),
    path("<uuid:encounter_id>/poa/clear", edits.clear_poa, name="clear_poa"),
    path("<uuid:encounter_id>/sequence/forward", edits.forward, name="bring_forward"),
    path("<uuid:encounter_id>/checklist", views.finalize_dialog, name="checklist"),
    path("<uuid:encounter_id>/finalize", views.finalize, name="finalize"),
    path("<uuid:encounter_id>/reopen", views.reopen, name="reopen"),
    path("<uuid:encounter_id>/what-if/", whatif.what_if, name="what_if"),
    path("<uuid:encounter_id>/what-if/try", whatif.tried, name="what_if_try"),
    path("reconciliation/", history.reconciliation_list, name="mismatches"),
    path("<uuid:encounter_id>/history/", history.history, name="history"),
    path("<uuid:encounter_id>/history/keep", history.keep, name="keep"),
    path("<uuid:encounter_id>/reconciliation", history.reconciliation, name="reconciliation"),
    *evidence_routes,
    *hold_routes,
    *abstract_routes,
    *house_routes,
    *reading_routes,
    path("<uuid:encounter_id>/index", shelf.index_panel, name="index"),
    path("<uuid:encounter_id>/tabular", shelf.tabular_panel, name="tabular"),
    path("<uuid:encounter_id>/pcs", shelf.pcs_panel, name="pcs"),
    path("<uuid:encounter_id>/code", shelf.code_panel, name="code"),
    path("<uuid:encounter_id>/shelf", shelf.shelf_panel, name="shelf"),
    path("<uuid:encounter_id>/shelf/take", shelf.take, name="take"),
]
