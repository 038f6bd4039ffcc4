"""A question to one of the account's services, whatever protocol it comes in, and refusals in the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from bulkreset.simulator.calls import CognitoError, HttpAnswer, HttpRequest

REST_OPERATIONS: Mapping[str, str] = {
    "/v2/email/account": "GetAccount",
    "/federation/credentials": "GetRoleCredentials",
}
REST_POSTS: Mapping[str, str] = {"/v2/email/outbound-emails": "SendEmail"}

REST_RESOURCES: Mapping[str, tuple[str, str]] = {
    "/v2/email/identities/": ("GetEmailIdentity", "EmailIdentity"),
    "/v2/email/suppression/addresses/": ("GetSuppressedDestination", "EmailAddress"),
}
"""Operation, and parameter, of a path that ends in a name."""

OF_S3 = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/s3/")
OBJECT_OPERATIONS: Mapping[tuple[str, str], str] = {
    ("GET", ""): "GetObject",
    ("HEAD", ""): "HeadObject",
    ("PUT", ""): "PutObject",
    ("DELETE", ""): "DeleteObject",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("PUT", "partNumber"): "UploadPart",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
}
"""Of S3: by method, and by what the query names."""

FORM = "application/x-www-form-urlencoded"
XML_TYPE = "text/xml"


@dataclass(frozen=True, slots=True)
class Asked:
    """`operation` is "" where it cannot be told; then the question is for moto."""

    operation: str
    params: Mapping[str, Any]
    request: HttpRequest

    @property
    def is_form(self) -> bool:
        return self.request.headers.get("content-type", "").startswith(FORM)

    @property
    def is_of_s3(self) -> bool:
        return OF_S3.search(self.request.headers.get("authorization", "")) is not None

    def refusal(self, code: str, message: str) -> HttpAnswer:
        """An error as the protocol of the question has it."""
        if self.is_of_s3:
            error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
            return HttpAnswer(403, f"<Error>{error}</Error>".encode(), XML_TYPE)
        if not self.is_form:
            return CognitoError(code, message).answer()
        error = f"<Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        return HttpAnswer(403, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>".encode(), XML_TYPE)


def asked_by(request: HttpRequest) -> Asked:
    """A request, understood: JSON with a target, a form with an Action, or a path."""
    target = request.headers.get("x-amz-target", "")
    asked = Asked("", {}, request)
    if target:
        params = _json(request.body)
        return Asked(target.rpartition(".")[2], params, request)
    if asked.is_form:
        params = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        return Asked(params.get("Action", ""), params, request)
    place = urlsplit(request.path)
    if asked.is_of_s3:
        return Asked(_of_object(request.method, place), {}, request)
    return _by_path(place, request)


def _by_path(place: SplitResult, request: HttpRequest) -> Asked:
    if place.path.startswith("/service/"):
        return Asked(place.path.rpartition("/")[2], {}, request)
    if request.method == "POST" and place.path in REST_POSTS:
        return Asked(REST_POSTS[place.path], _json(request.body), request)
    for prefix, (operation, name) in REST_RESOURCES.items():
        if request.method == "GET" and place.path.startswith(prefix):
            return Asked(operation, {name: unquote(place.path.removeprefix(prefix))}, request)
    return Asked(REST_OPERATIONS.get(place.path, ""), dict(parse_qsl(place.query)), request)


def _of_object(method: str, place: SplitResult) -> str:
    """The operation of S3 on an object; "" for one on a bucket."""
    if "/" not in place.path.strip("/"):
        return ""
    named = {name for name, _ in parse_qsl(place.query, keep_blank_values=True)}
    told = next((name for name in ("uploads", "partNumber", "uploadId") if name in named), "")
    return OBJECT_OPERATIONS.get((method, told), "")


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        return {}
    return params if isinstance(params, dict) else {}
