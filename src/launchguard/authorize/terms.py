"""What an origin may receive, and who says so: the configuration, the host itself, or that it is loopback."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from launchguard.authorize.proof import Proof
from launchguard.model.campaign import HostRule, RepositoryConfig
from launchguard.model.times import Window
from launchguard.web.addresses import is_loopback_host
from launchguard.web.hosts import DEFAULT_PORTS, bracketed, host_and_port, host_of, normalize_host, port_of, written
from launchguard.words import count, exact, tenths

CONFIG = ".launchguard.yml"
LOOPBACK_WHY = "a loopback origin that a page names"
SLACK = 1 + 1e-9
"""Rates that differ by rounding only are the same."""


@dataclass(frozen=True)
class LoadTerms:
    """What `name` may receive, by whom (`why`), and where each bound is written, for people who want to change it.

    `addresses` are those that proved themselves; None where the name alone decides.
    """

    name: str
    why: str
    max_rate_per_s: float | None = None
    production: bool = False
    hours: Window | None = None
    cap_at: str = ""
    hours_at: str = ""
    not_production: str = ""
    max_connections: int | None = None
    addresses: tuple[str, ...] | None = None
    max_requests_per_s: float | None = None

    def refusal(
        self, peak_per_s: float, start: datetime, length_s: float, *, production_allowed: bool
    ) -> tuple[str, str] | None:
        """Why these terms do not allow a load of this peak and length from `start` on, with what would; or None."""
        cap = self._too_small(peak_per_s)
        if cap:
            key, most, what = cap
            return (
                f"the plan's {tenths(peak_per_s)} visits/s are more than the {exact(most)}{what} that {self.name} may "
                "receive",
                f"Raise {self.cap_at.replace('max_rate', key)} to {enough(peak_per_s)} or more.",
            )
        if self.production and not production_allowed:
            return f"{self.name} is a production host", f"Run with --production, or {self.not_production}."
        if self.hours is not None and not within(self.hours, start, length_s):
            reason = f"{self.name} may receive load only in {self.hours}"
            if self.hours.contains(start):
                reason += f", and this load of {count(length_s)} s would outlast that"
            return reason, f"Run it then, or change `hours` in {self.hours_at}."
        return None

    def closed(self, peak_per_s: float) -> str:
        """Why a plan of this peak may lead no redirect here, as the end of a sentence; "" where it may."""
        cap = self._too_small(peak_per_s)
        if not cap:
            return ""
        key, most, what = cap
        return (
            f"which may receive {exact(most)}{what}, and redirects could bring it the plan's whole peak of "
            f"{tenths(peak_per_s)}/s: raise its {key} to {enough(peak_per_s)}, or name the final URL in the manifest"
        )

    def _too_small(self, peak_per_s: float) -> tuple[str, float, str] | None:
        """The key of the cap that these visits would break, its value and its unit; a visit is one request at least."""
        caps = (("max_rate", self.max_rate_per_s, "/s"), ("max_requests", self.max_requests_per_s, " requests/s"))
        for key, most, what in caps:
            if most is not None and peak_per_s > most * SLACK:
                return key, most, what
        return None


def enough(peak_per_s: float) -> str:
    """A cap that carries this peak, rounded up to a whole number."""
    return f"{max(1, math.ceil(peak_per_s / SLACK))}/s"


def within(hours: Window, start: datetime, length_s: float) -> bool:
    """Whether a load of this length, begun at `start`, is over before the hours are."""
    local = start.astimezone(hours.zone).replace(tzinfo=None)
    left = (datetime.combine(local, hours.end) - local) % timedelta(days=1)
    length = timedelta(seconds=length_s)
    # The clock on the wall may go forward meanwhile: then less is left than it says, and the end lies outside. Where it
    # goes back there is more, and that is not used.
    return length <= left and hours.contains(start) and hours.contains(start + length)


def configured(origin: str, config: RepositoryConfig) -> LoadTerms | None:
    """The terms of the configuration, or of a loopback origin without a rule; None where nobody named the origin.

    A rule covers http and https on their default ports, or the one port that it is written with. Loopback is never
    production.
    """
    loopback = is_loopback_host(host_of(origin))
    found = _rule(origin, config)
    if found is None:
        return LoadTerms(host_of(origin), LOOPBACK_WHY) if loopback else None
    name, rule = found
    key = f"load.hosts.{name}"
    return LoadTerms(
        name=name,
        why=f"{key} in {CONFIG}",
        max_rate_per_s=rule.max_rate,
        max_requests_per_s=rule.max_requests,
        production=rule.production and not loopback,
        hours=rule.hours,
        max_connections=rule.max_connections,
        cap_at=f"{key}.max_rate in {CONFIG}",
        hours_at=CONFIG,
        not_production=f"write `production: false` under {key} in {CONFIG}",
    )


def proven(origin: str, proof: Proof) -> LoadTerms:
    """The terms that a host set itself. It is production: only the configuration can say otherwise.

    Loopback is never asked.
    """
    name = written(origin)
    return LoadTerms(
        name=name,
        why=f"{proof.where}, which names {proof.claim.repository}",
        max_rate_per_s=proof.claim.max_rate_per_s,
        max_requests_per_s=proof.claim.max_requests_per_s,
        production=True,
        hours=proof.claim.hours,
        max_connections=proof.claim.max_connections,
        cap_at=f"max_rate in {proof.where}",
        hours_at=proof.where,
        not_production=f"name {name} under load.hosts in {CONFIG} with `production: false`",
        addresses=proof.addresses,
    )


def _rule(origin: str, config: RepositoryConfig) -> tuple[str, HostRule] | None:
    """The rule for an origin, with its name as it is written."""
    rules = {normalize_host(name): (name, rule) for name, rule in config.load.hosts.items()}
    default = port_of(origin) in DEFAULT_PORTS.values()
    return rules.get(host_and_port(origin)) or (rules.get(bracketed(host_of(origin))) if default else None)
