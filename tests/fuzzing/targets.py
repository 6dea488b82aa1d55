"""What strangers write, and the public functions that read it."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.errors import LaunchGuardError
from launchguard.forecast import forecast_campaign
from launchguard.github.context import read_job
from launchguard.load.plan import make_plan
from launchguard.load.workers.brief import Brief
from launchguard.load.workers.policy import WorkerPolicy
from launchguard.load.workers.serving import checked_brief
from launchguard.manifest import load_config, load_manifest
from launchguard.model.campaign import Campaign
from launchguard.testing import a_clock, a_load_run
from launchguard.trust.known import Known
from launchguard.trust.loosening import what_loosens
from launchguard.web.addresses import is_loopback_host, parse_address
from launchguard.web.document import read
from launchguard.web.hosts import normalize_host, origin_of, parse_url
from launchguard.web.redirects import by_location
from launchguard.web.target import joined_url, request_target
from launchguard.web.urls import rebase, variant_url
from tests.fuzzing.mutation import any_json, any_scalar, mutated_bytes, mutated_tree
from tests.fuzzing.running import FuzzTarget
from tests.load.fuzzed import changed_brief, take_brief

EXAMPLES = Path(__file__).parents[2] / "examples"
MANIFESTS = ("every-key", "spring-sale", "outlet-weekend", "ticket-drop", "draft")
EVENTS: Sequence[dict[str, Any]] = (
    {
        "action": "synchronize",
        "before": "1" * 40,
        "after": "2" * 40,
        "pull_request": {
            "number": 7,
            "head": {"sha": "2" * 40, "ref": "topic", "repo": {"full_name": "a/b", "fork": False}},
            "base": {"sha": "3" * 40, "ref": "main", "repo": {"full_name": "a/b", "default_branch": "main"}},
        },
        "repository": {"full_name": "a/b", "default_branch": "main"},
    },
    {
        "ref": "refs/heads/main",
        "before": "1" * 40,
        "after": "2" * 40,
        "forced": True,
        "repository": {"full_name": "a/b"},
    },
    {
        "merge_group": {
            "head_ref": f"refs/heads/gh-readonly-queue/main/pr-7-{'4' * 40}",
            "base_ref": "refs/heads/main",
        },
        "repository": {"full_name": "a/b", "default_branch": "main"},
    },
    {
        "workflow_run": {"head_sha": "2" * 40, "head_repository": {"full_name": "c/b"}},
        "repository": {"full_name": "a/b"},
    },
    {"issue": {"number": 3, "pull_request": {}}, "comment": {"body": "/run"}, "repository": {"full_name": "a/b"}},
)
NAMES = ("pull_request", "push", "merge_group", "workflow_run", "issue_comment", "pull_request_target", "schedule")
URLS = (
    "https://shop.example.com/spring?utm_source=a&utm_medium=b#c",
    "http://[2001:db8::1]:8080/a/../b",
    "https://b\u00fccher.example/%E4?q=%zz&&=",
    "http://0x7f.1/",
    "https://user:secret@shop.example.com:443/",
    "/relative?x#y",
    "//other.example/",
    "intent://x#Intent;scheme=http;end",
)
TAGS = (
    "div",
    "a",
    "p",
    "table",
    "tr",
    "td",
    "svg",
    "math",
    "script",
    "style",
    "template",
    "form",
    "select",
    "option",
    "b",
)
PAGE = """<!doctype html><html><head><title>Spring sale</title><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url=/x"><script>var a = "</p>";</script></head>
<body><h1>Spring</h1><p hidden>no<details><summary>more</summary>later</details><a href="/buy">Buy</a></body></html>"""


@cache
def trees() -> tuple[Any, ...]:
    """The example manifests as plain values of text."""
    return tuple(yaml.load((EXAMPLES / f"campaigns/{name}.yml").read_text(), yaml.BaseLoader) for name in MANIFESTS)


def _laid_out(folder: Path) -> Path:
    """A repository of its own, with the example's other files beside its manifest."""
    if not (folder / ".launchguard.yml").exists():
        (folder / ".launchguard.yml").write_text("limits: {p95: 900ms}\n")
        for name in ("last-year.csv", "base.yml"):
            if (EXAMPLES / "campaigns" / name).is_file():
                (folder / name).write_bytes((EXAMPLES / "campaigns" / name).read_bytes())
    return folder


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _dumped(tree: Any) -> bytes:
    return str(yaml.safe_dump(tree, allow_unicode=True)).encode("utf-8", "surrogatepass")


