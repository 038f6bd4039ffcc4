"""An embedded Cognito for demos, rehearsals and tests: moto behind AWS's quotas, latency and faults.

It binds to loopback and sends nothing anywhere: messages end in `Simulator.outbox`.
"""

from bulkreset.simulator.account import Account
from bulkreset.simulator.demo import demo_users
from bulkreset.simulator.faults import ArmedFault, Fault, FaultKind
from bulkreset.simulator.outbox import Medium, Message
from bulkreset.simulator.paging import PagingHabits
from bulkreset.simulator.seeding import SeedUser
from bulkreset.simulator.simulator import DEMO_POOL_ID, NO_QUOTAS, Simulator
from bulkreset.simulator.states import SimulatedUser

__all__ = [
    "DEMO_POOL_ID",
    "NO_QUOTAS",
    "Account",
    "ArmedFault",
    "Fault",
    "FaultKind",
    "Medium",
    "Message",
    "PagingHabits",
    "SeedUser",
    "SimulatedUser",
    "Simulator",
    "demo_users",
]
