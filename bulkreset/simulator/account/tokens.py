"""Credentials for a while: STS by way of moto, SSO here, and the end of what they gave out."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import CognitoError, HttpAnswer, HttpRequest, success
from bulkreset.simulator.engine import have_expired, issue_credentials

SSO_SECONDS = 3600


def assume_role(place: Place, asked: Asked) -> HttpAnswer:
    """As moto has it, but for the external id and the lifetime."""
    wanted = place.account.credentials.external_id
    if wanted is not None and asked.params.get("ExternalId") != wanted:
        role = asked.params.get("RoleArn", "")
        return asked.refusal("AccessDenied", f"not authorized to perform: sts:AssumeRole on resource: {role}")
    return _issued_by_moto(place, asked)


def assume_role_with_web_identity(place: Place, asked: Asked) -> HttpAnswer:
    """As moto has it, but for the token and the lifetime."""
    wanted = place.account.credentials.web_identity_token
    if wanted is not None and asked.params.get("WebIdentityToken") != wanted:
        return asked.refusal("InvalidIdentityToken", "No OpenIDConnect provider knows this token")
    return _issued_by_moto(place, asked)


def get_role_credentials(place: Place, asked: Asked) -> HttpAnswer:
    """SSO's portal. moto has none."""
    settings = place.account.credentials
    given = asked.request.headers.get("x-amz-sso_bearer_token")
    if settings.sso_token is not None and given != settings.sso_token:
        return CognitoError("UnauthorizedException", "Session token not found or invalid", 401).answer()
    issued = issue_credentials(
        str(asked.params.get("account_id", "")),
        str(asked.params.get("role_name", "")),
        settings.lifetime_seconds or SSO_SECONDS,
    )
    return success({"roleCredentials": issued})


def have_ended(place: Place, request: HttpRequest) -> bool:
    """Whether a request is signed with credentials of a limited life that is over."""
    return place.account.credentials.lifetime_seconds is not None and have_expired(request)


def _issued_by_moto(place: Place, asked: Asked) -> HttpAnswer:
    lifetime = place.account.credentials.lifetime_seconds
    if lifetime is None:
        return place.moto.answer(asked.request)
    form = urlencode({**asked.params, "DurationSeconds": lifetime}).encode()
    return place.moto.answer(replace(asked.request, body=form))