def make_manifest(dice: random.Random, folder: Path) -> tuple[Path, bool]:
    """An example with slips in its bytes, or with other keys and values; sometimes with typed options of checks."""
    folder, typed = _laid_out(folder), dice.random() < 0.05  # a type for all checks costs more than all the rest
    if dice.random() < 0.4:
        source = EXAMPLES / f"campaigns/{dice.choice(MANIFESTS)}.yml"
        return _written(folder / "m.yml", mutated_bytes(source.read_bytes(), dice)), typed
    return _written(folder / "m.yml", _dumped(mutated_tree(dice.choice(trees()), dice, any_scalar))), typed


@cache
def _checks() -> tuple[Any, ...]:
    return tuple(built_in_checks())


@cache
def _example() -> Campaign:
    return load_manifest(EXAMPLES / "campaigns" / "every-key.yml").campaign


def take_manifest(given: tuple[Path, bool]) -> None:
    """Read it; what can be read is compared with an example, both ways."""
    path, typed = given
    checks = _checks() if typed else ()
    manifest = load_manifest(path, checks=checks)
    what_loosens(Known(_example(), {}), manifest.campaign, checks, a_clock().now)
    what_loosens(Known(manifest.campaign, manifest.campaign.checks), _example(), checks, a_clock().now)


def make_config(dice: random.Random, folder: Path) -> Path:
    """The example's configuration, likewise."""
    data = (EXAMPLES / ".launchguard.yml").read_bytes()
    if dice.random() < 0.4:
        return _written(folder / "c.yml", mutated_bytes(data, dice))
    return _written(folder / "c.yml", _dumped(mutated_tree(yaml.load(data, yaml.BaseLoader), dice, any_scalar)))


AMOUNTS = ("1", "20", "5_000", "900_000", "40_000_000", "9_000_000_000")
SHORT = ("0s", "1ms", "1s", "10s", "5m", "1h")
HOLDS = ("1s", "10s", "60s", "6h")
RATES = ("0/s", "1/d", "3/s", "500/s", "900000/s", "10000000/s")


def make_campaign(dice: random.Random, _folder: Path) -> dict[str, Any]:
    """A campaign of channels with any reach, and any load."""
    channels: list[Any] = [
        {"rate": {"rate": dice.choice(RATES), "duration": dice.choice(("10s", "1h", "30d"))}},
        {"email": {"recipients": dice.choice(AMOUNTS), "send_over": dice.choice(SHORT), "click_rate": "2%"}},
        {
            "push": {
                "devices": dice.choice(AMOUNTS),
                "send_over": dice.choice(SHORT),
                "uncertainty": dice.choice("0123"),
            }
        },
        {"flash": {"waiters": dice.choice(AMOUNTS), "burst_over": dice.choice(SHORT)}},
        {"tv": {"responders": dice.choice(AMOUNTS), "at": dice.choice(("+0s", "+30m", "+9d"))}},
    ]
    pages = [{"url": f"https://shop.example.com/{n}"} for n in range(dice.choice((1, 1, 3, 40)))]
    load = {
        "hold": dice.choice(HOLDS),
        "ramp": dice.choice(SHORT),
        "warm_up": dice.choice(SHORT),
        "recovery": dice.choice(SHORT),
        "shape": dice.choice(("hold", "forecast", "spike", "step", "soak")),
        "arrivals": dice.choice(("poisson", "uniform")),
        "returning": dice.choice(("0%", "50%", "100%")),
    }
    picked = dice.sample(channels, dice.randint(1, len(channels)))
    return {
        "name": "A",
        "launch": "2027-03-01 09:00 Europe/Madrid",
        "ends": dice.choice(("2027-03-01 09:01 Europe/Madrid", "2027-03-04 09:00 Europe/Madrid")),
        "pages": pages,
        "channels": picked,
        "baseline": dice.choice(RATES),
        "load": load,
    }


def take_campaign(data: dict[str, Any]) -> None:
    """Forecast it and plan its load: whatever is drawn was bounded before."""
    campaign = Campaign.model_validate(data, context={"kinds": built_in_kinds()})
    forecast = forecast_campaign(campaign)
    make_plan(campaign, forecast, seed=1, run_id="r", peak_per_s=forecast.peak_p95_per_s)


def make_event(dice: random.Random, folder: Path) -> tuple[dict[str, str], Path]:
    """A payload with other keys and values, for any event, and the folder that the job starts in."""
    payload = mutated_tree(dice.choice(EVENTS), dice, any_json)
    data = json.dumps(payload).encode()
    path = _written(folder / "event.json", mutated_bytes(data, dice) if dice.random() < 0.2 else data)
    env = {
        "GITHUB_EVENT_NAME": dice.choice(NAMES),
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SHA": "2" * 40,
        "GITHUB_REF": dice.choice(("refs/heads/main", "refs/pull/7/merge", "")),
        "GITHUB_RUN_ID": dice.choice(("1", "", "x", "9" * 30)),
        "GITHUB_WORKSPACE": str(folder),
    }
    if dice.random() < 0.3:
        env[dice.choice(list(env))] = any_scalar(dice).replace("\x00", "").encode("utf-8", "replace").decode()
    return env, folder


