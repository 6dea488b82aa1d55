"""Stock Locust for the comparisons, headless: visitors of the page PAGE, each in the way that VISITORS names.

`paced`: a FastHttpUser asks once a second; `keep`: as often as it can, on its own connection; `fresh`: the same, each
visit in a FastHttpSession of its own; `alone`: each visit by a FastHttpUser of its own, as stock Locust has a new
visitor. With FIGURES it writes the requests and the CPU seconds of its steady part into that file.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant_throughput, events, task
from locust.contrib.fasthttp import FastHttpSession

KIND, PAGE = os.environ["VISITORS"], os.environ["PAGE"]


class Visitor(FastHttpUser):  # type: ignore[misc]
    if KIND == "paced":
        wait_time = constant_throughput(1)

    @task  # type: ignore[untyped-decorator]
    def visit(self) -> None:
        if KIND == "fresh":
            client = FastHttpSession(self.host, self.environment.events.request, self)
        elif KIND == "alone":
            client = Visitor(self.environment).client
        else:
            client = self.client
        client.get(PAGE)
        if client is not self.client:
            client.client.clientpool.close()


def measure(figures: Path) -> None:
    """Write down what happens from when all users are there until they are stopped."""
    begun: dict[str, Any] = {}

    @events.init.add_listener  # type: ignore[untyped-decorator]
    def remember(environment: Any, **_: Any) -> None:
        begun["stats"] = environment.stats

    @events.spawning_complete.add_listener  # type: ignore[untyped-decorator]
    def begin(**_: Any) -> None:
        begun.update(cpu_s=time.process_time(), requests=begun["stats"].total.num_requests)

    @events.test_stopping.add_listener  # type: ignore[untyped-decorator]
    def end(**_: Any) -> None:
        total = begun["stats"].total
        seen = {
            "visits": total.num_requests - begun["requests"],
            "failures": total.num_failures,
            "cpu_s": time.process_time() - begun["cpu_s"],
        }
        figures.write_text(json.dumps(seen), encoding="utf-8")


if "FIGURES" in os.environ:
    measure(Path(os.environ["FIGURES"]))
