"""The verdict as JSON."""

from launchguard.report.formats.json.render import render

__all__ = ["render"]
