"""A person's own API tokens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.lib.paging import keyset_page
from hims.staff.reauthentication import confirm_identity
from hims.staff.requests import person
from hims.staff.tokens.actions import make_token, revoke_token
from hims.staff.tokens.forms import TokenForm
from hims.staff.tokens.models import ApiToken


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and the form for a new one, whose text is shown in the answer and never again."""
    user = person(request)
    form = TokenForm(request.POST or None, user=user)
    if form.is_valid():
        try:
            confirm_identity(request, **form.identity())
            asked = form.cleaned_data
            token, text = make_token(
                by=user, owner=user, name=asked["name"], scopes=asked["scopes"], days=asked["days"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return render(request, "account/token_made.html", {"token": token, "text": text})
    rows = ApiToken.objects.in_force(timezone.now()).filter(user=user)
    page = keyset_page(rows, order=("-created_at", "-id"), after=request.GET.get("after", ""))
    return render(request, "account/tokens.html", {"form": form, "page": page})


@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """One of the person's own."""
    revoke_token(by=person(request), token_id=token_id)
    messages.success(request, "The token is revoked. Its next request is refused.")
    return redirect("account_tokens")
