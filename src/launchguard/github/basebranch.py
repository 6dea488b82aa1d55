"""The base branch's files, through the contents API or a fetch; what cannot be read authorizes nothing."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from launchguard.errors import GitHubError
from launchguard.github.client import Client
from launchguard.github.git import fetched, git
from launchguard.manifest.folders import is_manifest
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


def lay_out_files(branch: BaseBranch, files: Mapping[str, str], target: Path) -> list[str]:
    """Write the base branch's version of files, and of the templates of manifests, into `target`; return what failed.

    `files` maps where a file belongs in `target` to where the base branch has it, both from the repository's root;
    they differ for a file that the change has moved. One that could not be read is laid out as an empty file: it is
    there, and nobody knows what it says.
    """
    problems = []
    for name, source in files.items():
        following: tuple[str, str] | None = (name, source)
        for _ in range(MAX_TEMPLATES + 1):
            if following is None:
                break
            place, origin = following
            try:
                following = _lay_out(branch, place, origin, target)
            except GitHubError as error:
                _write(target / place, b"")
                problems.append(f"the base branch's {source} could not be read ({error.message})")
                break
    return problems


def _lay_out(branch: BaseBranch, name: str, source: str, target: Path) -> tuple[str, str] | None:
    """Write one file; return name and source of the template that it extends, or None."""
    content = branch.read(source)
    if content is None:
        return None
    copy = _write(target / name, content)
    if not is_manifest(name):
        return None
    try:
        root = read_tree(read_source(copy)).root
    except UnreadableError:
        return None
    extends = root.value.get("extends") if isinstance(root.value, dict) else None
    if not extends:
        return None
    template, origin = (
        posixpath.normpath(posixpath.join(posixpath.dirname(p), str(extends.value))) for p in (name, source)
    )
    return None if template.startswith(("..", "/")) or origin.startswith(("..", "/")) else (template, origin)


def _write(copy: Path, content: bytes) -> Path:
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    return copy


def _upwards(prefix: str) -> Iterator[str]:
    folder = PurePosixPath(prefix)
    for candidate in (folder, *folder.parents):
        yield (candidate / CONFIG).as_posix()
