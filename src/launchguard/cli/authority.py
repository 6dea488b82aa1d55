"""Who decides about load: the configuration, the campaigns that are live around it, and what hosts say themselves."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from launchguard.authorize import Prover, is_repository
from launchguard.errors import ManifestError
from launchguard.github.git import git
from launchguard.manifest import load_manifest
from launchguard.manifest.folders import walked
from launchguard.manifest.templates import repository_root
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.clock import Clock
from launchguard.run.authority import Authority

CAMPAIGNS = "campaigns"
"""The repository's folder of manifests: what is live in there keeps load away from its hosts."""


def make_authority(
    config: RepositoryConfig,
    campaigns: Sequence[Campaign],
    given: Sequence[Path],
    repository: str,
) -> tuple[Authority, list[str]]:
    """The authority for `campaigns`, read from the files `given`, with notes about what could not be looked at.

    `repository` is what the user said. Raises click.UsageError when it is none.
    """
    around, notes = campaigns_around(repository_root(Path()) / CAMPAIGNS, given)
    name = repository_name(repository, os.environ, Path())
    prove = Prover(name, private_hosts=config.private_hosts) if name else None
    return Authority(config, lambda: Clock.system().now, (*campaigns, *around), prove), notes


def campaigns_around(folder: Path, given: Sequence[Path]) -> tuple[list[Campaign], list[str]]:
    """The campaigns of a folder that are not among the files `given`; a note for each that cannot be read.

    Their hosts and times are all that counts, so channels of the user's own kinds are left unread.
    """
    known = {path.resolve() for path in given}
    campaigns, notes = [], []
    for path in walked(folder) if folder.is_dir() else []:
        if path.resolve() in known:
            continue
        try:
            campaigns.append(load_manifest(path, other_kinds=True).campaign)
        except ManifestError:
            notes.append(f"{path} cannot be read, so nobody knows whether its campaign is live on a host under load")
    return campaigns, notes


def repository_name(given: str, environ: Mapping[str, str], folder: Path) -> str:
    """owner/name: as the user said, else of the GitHub job, else of the git remote `origin`; "" when nobody knows.

    Raises click.UsageError for a given name that is none.
    """
    if given:
        if not is_repository(given):
            raise click.UsageError(f"--repository {given!r} is no repository; write it like owner/name")
        return given
    job = environ.get("GITHUB_REPOSITORY", "")
    return job if is_repository(job) else remote_name(git(folder, "remote", "get-url", "origin") or "")


def remote_name(url: str) -> str:
    """owner/name of a git remote (https, ssh or scp-like); "" for a local path and anything else."""
    _, scheme, rest = url.rpartition("://")
    before, colon, path = url.partition(":")
    if scheme and not url.startswith("file:"):
        name = rest.partition("/")[2]
    elif colon and not scheme and "/" not in before:
        name = path
    else:
        return ""
    name = name.strip("/").removesuffix(".git")
    return name if is_repository(name) else ""
