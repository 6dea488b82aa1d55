"""What every command loads before it works: the repository's configuration, all checks, all kinds of channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launchguard.channels import Kinds
from launchguard.channels.files import load_kinds
from launchguard.checking.check import Check
from launchguard.checking.files import load_checks
from launchguard.cli.crash import hide
from launchguard.manifest import Manifest, load_config, load_manifest
from launchguard.manifest.loading import CONFIG_NAME
from launchguard.manifest.templates import repository_root
from launchguard.model.campaign import RepositoryConfig


@dataclass(frozen=True)
class Setup:
    """The configuration, every check and every kind of channel: built in, and the repository's and the user's own."""

    config: RepositoryConfig
    checks: tuple[Check, ...]
    kinds: Kinds

    def read(self, path: Path) -> Manifest:
        """Read one manifest with all of it. Raises ManifestError with every problem."""
        manifest = load_manifest(path, checks=self.checks, config=self.config, kinds=self.kinds)
        hide(entry.from_env for entry in manifest.campaign.access)
        return manifest

    def files(
        self, config_path: Path | None, check_folders: Sequence[Path], channel_folders: Sequence[Path]
    ) -> list[Path]:
        """Where all of it came from: the configuration's file, and the folders, those that it names included."""
        own = map(Path, (*self.config.checks_from, *self.config.channels_from))
        return [config_path or repository_root(Path()) / CONFIG_NAME, *check_folders, *channel_folders, *own]


def load_setup(
    config_path: Path | None, check_folders: Sequence[Path] = (), channel_folders: Sequence[Path] = ()
) -> Setup:
    """Load it: the folders given, and those that the configuration names (`checks_from`, `channels_from`).

    Raises ManifestError, CheckFileError and ChannelFileError for what cannot be used.
    """
    config = load_config(config_path)
    hide(config.secrets)
    checks = load_checks([*map(Path, config.checks_from), *check_folders])
    return Setup(config, tuple(checks), load_kinds([*map(Path, config.channels_from), *channel_folders]))
