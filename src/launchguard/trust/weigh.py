"""A manifest beside the base's version of it: what counts of it, what it loosens, and who has to agree to that."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from launchguard.channels import Kinds
from launchguard.checking.check import Check
from launchguard.errors import ManifestError
from launchguard.manifest import Manifest, load_config
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.loosening import Loosening, LooseningState
from launchguard.trust.base import approvers_of, as_base_allows
from launchguard.trust.known import read_known
from launchguard.trust.loosening import CONFIG, claims_of_new, what_config_loosens, what_loosens
from launchguard.trust.own_code import compare_code


def against_base(
    manifest: Manifest, base: Path, config: RepositoryConfig, checks: Sequence[Check], kinds: Kinds, now: datetime
) -> tuple[Manifest, list[str]]:
    """The manifest as the base allows it, with its loosenings, and notes about what was dropped (`as_base_allows`).

    `config` is the base's. Of a file that the base does not have only what excuses something is told.
    """
    allowed, notes = as_base_allows(manifest, base)
    campaign = manifest.campaign
    known = read_known(manifest.path, base, campaign, kinds, config)
    found = claims_of_new(campaign) if known is None else what_loosens(known, campaign, checks, now)
    if known is None and (base / os.path.relpath(manifest.path)).exists():
        found.append(Loosening("the manifest", "the base's cannot be read", "cannot be compared"))
    load = campaign.load
    found += compare_code(base, (*config.checks_from, *config.channels_from), (load.journey, load.data))
    found += _of_the_config(config)
    return replace(allowed, loosening=tuple(_settled(found, manifest, allowed.campaign, base, config))), notes


def _of_the_config(config: RepositoryConfig) -> list[Loosening]:
    """What the change does to `.launchguard.yml`: the base's counts for this run, the change's for all that follow."""
    try:
        return what_config_loosens(config, load_config())
    except ManifestError:
        return [Loosening(CONFIG, "a configuration", "cannot be read")]


def _settled(
    found: Sequence[Loosening], manifest: Manifest, allowed: Campaign, base: Path, config: RepositoryConfig
) -> Iterator[Loosening]:
    """Each loosening with what becomes of it, and its line."""
    approved = bool(approvers_of(base))
    for row in found:
        line = _line(row.at, manifest.lines)
        if _dropped(row, manifest.campaign, allowed):
            yield replace(row, line=line, state=LooseningState.DROPPED)
        elif not (row.turns_off or config.loosening == "approval"):
            yield replace(row, line=line)
        elif approved:
            yield replace(row, line=line, state=LooseningState.APPROVED)
        else:
            yield replace(row, line=line, state=LooseningState.UNAPPROVED, ask=config.approvers)


def _dropped(row: Loosening, campaign: Campaign, allowed: Campaign) -> bool:
    """Whether `as_base_allows` has taken it out, so that the base's word stands."""
    match row.at:
        case ("waivers", int(index)):
            return campaign.waivers[index] not in allowed.waivers
        case ("approvals", int(index)):
            return campaign.approvals[index] not in allowed.approvals
        case ("checks", str(check), "severity"):
            return "severity" in campaign.checks.get(check, {}) and "severity" not in allowed.checks.get(check, {})
    return False


def _line(at: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], tuple[int, int]]) -> int | None:
    """The line of a key, or of the nearest one above it that the manifest has."""
    while at and at not in lines:
        at = at[:-1]
    return lines[at][0] if at else None
