"""What the parent hands to the generating processes: a directory with two files, and one line on standard input.

`orders.json` holds no secret; credentials travel on standard input only, and its end means "stop at once".
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from launchguard.model.load_plan import LinkShare
from launchguard.web.likeness import PageFacts
from launchguard.web.request import Device

DIRECTORY_VARIABLE = "LAUNCHGUARD_RUN_DIRECTORY"
FOLDER = "launchguard-"
"""How the names of the directories begin."""
ORDERS, RECORDS, EXAMPLES, LOG = "orders.json", "records.bin", "examples.jsonl", "locust.log"
REQUESTS, CONNECTIONS = "requests.jsonl", "connections.jsonl"
PLAN, PROBLEM, SENT_AWAY = "plan.json", "problem.txt", "sent-away.txt"


@dataclass(frozen=True)
class PageOrders:
    """A target as the client needs it; `links` are what shares (0-1) of its visits carry besides its own parameters.

    `idle` is what idle visitors got, `kinds` is what its answers may be besides a page.
    """

    name: str
    url: str
    contains: tuple[str, ...]
    expect_status: int
    links: tuple[LinkShare, ...] = ()
    locale: str = ""
    idle: tuple[PageFacts, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Orders:
    """How to send: pages by target index, pinned addresses by origin, deadlines in seconds.

    `agents` are the User-Agents by device. `closed` are the origins that only visits of their own pages may go to, each
    with why, as the end of a sentence.
    With `assets` a page's files are counted, and fetched from the origins that are `allowed` a number of requests per
    visit, by the `part` (0-1) of the visitors that this machine can carry.
    `journey` and `data` are paths of files on this machine, "" for none.
    `linger_s` is how long a fresh visitor holds its connections, `processes_here` how many share this machine's ports,
    and `max_connections` how many of all processes may be open, by origin, each with the host that it is for.
    """

    pages: tuple[PageOrders, ...]
    addresses: Mapping[str, tuple[str, ...]]
    agents: Mapping[Device, str]
    ca_file: str
    processes: int
    duration_s: float
    drain_s: float
    visit_timeout_s: float
    limit_p95_ms: float = math.inf
    run_id: str = ""
    seed: int = 0
    assets: bool = False
    allowed: Mapping[str, float] = field(default_factory=dict)
    part: float = 1.0
    journey: str = ""
    data: str = ""
    closed: Mapping[str, str] = field(default_factory=dict)
    linger_s: float = 0.0
    processes_here: int = 1
    max_connections: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def write(self, directory: Path) -> None:
        """Save as JSON."""
        (directory / ORDERS).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> "Orders":
        """Load what `write` saved."""
        fields: dict[str, Any] = json.loads((directory / ORDERS).read_text(encoding="utf-8"))
        return cls(pages=tuple(map(_page_of, fields.pop("pages"))), **fields)


def _page_of(fields: dict[str, Any]) -> PageOrders:
    made: dict[str, Any] = {name: tuple(fields[name]) for name in ("contains", "kinds")}
    made["links"] = tuple(map(_link_of, fields["links"]))
    made["idle"] = tuple(PageFacts(**facts) for facts in fields["idle"])
    return PageOrders(**fields | made)


def _link_of(fields: dict[str, Any]) -> LinkShare:
    return LinkShare(**fields | {"utm": tuple((name, value) for name, value in fields["utm"])})
