"""Quota categories against botocore's model: an operation that does not exist would never be counted."""

from __future__ import annotations

from service_model import MODEL

from bulkreset.rates.quotas import CATEGORY_OF_OPERATION, DOCUMENTED_RATES
from bulkreset.settings.quota_shares import Quotas


def test_every_operation_with_a_category_exists():
    assert CATEGORY_OF_OPERATION.keys() <= set(MODEL.operation_names)


def test_every_category_has_a_documented_rate():
    assert set(CATEGORY_OF_OPERATION.values()) <= DOCUMENTED_RATES.keys()


def test_every_category_can_be_set_in_an_environment():
    quotas = Quotas()

    assert {name: quotas.rate_per_second(name) for name in DOCUMENTED_RATES} == DOCUMENTED_RATES


def test_the_rates_are_those_of_the_developer_guide():
    assert DOCUMENTED_RATES["UserAccountRecovery"] == 30
    assert DOCUMENTED_RATES["UserUpdate"] == 25
    assert DOCUMENTED_RATES["UserList"] == 30
    assert DOCUMENTED_RATES["UserRead"] == 120
