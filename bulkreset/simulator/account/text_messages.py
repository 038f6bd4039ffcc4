"""SNS: what the account may spend on text messages, and whether they reach everybody."""

from __future__ import annotations

from bulkreset.simulator.account.asked import XML_TYPE, Asked
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer


def get_sms_attributes(place: Place, asked: Asked) -> HttpAnswer:
    limit = f"{place.account.texts.monthly_spend_limit:g}"
    entry = f"<entry><key>MonthlySpendLimit</key><value>{limit}</value></entry>"
    return _answer(asked, f"<attributes>{entry}</attributes>")


def get_sms_sandbox_account_status(place: Place, asked: Asked) -> HttpAnswer:
    return _answer(asked, f"<IsInSandbox>{str(place.account.texts.sandbox).lower()}</IsInSandbox>")


def _answer(asked: Asked, result: str) -> HttpAnswer:
    name = asked.operation
    body = f"<{name}Response><{name}Result>{result}</{name}Result></{name}Response>"
    return HttpAnswer(200, body.encode(), XML_TYPE)
