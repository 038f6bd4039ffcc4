"""Service Quotas and Cognito's own GetProvisionedLimit, both from the quotas that the simulator keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.rates.quota_codes import ADJUSTABLE, QUOTA_CODES
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer, success

CATEGORY_OF_CODE: Mapping[str, str] = {code: category for category, code in QUOTA_CODES.items()}


def get_service_quota(place: Place, asked: Asked) -> HttpAnswer:
    """The quota in force; a category that the simulator does not limit has none."""
    return _quota(asked, place.quotas.rates())


def get_aws_default_service_quota(place: Place, asked: Asked) -> HttpAnswer:  # noqa: ARG001 - the same for all
    return _quota(asked, DOCUMENTED_RATES)


def get_provisioned_limit(place: Place, asked: Asked) -> HttpAnswer:
    definition: Mapping[str, Any] = asked.params.get("LimitDefinition") or {}
    category = str((definition.get("Attributes") or {}).get("Category", ""))
    rate = {**place.quotas.rates(), **place.account.provisioned}.get(category)
    if category not in ADJUSTABLE or rate is None:
        return asked.refusal("InvalidParameterException", f"{category} has no provisioned limit")
    limit = {
        "LimitDefinition": definition,
        "ProvisionedLimitValue": int(rate),
        "FreeLimitValue": int(DOCUMENTED_RATES[category]),
    }
    return success({"Limit": limit})


def _quota(asked: Asked, rates: Mapping[str, float]) -> HttpAnswer:
    code = str(asked.params.get("QuotaCode", ""))
    category = CATEGORY_OF_CODE.get(code, "")
    if asked.params.get("ServiceCode") != "cognito-idp" or category not in rates:
        return asked.refusal(
            "NoSuchResourceException", "The request failed because the quota does not exist."
        )
    quota = {
        "ServiceCode": "cognito-idp",
        "QuotaCode": code,
        "QuotaName": f"Rate of {category} requests",
        "Value": rates[category],
        "Adjustable": category in ADJUSTABLE,
        "GlobalQuota": False,
        "Period": {"PeriodValue": 1, "PeriodUnit": "SECOND"},
    }
    return success({"Quota": quota})
