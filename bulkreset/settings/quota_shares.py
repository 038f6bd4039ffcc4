"""How much of Cognito's request quotas a run may use, for each quota category.

The keys are the names that AWS gives the categories in Service Quotas.
"""

from typing import Annotated

from pydantic import Field

from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.settings.fields import EmptyMeansDefaults, Fraction, Section

DEFAULT_SHARE = 0.5


class CategoryQuota(Section):
    """What is particular to one quota category."""

    share: Fraction | None = Field(
        default=None,
        description="Part of this category's quota that the run may use; the general share if left out.",
        examples=[0.8],
    )
    rate_per_second: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        default=None,
        description=(
            "The account's quota in requests per second, if AWS has raised it; the documented default if "
            "left out."
        ),
        examples=[30],
    )


def _description(category: str) -> str:
    return f"Quota category {category}: {DOCUMENTED_RATES[category]:g} requests per second by default."


def _category(name: str) -> CategoryQuota:
    default: CategoryQuota = Field(default=CategoryQuota(), description=_description(name))
    return default


Category = Annotated[CategoryQuota, EmptyMeansDefaults]


class Quotas(Section):
    """Shares of the request quotas, which an account has in common for all callers in a region."""

    share: Fraction = Field(
        default=DEFAULT_SHARE,
        description="Part of every quota that the run may use; the rest is left to the users who sign in.",
        examples=[0.5],
    )
    UserAccountRecovery: Category = _category("UserAccountRecovery")
    UserUpdate: Category = _category("UserUpdate")
    UserList: Category = _category("UserList")
    UserRead: Category = _category("UserRead")
    UserCreation: Category = _category("UserCreation")
    UserAuthentication: Category = _category("UserAuthentication")
    UserFederation: Category = _category("UserFederation")
    UserToken: Category = _category("UserToken")
    UserResourceRead: Category = _category("UserResourceRead")
    UserResourceUpdate: Category = _category("UserResourceUpdate")
    UserPoolRead: Category = _category("UserPoolRead")
    UserPoolResourceRead: Category = _category("UserPoolResourceRead")
    UserPoolClientRead: Category = _category("UserPoolClientRead")

    def rate_per_second(self, category: str) -> float:
        """The quota of a category. Raises KeyError for an unknown one."""
        documented = DOCUMENTED_RATES[category]
        return self.stated_rate(category) or documented

    def stated_rate(self, category: str) -> float | None:
        """The quota as the file states it, if it does."""
        return self._of(category).rate_per_second

    def share_of(self, category: str) -> float:
        return self._of(category).share or self.share

    def _of(self, category: str) -> CategoryQuota:
        quota: CategoryQuota = getattr(self, category)
        return quota
