"""LaunchGuard's visits as fast as they can follow each other: the engine's persons without its schedule.

The same place in a process as stock Locust's users have: 64 greenlets under gevent in a Locust environment whose
statistics count every visit. Run by load_speed and load_reading with orders as JSON on standard input; prints visits
and CPU seconds.
"""

import json
import sys
import tempfile
import time
from array import array
from pathlib import Path
from typing import Any

import gevent
from locust import User
from locust.env import Environment

from launchguard.load.orders import Orders, PageOrders
from launchguard.load.sending.goal import VisitGoal
from launchguard.load.sending.inside import make_network
from launchguard.load.sending.tally import Tally
from launchguard.load.sending.visitors import Arrival, Readers

VISITORS = 64


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    origin = asked["origin"]
    page = PageOrders(origin + "/", origin + "/", (asked.get("contains", "Spring sale"),), 200)
    orders = Orders(
        (page,), {origin: ("127.0.0.1",)}, {"desktop": "LaunchGuard/bench"}, asked["ca_file"], 1, 0.0, 0.0, 30.0
    )
    environment = Environment(user_classes=[User])
    environment.create_local_runner()
    network = make_network(orders, {})
    goal, fire, clock = VisitGoal(page), environment.events.request.fire, time.monotonic
    times = {"sent": array("d"), "done": array("d")}
    with tempfile.TemporaryDirectory() as folder:
        crowd = Readers(orders, network, Tally(Path(folder) / "requests"))

        def visit_for_ever() -> None:
            while True:
                begin = clock()
                person = crowd.arrive(
                    Arrival(len(times["sent"]), goal, asked["returning"], begin, times["done"].append)
                )
                person.visit()
                person.afterwards()
                person.leave(well=True)
                now = clock()
                times["sent"].append(begin)
                times["done"].append(now)
                fire(
                    request_type="GET",
                    name=page.name,
                    response_time=(now - begin) * 1000,
                    response_length=person.size,
                    exception=None,
                    context={},
                )

        visitors = [gevent.spawn(visit_for_ever) for _ in range(VISITORS)]
        gevent.sleep(1.0)
        visits, cpu_s = len(times["sent"]), time.process_time()
        gevent.sleep(asked["seconds"])
        seen = {"visits": len(times["sent"]) - visits, "cpu_s": time.process_time() - cpu_s}
        gevent.killall(visitors)
    total = environment.stats.total
    print(json.dumps(seen | {"failures": total.num_failures + sum(not v.dead for v in visitors)}))


if __name__ == "__main__":
    main()
