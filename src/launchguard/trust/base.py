"""What a change may decide for itself: only what the branch that it goes to has already decided.

A base folder is the working directory as the base branch has it, at least `.launchguard.yml` and the manifests. It
may hold `approved-by.txt`: who approved the change, one login a line, of those whom the base branch's configuration
names. Anything can make such a folder; in GitHub Actions, `launchguard action` does.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from launchguard.errors import ManifestError
from launchguard.manifest import Manifest
from launchguard.manifest.templates import Extended
from launchguard.manifest.tree import UnreadableError, plain_values
from launchguard.model.campaign import Campaign

APPROVED_BY = "approved-by.txt"


def approvers_of(base: Path) -> frozenset[str]:
    """The logins in `approved-by.txt`, in lower case and without their "@"."""
    path = base / APPROVED_BY
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(login(line) for line in lines if line.strip())


def login(text: str) -> str:
    """A login as it is compared: "@Ana" and "ana" are one person."""
    return text.strip().removeprefix("@").casefold()


def claims(campaign: Campaign) -> bool:
    """Whether a campaign has anything that only the base branch or an approver can make count."""
    return bool(campaign.waivers or campaign.approvals or any(map(_is_softer, campaign.checks.values())))


def as_base_allows(manifest: Manifest, base: Path) -> tuple[Manifest, list[str]]:
    """Drop the waivers, softer checks and approvals that the base branch does not have and nobody approved.

    The second value says which. A waiver counts when the base branch's manifest has it word for word, or when the
    change is approved; a check's `severity: warn` or `info`, which excuses as much as a waiver, likewise. An approval
    counts when the base branch has it, or when the person that it names approved the change.
    """
    campaign = manifest.campaign
    if not claims(campaign):
        return manifest, []
    own, known = _written(Path(manifest.path)), _written(base / os.path.relpath(manifest.path))
    approved = approvers_of(base)
    notes: list[str] = []
    waivers, approvals = [], []
    for waiver, text in zip(campaign.waivers, own.get("waivers") or (), strict=True):
        if approved or text in (known.get("waivers") or ()):
            waivers.append(waiver)
        else:
            notes.append(f"the waiver of {waiver.check} does not count: the base branch does not have it")
    for approval, text in zip(campaign.approvals, own.get("approvals") or (), strict=True):
        if login(approval.by) in approved or text in (known.get("approvals") or ()):
            approvals.append(approval)
        else:
            notes.append(f"the approval of {approval.by} does not count: the base branch does not have it")
    checks = dict(campaign.checks)
    softer = {id: settings["severity"] for id, settings in checks.items() if _is_softer(settings) and not approved}
    decided = _softer_in(known)
    for check in sorted(id for id, severity in softer.items() if decided.get(id) not in (severity, "info")):
        checks[check] = {name: value for name, value in checks[check].items() if name != "severity"}
        notes.append(f"the severity of {check} does not count: the base branch does not have it")
    parts = {"waivers": tuple(waivers), "approvals": tuple(approvals), "checks": checks}
    allowed = campaign.model_copy(update=parts)
    return replace(manifest, campaign=allowed), notes


def _is_softer(settings: Any) -> bool:
    return isinstance(settings, Mapping) and settings.get("severity") in ("warn", "info")


def _softer_in(written: Mapping[str, Any]) -> dict[str, str]:
    """The checks that a manifest, as it is written, takes for warnings or less, with their severity."""
    checks = written.get("checks")
    if not isinstance(checks, dict):
        return {}
    return {id: settings["severity"] for id, settings in checks.items() if _is_softer(settings)}


def _written(path: Path) -> Mapping[str, Any]:
    """A manifest as it is written, its templates merged in; empty when it cannot be read."""
    try:
        extended = Extended(path)
        data = plain_values(extended.tree)
    except (UnreadableError, ManifestError):
        return {}
    return data if isinstance(data, dict) and not extended.complaints else {}
