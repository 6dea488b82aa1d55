"""Manifest and configuration: YAML -> typed values; every complaint as file:line:col, all at once."""

from launchguard.manifest.loading import Manifest, load_config, load_manifest
from launchguard.manifest.questions import Question

__all__ = ["Manifest", "Question", "load_config", "load_manifest"]
