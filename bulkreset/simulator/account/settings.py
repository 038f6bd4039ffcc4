"""What the simulated account is like. Everything can be changed while the simulator runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bulkreset.errors import InputError


@dataclass(slots=True)
class EmailSending:
    """SES as sesv2 GetAccount tells it. `sent_last_24_hours` is beside what the outbox holds.

    `identities` maps the addresses and domains that SES knows to whether they are verified; None knows all,
    verified, but in the sandbox none to send to.
    `suppressed` maps addresses to BOUNCE or COMPLAINT.
    """

    max_24_hour_send: float = 1_000_000
    max_send_rate: float = 1_000
    sent_last_24_hours: float = 0
    production: bool = True
    enabled: bool = True
    enforcement: str = "HEALTHY"
    identities: dict[str, bool] | None = None
    suppressed: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class TextMessages:
    """SNS. The limit is in USD a month."""

    monthly_spend_limit: float = 1_000
    sandbox: bool = False


@dataclass(slots=True)
class IssuedCredentials:
    """Credentials that STS and SSO give out, and what they ask for: None asks for nothing.

    With `lifetime_seconds` they end after that time, and calls with ended ones are refused.
    """

    lifetime_seconds: int | None = None
    external_id: str | None = None
    web_identity_token: str | None = None
    sso_token: str | None = None


class Account:
    """`provisioned` are rates of GetProvisionedLimit that differ from the quotas; `traffic` is calls per
    second of each category as CloudWatch has them. `refused` maps an operation to the error code that it
    is refused with. `calls` counts by operation.
    """

    def __init__(self) -> None:
        self.email = EmailSending()
        self.texts = TextMessages()
        self.credentials = IssuedCredentials()
        self.provisioned: dict[str, float] = {}
        self.traffic: dict[str, float] = {}
        self.refused: dict[str, str] = {}
        self.calls: Counter[str] = Counter()

    def change(self, described: Mapping[str, Any]) -> None:
        """Raises InputError for a name that does not exist; then nothing has changed."""
        for section, values in described.items():
            self._check(section, values)
        for section, values in described.items():
            present = getattr(self, section)
            if isinstance(present, dict):
                setattr(self, section, dict(values))
            else:
                for name, value in values.items():
                    setattr(present, name, value)

    def as_json(self) -> dict[str, Any]:
        return {
            "email": asdict(self.email),
            "texts": asdict(self.texts),
            "credentials": asdict(self.credentials),
            "provisioned": dict(self.provisioned),
            "traffic": dict(self.traffic),
            "refused": dict(self.refused),
            "calls": dict(self.calls),
        }

    def _check(self, section: str, values: object) -> None:
        if not isinstance(values, Mapping):
            raise InputError(f"{section} of the account has to be a JSON object")
        match getattr(self, section, None):
            case Counter():
                raise InputError(f"{section} of the account cannot be set")
            case dict():
                return
            case EmailSending() | TextMessages() | IssuedCredentials() as present:
                unknown = values.keys() - {field.name for field in fields(present)}
                if unknown:
                    raise InputError(f"{section} of the account has no {', '.join(sorted(unknown))}")
            case _:
                raise InputError(f"the account has no {section}")
