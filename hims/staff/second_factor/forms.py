"""allauth's forms of the second factor, with our counting of guesses and our single use of codes."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms

from hims.lib.forms import LineField
from hims.staff.models import User
from hims.staff.reauthentication import spend_code
from hims.staff.second_factor.codes import step_of
from hims.staff.second_factor.keys import check_new, proven_by

WRONG_CODE = "This code is not right, or was used before."


def code_field() -> forms.CharField:
    """The field for a one-time or recovery code."""
    return forms.CharField(
        label="Code", max_length=20, help_text="Six digits from your authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )  # fmt: skip


class _CodeForm(forms.Form):
    user: User
    is_repeated = False

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        found = spend_code(context.request, self.user, code)
        if found is None:
            self._tell_failure()
            raise forms.ValidationError(WRONG_CODE)
        self.authenticator = found
        return code

    def _tell_failure(self) -> None:
        row = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN).first()
        if row is not None:
            signals.authentication_failed.send(
                sender=Authenticator, request=context.request, user=self.user, authenticator=row,
                reauthentication=self.is_repeated,
            )  # fmt: skip


class EnterCodeForm(_CodeForm, AuthenticateForm):
    """The code after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()


class RepeatCodeForm(_CodeForm, ReauthenticateForm):
    """The code again, before something that matters."""

    is_repeated = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()


class SetUpCodesForm(ActivateTOTPForm):
    """Setting up an authenticator app. Until it is done the secret waits in the session, encrypted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["code"] = code_field()
        self.fields["code"].help_text = "Six digits that the app now shows for HIMS."
        session = context.request.session
        if not self.is_bound or SECRET_SESSION_KEY not in session:
            session[SECRET_SESSION_KEY] = encrypt(generate_totp_secret())
        self.secret = decrypt(session[SECRET_SESSION_KEY])

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if step_of(self.secret, code) is None:
            raise forms.ValidationError(
                "This code is not right. Scan the picture again, or check the clock of your phone."
            )
        return code


class _KeyForm(forms.Form):
    user: User

    def clean_credential(self) -> Authenticator:
        """A signature cannot be guessed, so it is not counted."""
        return proven_by(self.user, self.cleaned_data["credential"])


class AddKeyForm(AddWebAuthnForm):
    """A new security key or passkey, under a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = LineField(label="Name", max_length=60, help_text="Such as “Key on my ring”.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        if "credential" in cleaned:
            check_new(cleaned["credential"])
        return cleaned


class UseKeyForm(_KeyForm, AuthenticateWebAuthnForm):
    """A security key or passkey after the password."""


class RepeatKeyForm(_KeyForm, ReauthenticateWebAuthnForm):
    """A security key or passkey again."""
