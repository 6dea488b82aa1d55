"""Plans, configurations and resolvers for the tests of authorization."""

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from launchguard.authorize import Answer, Grant, Refusal, Resolver, authorize
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.load_plan import LoadPlan, Phase, Target

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SHOP = "https://shop.example.com/spring"
TEST_HOST = {"max_rate": "50/s", "production": "false"}
ORIGIN = "https://shop.example.com:443"
RULE = "load.hosts.shop.example.com"
LOCAL = "http://127.0.0.1:3000/"


def plan_of(*urls: str, rate: float = 40.0, hold_s: float = 60.0) -> LoadPlan:
    targets = tuple(Target(url, url, 1 / len(urls)) for url in urls)
    return LoadPlan("r", 1, "poisson", (Phase("hold", 0, hold_s, rate, rate, True),), targets, 10, 10, 800, 0.01)


def config_of(hosts: dict[str, Any], **more: Any) -> RepositoryConfig:
    return RepositoryConfig.model_validate({"load": {"hosts": hosts}, **more})


def campaign_of(*urls: str, launch: str, ends: str | None = None, **more: Any) -> Campaign:
    given = {"name": "Autumn", "launch": launch, "pages": [{"url": url} for url in urls], **more}
    return Campaign.model_validate(given | ({"ends": ends} if ends else {}))


def names(**known: str | Sequence[str]) -> Resolver:
    """A resolver that knows only these names (written with _ for the dot)."""

    def resolve(host: str, port: int, family: int, kind: int) -> Sequence[tuple[Any, ...]]:
        found = known.get(host.replace(".", "_").replace("-", "_"))
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        addresses = [found] if isinstance(found, str) else found
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [(f, kind, 6, "", (a, port)) for f, a in zip(families, addresses, strict=True)]

    return resolve


PUBLIC = names(shop_example_com="93.184.216.34", localhost=["::1", "127.0.0.1"])


def decide(plan: LoadPlan, config: RepositoryConfig | None = None, **options: Any) -> list[Grant | Refusal]:
    given: dict[str, Any] = {"now": NOON, "resolver": PUBLIC} | options
    return authorize(plan, config or RepositoryConfig(), **given)


def refused(plan: LoadPlan, config: RepositoryConfig | None = None, **options: Any) -> Refusal:
    (answer,) = decide(plan, config, **options)
    assert isinstance(answer, Refusal)
    return answer


SHOP_ONLY = config_of({"shop.example.com": TEST_HOST})


def first(*urls: str, config: RepositoryConfig = SHOP_ONLY, rate: float = 40.0, **options: Any) -> Answer:
    """The answer for the first page of a plan for these."""
    return decide(plan_of(*urls, rate=rate), config, **options)[0]


def to_add(host: str, cap: str) -> str:
    """The fix of an origin that nobody authorized."""
    return f"Add to .launchguard.yml:\nload:\n  hosts: {{'{host}': {{max_rate: {cap}}}}}"
