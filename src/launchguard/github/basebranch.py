"""The base branch's files, through the contents API or a fetch; what cannot be read authorizes nothing."""

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from launchguard.errors import GitHubError
from launchguard.github.client import Client
from launchguard.github.git import fetched, git
from launchguard.manifest.reader import read_source, read_tree
from launchguard.manifest.templates import MAX_TEMPLATES
from launchguard.manifest.tree import UnreadableError

CONFIG = ".launchguard.yml"

NOTHING_SET = "load: {}\n"


@dataclass
class BaseBranch:
    """One branch of the repository whose working copy is around `folder`; without a client only git is asked."""

    ref: str
    folder: Path
    client: Client | None
    _commit: str | None = field(default=None, init=False)

    def read(self, path: str) -> bytes | None:
        """A file's content by its path from the repository's root; None when the branch does not have it.

        Raises GitHubError when neither the API nor git can say.
        """
        if not self.ref:
            raise GitHubError("the event names no base branch")
        if self.client is None:
            return self._through_git(path, GitHubError("there is no token for the API"))
        try:
            return self._through_api(self.client, path)
        except GitHubError as error:
            return self._through_git(path, error)

    def _through_api(self, client: Client, path: str) -> bytes | None:
        try:
            return client.file(path, self.ref)
        except GitHubError as error:
            if error.status != 404:
                raise
        # A token that may not read is answered 404 as well; who sees the branch may read its files.
        client.branch(self.ref)
        return None

    def _through_git(self, path: str, refusal: GitHubError) -> bytes | None:
        self._commit = self._commit or fetched(self.folder, f"refs/heads/{self.ref}")
        listed = git(self.folder, "ls-tree", "--full-tree", self._commit, "--", path) if self._commit else None
        if listed == "":
            return None
        content = git(self.folder, "show", f"{self._commit}:{path}") if listed else None
        if content is None:
            raise refusal
        return content.encode()


def lay_out_config(branch: BaseBranch, prefix: str, target: Path) -> str:
    """Write the base branch's configuration into `target`; return why it could not be read, or "".

    `prefix` leads from the repository's root to the working directory ("" or "shop/"); the nearest configuration
    upwards counts, as on the command line. One that cannot be read becomes one that forbids all load.
    """
    problem, content = "", NOTHING_SET.encode()
    try:
        content = next((found for path in _upwards(prefix) if (found := branch.read(path)) is not None), content)
    except GitHubError as error:
        problem = f"the base branch's {CONFIG} could not be read ({error.message}), so no load is sent"
        content = json.dumps({"load": {"off": problem}}).encode()
    (target / CONFIG).write_bytes(content)
    return problem


def lay_out_manifests(branch: BaseBranch, prefix: str, manifests: Iterable[str], target: Path) -> list[str]:
    """Write the base branch's version of manifests and of their templates into `target`; return what failed."""
    problems = []
    for manifest in manifests:
        path, left = manifest, MAX_TEMPLATES + 1
        while path and left:
            try:
                path, left = _lay_out(branch, prefix, path, target), left - 1
            except GitHubError as error:
                problems.append(f"the base branch's {path} could not be read ({error.message})")
                break
    return problems


def _lay_out(branch: BaseBranch, prefix: str, path: str, target: Path) -> str:
    """Write one file; return the path of the template that it extends, or ""."""
    content = branch.read(posixpath.normpath(prefix + path))
    if content is None:
        return ""
    copy = target / path
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    try:
        root = read_tree(read_source(copy)).root
    except UnreadableError:
        return ""
    extends = root.value.get("extends") if isinstance(root.value, dict) else None
    template = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(extends.value))) if extends else ""
    return "" if template.startswith(("..", "/")) else template


def _upwards(prefix: str) -> Iterator[str]:
    folder = PurePosixPath(prefix)
    for candidate in (folder, *folder.parents):
        yield (candidate / CONFIG).as_posix()
