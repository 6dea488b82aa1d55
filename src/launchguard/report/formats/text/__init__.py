"""The verdict for a terminal."""

from launchguard.report.formats.text.render import render

__all__ = ["render"]
