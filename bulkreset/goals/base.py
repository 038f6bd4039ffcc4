"""What a goal is: policy keys, and an ordered table of rules of which the first that answers decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bulkreset.errors import BulkresetError
from bulkreset.pool import PoolFacts
from bulkreset.settings.policy import PolicyKey, PolicyValue
from bulkreset.users import Contact, UserStatus

Policy = Mapping[str, PolicyValue]


class Match(StrEnum):
    """How many users of the pool an identifier names."""

    NONE = "none"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything of one row that a decision may depend on; users who share it share the decision.

    `email_shared` and `phone_shared`: another user of the pool holds the same value.
    `preferred_mfa` is "" where it was not read. `changed_since`: UserLastModifiedDate is later
    than `policy.not_changed_since`.
    """

    match: Match
    status: UserStatus
    enabled: bool
    email: Contact
    phone: Contact
    email_shared: bool
    phone_shared: bool
    preferred_mfa: str
    protected: bool
    changed_since: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at."""

    user: Signature
    policy: Policy
    pool: PoolFacts


class DecisionKind(StrEnum):
    DO = "do"
    SKIP = "skip"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the plan says for a row. `steps` are action names in order, for `do` alone."""

    kind: DecisionKind
    reason: str
    steps: tuple[str, ...] = ()


Steps = Callable[[Case], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule answers: a kind of decision, its steps, and a reason if not the rule's own."""

    kind: DecisionKind
    steps: Steps | None = None
    reason: str = ""


SKIP = Ruling(DecisionKind.SKIP)
BLOCK = Ruling(DecisionKind.BLOCK)


def do(steps: Steps, reason: str = "") -> Ruling:
    return Ruling(DecisionKind.DO, steps, reason)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a decision table.

    `then` is the ruling, or, when `policy` names a policy key, the ruling for each of its values;
    a value without a ruling lets the next rules decide. `when` is for people.
    """

    reason: str
    when: str
    holds: Callable[[Case], bool]
    then: Ruling | Mapping[str, Ruling]
    policy: str = ""

    def ruling(self, case: Case) -> Ruling | None:
        if not self.holds(case):
            return None
        if isinstance(self.then, Ruling):
            return self.then
        return self.then.get(str(case.policy[self.policy]))


def _no_refusal(_pool: PoolFacts, _policy: Policy) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Goal:
    """`refusal` says why the whole job cannot be done in this pool, if so."""

    name: str
    summary: str
    keys: tuple[PolicyKey, ...]
    rules: tuple[Rule, ...]
    refusal: Callable[[PoolFacts, Policy], str | None] = _no_refusal

    def decide(self, case: Case) -> Decision:
        """The decision for one case. Raises BulkresetError if no rule answers: a bug in the table."""
        for rule in self.rules:
            ruling = rule.ruling(case)
            if ruling is not None:
                steps = ruling.steps(case) if ruling.steps else ()
                return Decision(ruling.kind, ruling.reason or rule.reason, steps)
        raise BulkresetError(f"goal {self.name} decides nothing for {case.user}")
