"""The account's request-rate quotas, from whoever tells: Cognito, Service Quotas, or the documentation.

For a category that can be raised, Service Quotas tells only how far; what is in force, Cognito tells
(GetProvisionedLimit). A rate that is not known to be in force is never used above the documented one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from math import isfinite

from bulkreset.account import Quota
from bulkreset.cognito.account.asking import Question, Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.rates.quota_codes import ADJUSTABLE, QUOTA_CODES
from bulkreset.rates.quotas import DOCUMENTED_RATES

SERVICE_CODE = "cognito-idp"
PARALLEL_QUESTIONS = 8
UNUSABLE = Unreadable("no usable rate", for_good=False)


def account_quotas(categories: Collection[str], aws: Aws) -> dict[str, Quota]:
    """The quota of each category, and who told it. Never raises for what AWS answers."""
    wanted = list(dict.fromkeys(categories))
    if not wanted:
        return {}
    tellers = _Tellers(aws)
    # The first finds out who answers at all; the others need not ask in vain.
    first = tellers.quota(wanted[0])
    with ThreadPoolExecutor(PARALLEL_QUESTIONS) as side_by_side:
        return dict(zip(wanted, [first, *side_by_side.map(tellers.quota, wanted[1:])], strict=True))


class _Teller:
    """One way to ask. Once it is refused for good, it is not asked again."""

    def __init__(self, name: str, rate: Callable[[str], object]) -> None:
        self.name = name
        self._rate = rate
        self._refused: Unreadable | None = None

    def rate(self, category: str) -> float:
        """The rate per second. Raises Unreadable."""
        if self._refused:
            raise self._refused
        try:
            return _usable(self._rate(category))
        except Unreadable as error:
            if error.for_good:
                self._refused = error
            raise


class _Tellers:
    """Everyone who can be asked for a quota."""

    def __init__(self, aws: Aws) -> None:
        self._cognito = aws.client("cognito-idp")
        self._service_quotas = aws.client("service-quotas")
        self._provisioned = _Teller("GetProvisionedLimit", self._ask_provisioned)
        self._applied = _Teller("Service Quotas", self._ask_applied)
        self._default = _Teller("AWS default by Service Quotas", self._ask_default)

    def quota(self, category: str) -> Quota:
        """The quota of one category, by the first who tells what is in force."""
        unknown = []
        if category in ADJUSTABLE:
            try:
                return Quota(self._provisioned.rate(category), self._provisioned.name)
            except Unreadable as error:
                unknown.append(f"{self._provisioned.name}: {error.reason}")
        documented = DOCUMENTED_RATES[category]
        try:
            teller, rate = self._by_service_quotas(category)
        except Unreadable as error:
            unknown.append(f"{self._applied.name}: {error.reason}")
        else:
            if category not in ADJUSTABLE or rate <= documented:
                return Quota(rate, teller)
            unknown.append(f"{teller} tells only that up to {rate:g}/s may be provisioned")
        return Quota(documented, "; ".join(["documented default", *unknown]))

    def _by_service_quotas(self, category: str) -> tuple[str, float]:
        """Who tells, and the rate. Raises the first refusal as Unreadable where nobody does."""
        try:
            return self._applied.name, self._applied.rate(category)
        except Unreadable as refusal:
            try:
                return self._default.name, self._default.rate(category)
            except Unreadable:
                raise refusal from None

    def _ask_provisioned(self, category: str) -> object:
        limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
        answer = ask(self._cognito.get_provisioned_limit, expecting="Limit", LimitDefinition=limit)
        return answer["Limit"].get("ProvisionedLimitValue")

    def _ask_applied(self, category: str) -> object:
        return self._ask_service_quotas(self._service_quotas.get_service_quota, category)

    def _ask_default(self, category: str) -> object:
        return self._ask_service_quotas(self._service_quotas.get_aws_default_service_quota, category)

    def _ask_service_quotas(self, question: Question, category: str) -> object:
        code = QUOTA_CODES[category]
        answer = ask(question, expecting="Quota", ServiceCode=SERVICE_CODE, QuotaCode=code)
        return answer["Quota"].get("Value")


def _usable(rate: object) -> float:
    """A rate per second. Raises Unreadable for what cannot be one."""
    if not isinstance(rate, (int, float)) or not isfinite(rate) or rate <= 0:
        raise UNUSABLE
    return float(rate)
