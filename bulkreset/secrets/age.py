"""Files sealed to people's age keys, in the format that the `age` tool reads: nobody else opens them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.secrets.secret import Secret

MAGIC = b"age-encryption.org/v1\n"

KEY = "AGE-SECRET-KEY-"


def is_sealed(content: bytes) -> bool:
    return content.startswith(MAGIC)


def is_recipient(text: str) -> bool:
    """Whether this is the public half of an age key, `age1…`."""
    import pyrage  # noqa: PLC0415 - a library that few commands need

    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


class Sealer:
    """Seals to the same recipients again and again."""

    def __init__(self, recipients: Sequence[str]) -> None:
        """Raises InputError where a recipient is none."""
        import pyrage  # noqa: PLC0415 - a library that few commands need

        try:
            self._keys = [pyrage.x25519.Recipient.from_str(recipient.strip()) for recipient in recipients]
        except pyrage.RecipientError:
            raise InputError(
                "a recipient is not an age public key; write what `age-keygen` prints, which begins with "
                "`age1`"
            ) from None
        self._encrypt = pyrage.encrypt

    def seal(self, content: bytes) -> bytes:
        """The content, readable with the identity of any recipient."""
        return bytes(self._encrypt(content, self._keys))


def seal(content: bytes, recipients: Sequence[str]) -> bytes:
    """The content, readable with the identity of any recipient (`age1…`)."""
    return Sealer(recipients).seal(content)


class Opener:
    """Opens what was sealed to one of the identities in a file."""

    def __init__(self, identity: Path) -> None:
        """Raises InputError where the file holds no identity; what it holds is not repeated."""
        import pyrage  # noqa: PLC0415 - a library that few commands need

        self._keys = _identities(identity)
        self._identity = identity
        self._decrypt = pyrage.decrypt
        self._error = pyrage.DecryptError

    def open(self, content: bytes, path: Path) -> bytes:
        """What was sealed. `path`, where it came from, is named in errors. Raises InputError."""
        try:
            return bytes(self._decrypt(content, self._keys))
        except self._error as error:
            raise InputError(_cannot_open(error, path, self._identity)) from None


def unseal(content: bytes, path: Path, identity: Path | None) -> bytes:
    """What was sealed, with the identities in a file. `path` is named in errors."""
    if identity is None:
        raise InputError(
            Problem("this file is encrypted", "name the file of your age identity with --identity", path)
        )
    return Opener(identity).open(content, path)


def new_identity() -> tuple[Secret, str]:
    """A new key: its secret half, and the recipient, `age1…`, that is given away."""
    import pyrage  # noqa: PLC0415 - a library that few commands need

    identity = pyrage.x25519.Identity.generate()
    return Secret(str(identity)), str(identity.to_public())


def _cannot_open(error: Exception, path: Path, identity: Path) -> Problem:
    if "No matching keys" in str(error):
        return Problem(f"no key in {identity} opens this file", "use the identity of a recipient", path)
    return Problem("this encrypted file is damaged", "make it again", path)


def _identities(file: Path) -> list[object]:
    import pyrage  # noqa: PLC0415 - a library that few commands need

    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(Problem("this identity cannot be read", "check the path", file)) from None
    keys: list[object] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            keys.append(pyrage.x25519.Identity.from_str(text))
        except pyrage.IdentityError:
            # The text may be a secret that lacks a letter: it is not shown.
            advice = f"a line holds one key as `age-keygen` writes it, which begins with `{KEY}`"
            raise InputError(Problem("this line is no age identity", advice, file, number)) from None
    if not keys:
        raise InputError(Problem("there is no age identity in this file", "make one by `age-keygen`", file))
    return keys
