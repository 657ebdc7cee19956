"""Routes of accounts, roles, reviews and audits, under /staff/."""

from django.urls import path

from audit.staffing.views import accounts, audits, own, reports, reviews, roles

app_name = "staffing"
urlpatterns = [
    path("", accounts.accounts, name="accounts"),
    path("new", accounts.create, name="create"),
    path("me", own.me, name="me"),
    path("me/leave", own.lend, name="lend"),
    path("me/delegations/<uuid:delegation_id>/end", own.take_back, name="take_back"),
    path("my-charts", own.my_charts, name="my_charts"),
    path("new-password", own.new_password, name="new_password"),
    path("roles", accounts.roles, name="roles"),
    path("duties", roles.duties, name="duties"),
    path("duties/<uuid:exception_id>", roles.exception, name="exception"),
    path("leavers", reports.leavers, name="leavers"),
    path("leavers/file", reports.leavers_file, name="leavers_file"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/new", reviews.start, name="start_review"),
    path("reviews/<uuid:review_id>/", reviews.review, name="review"),
    path("reviews/<uuid:review_id>/keep", reviews.keep, name="keep"),
    path("reviews/<uuid:review_id>/evidence", reviews.evidence, name="evidence"),
    path("reviews/items/<uuid:item_id>", reviews.item, name="review_item"),
    path("audits/", audits.audits, name="audits"),
    path("audits/new", audits.start, name="start_audit"),
    path("audits/<uuid:audit_id>/", audits.audit, name="audit"),
    path("audits/<uuid:audit_id>/charts", audits.charts, name="audit_charts"),
    path("audits/<uuid:audit_id>/charts/<uuid:patient_id>/remove", audits.remove, name="audit_remove"),
    path("audits/<uuid:audit_id>/close", audits.close, name="close_audit"),
    path("<uuid:account_id>/", accounts.account, name="account"),
    path("<uuid:account_id>/correct", accounts.correct, name="correct"),
    path("<uuid:account_id>/close", accounts.close, name="close"),
    path("<uuid:account_id>/reopen", accounts.reopen, name="reopen"),
    path("<uuid:account_id>/password", accounts.password, name="password"),
    path("<uuid:account_id>/roles/give", roles.give, name="give_role"),
    path("<uuid:account_id>/roles/<int:membership_id>/end", roles.end, name="end_role"),
    path("<uuid:account_id>/tokens/<uuid:token_id>/end", accounts.revoke_token, name="revoke_token"),
    path(
        "<uuid:account_id>/delegations/<uuid:delegation_id>/end", accounts.revoke_delegation, name="revoke_delegation"
    ),
]
