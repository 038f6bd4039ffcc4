"""What the account's services rest on."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.simulator.account.sending_rate import SendingRate
from bulkreset.simulator.account.settings import Account
from bulkreset.simulator.engine import Moto
from bulkreset.simulator.quotas import Quotas
from bulkreset.simulator.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """The account with its pools, its quotas, the rate of its mails, and the engine behind."""

    account: Account
    world: World
    quotas: Quotas
    moto: Moto
    mail_rate: SendingRate
