"""Routes of evidence, part of those of the workbench."""

from django.urls import path

from coding.workbench.evidence import policy_views, views

evidence_routes = [
    path("evidence-policy/", policy_views.policy, name="evidence_policy"),
    path("documents/<uuid:document_id>/pin", views.pin_words, name="pin"),
    path("<uuid:encounter_id>/evidence/", views.panel, name="evidence"),
    path("<uuid:encounter_id>/evidence/remove", views.remove_pin, name="evidence_remove"),
    path("<uuid:encounter_id>/evidence/again", views.again, name="evidence_again"),
    path("<uuid:encounter_id>/evidence/all-again", views.all_again, name="evidence_all_again"),
    path("<uuid:encounter_id>/evidence/override", views.sign_override, name="evidence_override"),
    path("<uuid:encounter_id>/evidence/withdraw", views.withdraw, name="evidence_withdraw"),
]
