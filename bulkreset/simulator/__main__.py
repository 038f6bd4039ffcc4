"""`python -m bulkreset.simulator`: the simulator in the foreground, with the demo pool, until a signal."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping
from typing import Any

from bulkreset.errors import InputError
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, Simulator
from bulkreset.simulator.server import LOOPBACK

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bulkreset.simulator",
        description="Run an embedded Cognito with a demo pool. Nothing leaves this machine.",
    )
    parser.add_argument("--host", default=LOOPBACK, help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=5566, help="0 takes a free port")
    parser.add_argument("--users", type=int, default=2000, help="users of the demo pool")
    parser.add_argument("--pool-id", default=DEMO_POOL_ID)
    parser.add_argument("--seed", type=int, default=1, help="fixes everything random")
    parser.add_argument("--latency", type=float, default=0.06, help="seconds that each call takes")
    parser.add_argument("--jitter", type=float, default=0.0, help="seconds that the latency varies by")
    parser.add_argument(
        "--share-of-quota",
        type=float,
        default=0.0,
        help="part of every quota that other callers use, 0 to 1",
    )
    parser.add_argument("--no-quotas", action="store_true", help="throttle nothing")
    parser.add_argument("--daily-email-limit", type=int, help="messages a day of Cognito's own sender")
    parser.add_argument("--list-lag", type=float, default=0.0, help="seconds until ListUsers sees a change")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    quotas = NO_QUOTAS if arguments.no_quotas else DOCUMENTED_RATES
    return serve(
        port=arguments.port,
        host=arguments.host,
        users=arguments.users,
        pool_id=arguments.pool_id,
        quotas=quotas,
        share_of_quota=arguments.share_of_quota,
        latency_seconds=arguments.latency,
        latency_jitter_seconds=arguments.jitter,
        daily_email_limit=arguments.daily_email_limit,
        list_lag_seconds=arguments.list_lag,
        seed=arguments.seed,
    )


def serve(
    *,
    port: int,
    users: int,
    seed: int,
    host: str = LOOPBACK,
    pool_id: str = DEMO_POOL_ID,
    quotas: Mapping[str, float] = DOCUMENTED_RATES,
    share_of_quota: float = 0.0,
    **behaviour: Any,  # noqa: ANN401 - as Simulator takes it
) -> int:
    """Run a demo pool until SIGINT or SIGTERM. The first line of output says where, as JSON."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        simulator = Simulator(port, host=host, quotas=quotas, seed=seed, **behaviour)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return InputError.exit_code
    except OSError as error:
        sys.stderr.write(f"port {port} cannot be had ({error.strerror}); choose another with --port\n")
        return InputError.exit_code
    with simulator:
        for category, rate in quotas.items():
            simulator.quotas.set_other_traffic(category, rate * share_of_quota)
        simulator.create_demo_pool(users, seed, pool_id)
        ready = {"endpoint_url": simulator.endpoint_url, "pool_id": pool_id, "users": users}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        signal.sigwait(SIGNALS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
