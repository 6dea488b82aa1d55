"""Which way each key loosens: one table for the manifest, one for `.launchguard.yml`, one for kinds of channels.

A key that stands in none of them is refused by a test, so that a new one has to be placed.
"""

from collections.abc import Mapping
from enum import Enum, auto


class Way(Enum):
    """How the change of a value can ask for less than before."""

    MORE = auto()
    """A larger number, a later moment, a yes."""
    LESS = auto()
    """A smaller number, an earlier moment, a no."""
    CHANGED = auto()
    """Any change: nobody can tell which way it goes."""
    GONE = auto()
    """What is missing: an item of a list, or the value."""
    ADDED = auto()
    """What is new: an item of a list, or the value."""
    SOFTER = auto()
    """A later one of the words in SOFTER_WORDS."""
    BELOW = auto()
    """The keys below say it."""
    APART = auto()
    """Compared by a function of its own (`launchguard.trust.loosening`)."""
    NEVER = auto()
    """Nothing that a verdict rests on: words for people, or where the same is said by another key."""


CAMPAIGN_WAYS: Mapping[str, Way] = {
    "launchguard": Way.NEVER,
    "extends": Way.NEVER,  # what a template says is compared as if the manifest said it
    "name": Way.NEVER,
    "launch": Way.APART,
    "ends": Way.LESS,
    "status": Way.SOFTER,
    "owners": Way.NEVER,
    "ticket": Way.NEVER,
    "pages": Way.GONE,
    "pages[].url": Way.CHANGED,  # the same page with other parameters
    "pages[].contains": Way.GONE,
    "pages[].locale": Way.CHANGED,
    "pages[].share": Way.LESS,
    "pages[].expected_final": Way.CHANGED,
    "channels": Way.APART,
    "baseline": Way.LESS,
    "limits": Way.BELOW,
    "limits.p95": Way.MORE,
    "limits.errors": Way.MORE,
    "limits.headroom": Way.LESS,
    "load": Way.BELOW,
    "load.ramp": Way.MORE,
    "load.warm_up": Way.MORE,
    "load.hold": Way.LESS,
    "load.drain": Way.MORE,
    "load.recovery": Way.LESS,
    "load.shape": Way.CHANGED,
    "load.timeout": Way.MORE,
    "load.arrivals": Way.SOFTER,
    "load.returning": Way.MORE,
    "load.phones": Way.CHANGED,
    "load.journey": Way.CHANGED,
    "load.data": Way.CHANGED,
    "load.assets": Way.SOFTER,
    "load.linger": Way.LESS,
    "load.find_capacity": Way.LESS,
    "checks": Way.APART,
    "organic": Way.LESS,
    "systems": Way.GONE,
    "systems[].host": Way.NEVER,
    "systems[].owner": Way.NEVER,
    "systems[].kind": Way.NEVER,
    "touches": Way.GONE,
    "vendors": Way.GONE,
    "first_party_hosts": Way.ADDED,
    "access": Way.ADDED,
    "access[].host": Way.CHANGED,
    "access[].header": Way.CHANGED,
    "access[].basic": Way.CHANGED,
    "access[].from_env": Way.CHANGED,
    "staging": Way.CHANGED,
    "fallback": Way.GONE,
    "measurement": Way.NEVER,
    "approvals": Way.ADDED,
    "approvals[].role": Way.NEVER,
    "approvals[].by": Way.NEVER,
    "approvals[].date": Way.CHANGED,
    "deliverables": Way.GONE,
    "deliverables[].what": Way.NEVER,
    "deliverables[].owner": Way.NEVER,
    "deliverables[].due": Way.MORE,
    "deliverables[].must_have": Way.LESS,
    "deliverables[].done": Way.MORE,
    "expedite": Way.ADDED,
    "expedite.reason": Way.NEVER,
    "expedite.approver": Way.NEVER,
    "effort_hours": Way.LESS,
    "budget": Way.NEVER,
    "embargo_until": Way.LESS,
    "sunset": Way.BELOW,
    "sunset.date": Way.CHANGED,
    "sunset.redirect_to": Way.CHANGED,
    "renewal": Way.SOFTER,
    "expected_final": Way.NEVER,  # every page that has none of its own has got it
    "waivers": Way.APART,
}
"""By the paths of docs/reference.md; a key below one that is NEVER or APART needs no row."""

CONFIG_WAYS: Mapping[str, Way] = {
    "load": Way.BELOW,
    "load.hosts": Way.ADDED,
    "load.hosts.NAME.max_rate": Way.MORE,
    "load.hosts.NAME.max_requests": Way.MORE,
    "load.hosts.NAME.max_connections": Way.GONE,
    "load.hosts.NAME.production": Way.LESS,
    "load.hosts.NAME.hours": Way.CHANGED,
    "load.off": Way.GONE,
    "limits": Way.BELOW,
    "limits.p95": Way.MORE,
    "limits.errors": Way.MORE,
    "limits.headroom": Way.LESS,
    "lead_times": Way.GONE,
    "hours_per_month": Way.MORE,
    "freeze_windows": Way.GONE,
    "freeze_windows[].from": Way.MORE,
    "freeze_windows[].to": Way.LESS,
    "freeze_windows[].reason": Way.NEVER,
    "required_approvals": Way.GONE,
    "approvers": Way.ADDED,
    "landing_paths": Way.GONE,
    "checks_from": Way.GONE,
    "channels_from": Way.GONE,
    "private_hosts": Way.ADDED,
    "secrets": Way.ADDED,
    "max_age": Way.MORE,
    "loosening": Way.SOFTER,
}

CHANNEL_WAYS: Mapping[str, Way] = {
    "name": Way.NEVER,
    "page": Way.CHANGED,
    "at": Way.CHANGED,
    "utm": Way.CHANGED,
    "click_id": Way.CHANGED,
    "uncertainty": Way.LESS,
    **dict.fromkeys(("recipients", "devices", "visits", "viewers", "scans", "waiters", "responders"), Way.LESS),
    **dict.fromkeys(("rate", "clicks_per_day", "budget_per_day", "scale"), Way.LESS),
    **dict.fromkeys(("click_rate", "open_rate", "scan_rate", "visit_rate", "immediate", "burst"), Way.LESS),
    **dict.fromkeys(("resharing", "previews", "scanners", "links", "wait", "duration"), Way.LESS),
    **dict.fromkeys(
        ("send_over", "on_screen", "spot", "reload_every", "burst_over", "tail", "cost_per_click"), Way.MORE
    ),
    **dict.fromkeys(("file", "platform", "format"), Way.CHANGED),
}
"""By the keys of the kinds that LaunchGuard brings. A key of a user's own kind counts as CHANGED, its reach as LESS."""

SOFTER_WORDS: Mapping[str, tuple[str, ...]] = {
    "status": ("ready", "draft"),
    "load.arrivals": ("poisson", "uniform"),
    "load.assets": ("yes", "auto", "no"),
    "renewal": ("manual", "automatic"),
    "loosening": ("approval", "listed"),
}
"""From the strictest to the softest."""
