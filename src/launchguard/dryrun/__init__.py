"""What a run would send where; it sends nothing but the look-ups that authorization needs."""

from launchguard.dryrun.picture import DryRun, PlannedLoad, dry_run
from launchguard.dryrun.rendering import render_json, render_text

__all__ = ["DryRun", "PlannedLoad", "dry_run", "render_json", "render_text"]
