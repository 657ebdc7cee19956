"""Routes of signing in, under /accounts/. Accounts are made and passwords reset by administrators, so nothing else of
allauth is reachable: no sign-up, no reset by e-mail, no e-mail addresses.

What gives somebody another way in is one transaction with its event: without the trail no password, second factor or token
changes. What ends a sign-in or a token is kept even then.
"""

from allauth.account import views as account
from allauth.mfa import urls as mfa
from django.db import transaction
from django.urls import URLPattern, URLResolver, include, path

from hims.staff.keys import views as keys
from hims.staff.sessions import views as sessions
from hims.staff.tokens import views as tokens
from hims.staff.views import ChangePassword, Reauthenticate, RemoveKey, SignIn

whole = transaction.atomic


def _whole(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same routes with each view in a transaction."""
    return [
        URLResolver(each.pattern, _whole(each.url_patterns), each.default_kwargs, each.app_name, each.namespace)
        if isinstance(each, URLResolver)
        else URLPattern(each.pattern, whole(each.callback), each.default_args, each.name)
        for each in patterns
    ]


urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", Reauthenticate.as_view(), name="account_reauthenticate"),
    path("password/change/", whole(ChangePassword.as_view()), name="account_change_password"),
    path("2fa/webauthn/keys/<int:pk>/remove/", whole(RemoveKey.as_view()), name="mfa_remove_webauthn"),
    path("2fa/", include(_whole(mfa.urlpatterns))),
    path("session/", sessions.session, name="account_session"),
    path("session/alive/", sessions.alive, name="account_alive"),
    path("session/lock/", sessions.lock_screen, name="account_lock"),
    path("session/unlock/", sessions.unlock_screen, name="account_unlock"),
    path("session/unlock/key/", sessions.unlock_key, name="account_unlock_key"),
    path("session/open/", sessions.open_seal, name="account_open_seal"),
    path("devices/", sessions.devices, name="account_devices"),
    path("devices/end-others/", sessions.end_other_devices, name="account_end_other_devices"),
    path("devices/<uuid:sign_in_id>/end/", sessions.end_device, name="account_end_device"),
    path("keys/", keys.keys, name="account_keys"),
    path("keys/used/", keys.used, name="account_keys_used"),
    path("tokens/", whole(tokens.tokens), name="account_tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke, name="account_revoke_token"),
]
