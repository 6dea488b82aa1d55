"""`launchguard capacity MANIFEST|URL`: how many visits per second the pages hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchguard.cli import options
from launchguard.cli.output import STDOUT, write_report

if TYPE_CHECKING:
    from launchguard.capacity import Budget, Scope
    from launchguard.checking import Check
    from launchguard.model.campaign import Campaign, RepositoryConfig
    from launchguard.report.capacity import CapacityReport
    from launchguard.run import Request


class Duration(click.ParamType[float]):
    """A duration as a manifest writes it, in seconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        from launchguard.model.quantities import parse_duration

        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("capacity")
@click.argument("target", metavar="MANIFEST|URL")
@click.option("--budget", "seconds", type=Duration(), default="10m", show_default=True, help="How long it may take.")
@click.option(
    "--max-requests", type=click.IntRange(1), default=500_000, show_default=True, help="How many visits to send."
)
@click.option("--to-failure", is_flag=True, help="Go on past what the gate needs, until something breaks.")
@click.option("--base-url", metavar="ORIGIN", default="", help="Search on a preview, like http://127.0.0.1:3000.")
@click.option("--production", is_flag=True, help="Allow load on production hosts, as .launchguard.yml allows it.")
@click.option("--p95", metavar="DURATION", help="Limit for a URL: what 19 of 20 visitors wait at most, like 800ms.")
@click.option("--errors", metavar="PERCENT", help="Limit for a URL: the part of the visits that may fail, like 1%.")
@options.config_option
@options.seed_option
@click.option("--format", "style", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@click.option("--output", "path", default=STDOUT, metavar="FILE", help="Write to a file.  [default: standard output]")
@options.quiet_option
@options.verbose_option
@options.color_option
@options.traceback_option
def command(
    target: str,
    seconds: float,
    max_requests: int,
    to_failure: bool,
    base_url: str,
    production: bool,
    p95: str | None,
    errors: str | None,
    config_path: Path | None,
    seed: int | None,
    style: str,
    path: str,
    quiet: bool,
    verbose: bool,
) -> None:
    """Find the highest rate of visits at which the pages still meet their limits.

    A manifest is searched as far as its gate needs, a URL until something breaks; both no further than the host is
    authorized for. Exit codes: 0 found (and the gate lets it pass), 1 the gate blocks, 3 unknown, 2 usage, manifest or
    configuration, 130 interrupted.
    """
    from launchguard.capacity import Budget
    from launchguard.cli.progress import progress
    from launchguard.cli.session import termination_interrupts
    from launchguard.report.capacity import render_capacity

    request, budget = _request(base_url, production, seed), Budget(seconds, max_requests)
    is_url = "://" in target
    if not is_url and (p95 is not None or errors is not None):
        raise click.UsageError("--p95 and --errors are for a URL; a manifest has its own `limits`")
    with termination_interrupts(), progress(quiet, verbose) as emit:
        if is_url:
            report = _of_url(target, p95, errors, config_path, request, budget, emit)
        else:
            report = _of_manifest(Path(target), to_failure, config_path, request, budget, emit)
    write_report(path, render_capacity(report, style))
    raise click.exceptions.Exit(_exit_code(report))


def _request(base_url: str, production: bool, seed: int | None) -> "Request":
    import secrets

    from launchguard.probe import rebase
    from launchguard.run import Request

    if base_url:
        rebase("http://127.0.0.1/", base_url)  # refuses what is no origin before anything is loaded
    return Request(
        seed=secrets.randbits(32) if seed is None else seed,
        run_id=secrets.token_hex(6),
        base_url=base_url,
        production=production,
    )


def _of_url(
    url: str,
    p95: str | None,
    errors: str | None,
    config_path: Path | None,
    request: "Request",
    budget: "Budget",
    emit: Any,
) -> "CapacityReport":
    """A campaign of one page and nothing known about its visitors."""
    import math

    from pydantic import ValidationError

    from launchguard.capacity import Scope
    from launchguard.capacity.search import START_PER_S
    from launchguard.manifest import load_config
    from launchguard.model.campaign import Campaign, Limits
    from launchguard.model.clock import Clock

    config = load_config(config_path)
    given = {key: text for key, text in (("p95", p95), ("errors", errors)) if text is not None}
    try:
        limits = config.limits.model_copy(update=Limits.model_validate(given).model_dump(include=set(given)))
        named = {"name": url[:200], "launch": f"{Clock.system().now:%Y-%m-%d %H:%M} UTC"}
        campaign = Campaign.model_validate(named | {"pages": [{"url": url}], "limits": limits})
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise click.UsageError(f"{where}: {problem['msg'].removeprefix('Value error, ')}") from error
    return _search(campaign, Scope(START_PER_S, math.inf), (), config, request, budget, emit)


def _of_manifest(
    path: Path, to_failure: bool, config_path: Path | None, request: "Request", budget: "Budget", emit: Any
) -> "CapacityReport":
    from launchguard.capacity import gate_scope
    from launchguard.errors import LaunchGuardError
    from launchguard.forecast import forecast_campaign
    from launchguard.manifest import load_manifest

    config, checks = options.load_setup(config_path, ())
    campaign = load_manifest(path, checks=checks, config=config).campaign
    forecast = forecast_campaign(campaign)
    if forecast.peak_per_s <= 0:
        raise LaunchGuardError(
            "no visits are forecast, so there is no peak to search around",
            hint="Give the manifest a channel with its reach, or search a URL.",
        )
    scope = gate_scope(campaign, forecast, to_failure=to_failure)
    return _search(campaign, scope, [c for c in checks if c.id == "headroom"], config, request, budget, emit)


def _search(
    campaign: "Campaign",
    scope: "Scope",
    gate: "list[Check] | tuple[()]",
    config: "RepositoryConfig",
    request: "Request",
    budget: "Budget",
    emit: Any,
) -> "CapacityReport":
    """Search, and ask the gate where there is one."""
    import os

    from launchguard.forecast import forecast_campaign
    from launchguard.judge import judge
    from launchguard.model.clock import Clock
    from launchguard.model.evidence import Evidence
    from launchguard.report.capacity import CapacityReport
    from launchguard.tools import make_reach

    clock, forecast = Clock.system(), forecast_campaign(campaign)
    reach = make_reach(campaign, config, clock, os.environ)
    capacity = reach.search(campaign, forecast, request, emit, scope, budget).capacity
    outcomes = judge(gate, Evidence(campaign=campaign, clock=clock, forecast=forecast, capacity=capacity))
    shown = forecast if gate else None
    return CapacityReport(campaign.name, capacity, shown, outcomes[0] if outcomes else None, request.seed)


def _exit_code(report: "CapacityReport") -> int:
    from launchguard.judge import EXIT_CODES, INTERRUPTED, decide

    if report.capacity.partial:
        return INTERRUPTED
    if report.gate is not None:
        return EXIT_CODES[decide([report.gate])]
    return 0 if report.capacity.rate_per_s is not None else 3