def take_event(given: tuple[dict[str, str], Path]) -> None:
    """Read the job that it describes."""
    read_job(*given)


@cache
def _brief() -> dict[str, Any]:
    plan = replace(a_load_run().plan, processes=2, journey="", data="")
    access = [{"host": "shop.example.com", "header": "X-Preview", "from_env": "TOKEN"}]
    whole = asdict(Brief(plan))
    return json.loads(json.dumps({**whole, "access": access}))  # type: ignore[no-any-return]


def make_message(dice: random.Random, _folder: Path) -> tuple[object, object]:
    """A master's plan with other keys and values, and a number for the worker."""
    if dice.random() < 0.1:
        return any_json(dice), any_json(dice)
    text = json.dumps(mutated_tree(_brief(), dice, any_json))
    if dice.random() < 0.2:
        text = mutated_bytes(text.encode(), dice).decode("utf-8", "replace")
    return text, dice.choice((0, 0, 0, 1, -1, 1 << 70, True, "0", None))


def take_message(message: tuple[object, object]) -> None:
    """What a worker does with it before anything is drawn or sent."""
    brief = checked_brief(*message)
    policy = WorkerPolicy(grants=lambda _: (), allowed={"TOKEN": ["shop.example.com"]}, environ={"TOKEN": "x"})
    policy.own(brief)
    policy.headers(brief.access, ())


def make_url(dice: random.Random, _folder: Path) -> tuple[str, str]:
    """Two addresses with slips in their bytes, or no addresses at all."""

    def one() -> str:
        if dice.random() < 0.1:
            return any_scalar(dice)
        return mutated_bytes(dice.choice(URLS).encode(), dice).decode(
            "utf-8", dice.choice(("replace", "surrogateescape"))
        )

    return one(), one()


def take_url(pair: tuple[str, str]) -> None:
    """Everything that takes an address apart, each by itself, for the first refusal must not hide the others."""
    url, other = pair
    refused: list[str] = []
    for read_it in (
        lambda: request_target(url),
        lambda: joined_url("https://shop.example.com/a", url),
        lambda: parse_url(url),
        lambda: origin_of(url),
        lambda: normalize_host(url),
        lambda: rebase("https://shop.example.com/a?b", url),
        lambda: variant_url(parse_url(url), "click-id"),
        lambda: by_location("https://shop.example.com/", 302, url),
        lambda: parse_address(url),
        lambda: is_loopback_host(url),
        lambda: joined_url(parse_url(other), url),
    ):
        try:
            read_it()
        except (ValueError, LaunchGuardError) as error:
            refused.append(str(error))
    if refused:
        raise ValueError("; ".join(refused))


def make_page(dice: random.Random, _folder: Path) -> str:
    """Markup with slips, or nested, repeated and unclosed until it is deep or large."""
    match dice.randrange(6):
        case 0:
            tag = dice.choice(TAGS)
            return f"<{tag} x='1'>" * dice.choice((10, 400, 5_000, 60_000)) + "text"
        case 1:
            return "".join(f"<{dice.choice(('', '/'))}{dice.choice(TAGS)}>" for _ in range(dice.choice((50, 3_000))))
        case 2:
            return f"<a {' '.join(f'x{n}=1' for n in range(dice.choice((50, 20_000))))}>x</a>"
        case 3:
            return dice.choice(("<", "<!--", "&#", "<![CDATA[", "</", "<a b='", "\x00")) * dice.choice((10, 50_000))
        case _:
            return mutated_bytes(PAGE.encode(), dice).decode("utf-8", "replace") * dice.choice((1, 1, 1, 40))


def take_page(markup: str) -> None:
    """Read it, and ask of it what checks ask."""
    document = read(markup)
    document.match("Spring sale")
    document.is_shorter(3)


TARGETS = (
    FuzzTarget("manifests", make_manifest, take_manifest, (LaunchGuardError,), 0.08),
    FuzzTarget("configurations", make_config, load_config, (LaunchGuardError,), 0.08),
    FuzzTarget("plans", make_campaign, take_campaign, (LaunchGuardError, ValueError), 0.005),
    FuzzTarget("events", make_event, take_event, (LaunchGuardError,), 0.05),
    FuzzTarget("messages of a master", make_message, take_message, (LaunchGuardError,), 0.15),
    FuzzTarget("schedules of a master", lambda dice, _: changed_brief(dice), take_brief, (LaunchGuardError,), 0.05),
    FuzzTarget("addresses", make_url, take_url, (ValueError, LaunchGuardError), 0.485),
    FuzzTarget("pages", make_page, take_page, (ValueError,), 0.1),
)
