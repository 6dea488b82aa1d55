"""The verdict as Markdown."""

from launchguard.report.formats.markdown.render import render

__all__ = ["render"]
