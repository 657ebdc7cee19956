"""Routes of signing in, under /accounts/. Accounts are made and passwords reset by administrators, so nothing else of
allauth is reachable: no sign-up, no reset by e-mail, no e-mail addresses."""

from allauth.account import views as account
from django.urls import include, path

from hims.staff.views import ChangePassword, SignIn

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", ChangePassword.as_view(), name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
