"""What `capacity` does behind its options: a target in, a report of the search out."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from pydantic import ValidationError

from launchguard.checking.check import Check
from launchguard.cli.authority import make_authority
from launchguard.cli.setup import load_setup
from launchguard.errors import LaunchGuardError
from launchguard.forecast import forecast_campaign
from launchguard.judging.advice import advise_on
from launchguard.judging.judge import EXIT_CODES, INTERRUPTED, decide, judge
from launchguard.load.capacity import Budget, CapacityScope
from launchguard.load.capacity.search import START_PER_S
from launchguard.load.journeys.journey_check import check_journey
from launchguard.manifest import load_config
from launchguard.model.campaign import Campaign, Limits
from launchguard.model.clock import Clock
from launchguard.model.confided import each_once
from launchguard.model.events import Noticed
from launchguard.model.evidence import Evidence
from launchguard.report.capacity import CapacityReport, render_capacity
from launchguard.run import Emit, Request
from launchguard.run.authority import Authority
from launchguard.run.planning import scope_of
from launchguard.run.wiring import make_reach, secrets_of
from launchguard.words.redaction import redact

UNKNOWN_CODE = 3


@dataclass(frozen=True)
class Asked:
    """What every search is given, whatever its target."""

    request: Request
    budget: Budget
    config_path: Path | None
    channel_folders: tuple[Path, ...]
    repository: str
    emit: Emit


@dataclass(frozen=True)
class Searched:
    """A search that is over, and the values that must appear in no report of it."""

    report: CapacityReport
    secrets: Sequence[str]

    def render(self, style: str) -> str:
        """The report in a style, without secrets."""
        return redact(render_capacity(self.report, style), self.secrets)

    @property
    def exit_code(self) -> int:
        """What the gate says; without one, whether there is a figure."""
        if self.report.capacity.partial:
            return INTERRUPTED
        if self.report.gate is not None:
            return EXIT_CODES[decide([self.report.gate])]
        return 0 if self.report.capacity.rate_per_s is not None else UNKNOWN_CODE


def search_url(url: str, p95: str | None, errors: str | None, asked: Asked) -> Searched:
    """Search one address: a campaign of one page, with nothing known about its visitors."""
    config = load_config(asked.config_path)
    given = {key: text for key, text in (("p95", p95), ("errors", errors)) if text is not None}
    try:
        limits = config.limits.model_copy(update=Limits.model_validate(given).model_dump(include=set(given)))
        named = {"name": url[:200], "launch": f"{Clock.system().now:%Y-%m-%d %H:%M} UTC"}
        campaign = Campaign.model_validate(named | {"pages": [{"url": url}], "limits": limits})
    except ValidationError as error:
        problem = error.errors()[0]
        where = "".join(f"{part}: " for part in problem["loc"][-1:])
        raise click.UsageError(f"{where}{problem['msg'].removeprefix('Value error, ')}") from error
    # What stands for a URL has no visitors of its own, so it keeps nobody away.
    authority, notes = make_authority(config, (), (), asked.repository)
    return _search(campaign, CapacityScope(START_PER_S, math.inf), (), authority, notes, asked)


def search_manifest(path: Path, to_failure: bool, asked: Asked) -> Searched:
    """Search a campaign's pages, as far as its gate needs. Raises ManifestError, and when no visits are forecast."""
    setup = load_setup(asked.config_path, channel_folders=asked.channel_folders)
    manifest = setup.read(path)
    campaign = manifest.campaign
    if campaign.load.journey:
        check_journey(campaign.load.journey, campaign.load.data)
    forecast = forecast_campaign(campaign)
    if forecast.no_peak:
        raise LaunchGuardError(
            f"{forecast.no_peak}, so there is no peak to search around",
            hint="Give the manifest a channel with its reach, or search a URL.",
        )
    scope = scope_of(campaign, forecast, to_failure=to_failure)
    authority, notes = make_authority(setup.config, [campaign], [path], asked.repository)
    searched = _search(campaign, scope, [c for c in setup.checks if c.id == "headroom"], authority, notes, asked)
    asked_of_gate = {check: given for check, given in manifest.options.items() if check == "headroom"}
    return replace(searched, report=replace(searched.report, options=asked_of_gate))


def _search(
    campaign: Campaign,
    scope: CapacityScope,
    gate: Sequence[Check],
    authority: Authority,
    notes: Sequence[str],
    asked: Asked,
) -> Searched:
    """Search, and ask the gate where there is one."""
    for note in notes:
        asked.emit(Noticed(note))
    clock, forecast = Clock.system(), forecast_campaign(campaign)
    reach = make_reach(campaign, authority, os.environ)
    found = reach.search(campaign, forecast, asked.request, asked.emit, scope, asked.budget)
    evidence = Evidence(campaign=campaign, clock=clock, forecast=forecast, capacity=found.capacity)
    outcomes = judge(gate, evidence)
    report = CapacityReport(
        name=campaign.name,
        capacity=found.capacity,
        limits=campaign.limits,
        forecast=forecast if gate else None,
        gate=outcomes[0] if outcomes else None,
        advice=advise_on(outcomes, replace(evidence, load=found.run_at(forecast.peak_per_s))),
        seed=asked.request.seed,
        secrets=each_once(secret for run in found.runs for secret in run.secrets),
    )
    return Searched(report, secrets_of(campaign, os.environ))
