"""The proof of an app client that has a secret (Developer Guide, "Computing secret hash values")."""

from __future__ import annotations

import base64
import hashlib
import hmac

from bulkreset.secrets.secret import Secret


def secret_hash(client_secret: Secret, client_id: str, username: str) -> Secret:
    """Base64 of HMAC-SHA256 over the username, as it is given in the same request, and the client's id."""
    message = _bytes(f"{username}{client_id}")
    digest = hmac.new(_bytes(client_secret.reveal()), message, hashlib.sha256).digest()
    return Secret(base64.b64encode(digest).decode())


def _bytes(text: str) -> bytes:
    """Whatever a terminal handed over: an encoding error would carry the text."""
    return text.encode("utf-8", "surrogatepass")
