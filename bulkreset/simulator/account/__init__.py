"""The services beside Cognito that tell of the simulated account: who calls, quotas, messages, traffic."""

from bulkreset.simulator.account.settings import Account

__all__ = ["Account"]
