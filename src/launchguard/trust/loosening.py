"""What a change loosens: the one function that compares a campaign with the base's version of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from launchguard.checking.check import Check, Option
from launchguard.manifest.options import read_option
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.channel import Channel
from launchguard.model.loosening import GONE, NOT_SET, Loosening
from launchguard.trust.comparing import as_written, compare_models, loosens, paired
from launchguard.trust.known import Known, unread_keys
from launchguard.trust.ways import CAMPAIGN_WAYS, CHANNEL_WAYS, CONFIG_WAYS, Way

SOFTER = {"warn": 1, "info": 2}
CONFIG = ".launchguard.yml"


def what_loosens(was: Known, now: Campaign | None, checks: Sequence[Check], clock_now: datetime) -> list[Loosening]:
    """Every key that asks for less in `now` than in the base's version; None for a manifest that is gone.

    `checks` are those that can be judged; `clock_now` decides whether a launch was moved into the past.
    """
    if now is None:
        return [Loosening("the manifest", was.campaign.name, GONE)]
    return [
        *(Loosening(key, "cannot be read any more", "another value") for key in unread_keys(was)),
        *compare_models(was.campaign, now, CAMPAIGN_WAYS),
        *_launch(was.campaign, now, clock_now),
        *_channels(was.campaign.channels, now.channels),
        *_checks(was.checks, now.checks, checks),
        *_waivers(was.campaign, now),
    ]


def what_config_loosens(was: RepositoryConfig, now: RepositoryConfig) -> list[Loosening]:
    """The same for `.launchguard.yml`; what it loosens counts only once it is in the base."""
    rows = compare_models(was, now, CONFIG_WAYS)
    return [replace(row, what=f"{CONFIG}: {row.what}", at=()) for row in rows]


def claims_of_new(now: Campaign) -> list[Loosening]:
    """What a manifest that the base does not have excuses from its first day on."""
    severities = {id: given for id, given in now.checks.items() if given.get("severity") in SOFTER}
    rows = [_severity(id, NOT_SET, given["severity"]) for id, given in severities.items()]
    return [*rows, *(_waiver(index, now) for index in range(len(now.waivers)))]


def _launch(was: Campaign, now: Campaign, clock_now: datetime) -> Iterator[Loosening]:
    over = [(campaign.ends or campaign.launch) < clock_now for campaign in (was, now)]
    if over == [False, True] and was.launch != now.launch:
        field = Campaign.model_fields["launch"]
        yield Loosening("launch", as_written(was.launch, field), as_written(now.launch, field), at=("launch",))


def _channels(was: Sequence[Channel], now: Sequence[Channel]) -> Iterator[Loosening]:
    """Channels by kind and name, then by kind: each key the way that it stands in the table, its reach as LESS."""
    pairs = paired(was, now, [lambda one: f"{one.kind} {one.name}", lambda one: one.kind])
    for index, channel in enumerate(was):
        if index not in pairs:
            yield Loosening("channels", channel.label, GONE, at=("channels",))
            continue
        other = now[pairs[index]]
        if type(channel) is not type(other):
            yield Loosening(
                f"channels[{other.label}]", "another kind", "cannot be compared", at=("channels", pairs[index])
            )
            continue
        for key, field in type(other).model_fields.items():
            way = Way.LESS if key == other.reach_key else CHANNEL_WAYS.get(key, Way.CHANGED)
            old, new = getattr(channel, key), getattr(other, key)
            if key == "kind" or way is Way.NEVER or not loosens(old, new, way):
                continue
            texts = [as_written(getattr(value, "file", value), field) for value in (old, new)]
            at = ("channels", pairs[index], other.kind, key)
            yield Loosening(f"channels[{other.label}].{key}", texts[0], texts[1], at=at)


def _checks(
    was: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]], checks: Sequence[Check]
) -> Iterator[Loosening]:
    """Options and severities in force, check by check; and what the base sets of a check that is no more."""
    for check in checks:
        old, new = was.get(check.id, {}), now.get(check.id, {})
        for option in check.options:
            yield from _option(check, option, old, new)
        given, had = new.get("severity"), old.get("severity")
        if SOFTER.get(str(given), 0) > SOFTER.get(str(had), 0):
            yield _severity(check.id, str(had or NOT_SET), str(given))
        elif had == "block" and given is None and check.severity != "block":
            yield _severity(check.id, "block", f"{NOT_SET} ({check.severity})")
    known = {check.id for check in checks}
    for gone in [id for id in was if checks and id not in known]:
        yield Loosening(f"checks.{gone}", "a check", GONE, turns_off=True)


def _option(check: Check, option: Option, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Loosening]:
    before, after = read_option(option, old.get(option.name, option.default)), new.get(option.name, option.default)
    way = {"more": Way.MORE, "less": Way.LESS}.get(option.looser, Way.CHANGED)
    comparable = isinstance(before, int | float) and isinstance(after, int | float)
    if loosens(before, after, way if comparable else Way.CHANGED):
        at = ("checks", check.id, option.name)
        yield Loosening(f"checks.{check.id}.{option.name}", _said(before), _said(after), at=at)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value) or NOT_SET


def _severity(check: str, was: str, now: str) -> Loosening:
    return Loosening(f"checks.{check}.severity", was, now, turns_off=True, at=("checks", check, "severity"))


def _waivers(was: Campaign, now: Campaign) -> Iterator[Loosening]:
    for index, waiver in enumerate(now.waivers):
        if waiver not in was.waivers:
            yield _waiver(index, now)


def _waiver(index: int, now: Campaign) -> Loosening:
    waiver = now.waivers[index]
    where = f" on {waiver.page}" if waiver.page else ""
    text = f"{waiver.check}{where} until {waiver.expires}, approved by {waiver.approved_by}"
    return Loosening("waivers", NOT_SET, text, turns_off=True, at=("waivers", index))
