"""A manifest or configuration file -> typed values, or a ManifestError with every complaint."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from launchguard.channels import Kinds, built_in_kinds
from launchguard.checking.check import Check
from launchguard.errors import ManifestError
from launchguard.manifest.complaints import MAX_COMPLAINTS, complaints_of, nearest
from launchguard.manifest.excerpts import excerpts_of
from launchguard.manifest.options import checks_type, options_given, options_that_differ
from launchguard.manifest.questions import Question, questions_about
from launchguard.manifest.reader import read_source, read_tree
from launchguard.manifest.schema import config_schema, manifest_schema
from launchguard.manifest.templates import Extended, inside, repository_root
from launchguard.manifest.tree import Complaint, Node, Path, UnreadableError, find_node, plain_values, walk_nodes
from launchguard.manifest.unjudged import keys_not_judged
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.loosening import Loosening
from launchguard.words.quoted import shown

CONFIG_NAME = ".launchguard.yml"


@dataclass(frozen=True)
class Manifest:
    """A campaign with its file.

    `sha256` is over the manifest and the templates that it extends. `lines` maps a key's path, such as
    ("channels", 0, "email", "recipients"), to 1-based (line, column) in the manifest; what a template says stands
    at the manifest's `extends`. `loosening` is what it loosens against a base, where one is given. `not_judged` are the
    keys of manifest and configuration that nobody judges yet; `options` are the options and severities, by the checks'
    ids, that differ from what the checks declare.
    """

    campaign: Campaign
    path: str
    sha256: str
    lines: Mapping[Path, tuple[int, int]]
    questions: tuple[Question, ...]
    not_judged: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    loosening: tuple[Loosening, ...] = ()


def load_manifest(
    path: str | FilePath,
    *,
    checks: Sequence[Check] = (),
    config: RepositoryConfig | None = None,
    kinds: Kinds | None = None,
    other_kinds: bool = False,
) -> Manifest:
    """Read one manifest. Raises ManifestError with every problem, each as `file:line:col: key: wrong; right`.

    The `checks` key is judged against `checks`; without any, its ids and options are taken as text. Limits that the
    manifest leaves out come from `config`. Channels are of one of `kinds` (the built-in ones, when not given); with
    `other_kinds`, a channel of any other is left unread, because its file is not to be imported here.
    """
    path = FilePath(path)
    kinds = built_in_kinds() if kinds is None else kinds
    try:
        extended = Extended(path)
    except UnreadableError as error:
        raise _refusal(error.complaints) from error
    tree, complaints = extended.tree, list(extended.complaints)
    data = _with_defaults(plain_values(tree), config)
    data["checks"] = _typed_checks(data, tree, checks, complaints)
    for key in ("journey", "data"):
        _resolve_file(("load", key), data, tree, path, complaints)
    complaints += _waived_ids(tree, checks)
    try:
        campaign = Campaign.model_validate(
            data, context={"folder": str(path.parent), "kinds": kinds, "may_have_others": other_kinds}
        )
    except ValidationError as error:
        complaints += complaints_of(error, tree, lambda: manifest_schema(checks, kinds))
        raise _refusal(complaints) from error
    if complaints:
        raise _refusal(complaints)
    digest = hashlib.sha256(b"\0".join(source.data for source in extended.sources)).hexdigest()
    return Manifest(
        campaign,
        str(path),
        digest,
        _lines(tree, extended.sources[0].file),
        questions_about(campaign),
        keys_not_judged(campaign, config),
        options_that_differ(checks, campaign.checks),
    )


def load_config(path: str | FilePath | None = None, *, around: FilePath = FilePath()) -> RepositoryConfig:
    """Read `.launchguard.yml`; None looks for it at the root of the repository around a folder.

    Without such a file everything has its default. `checks_from` and `channels_from` come back as absolute paths,
    because they are relative to that root, wherever the configuration was read from. Raises ManifestError with every
    problem.
    """
    if path is None:
        path = repository_root(around) / CONFIG_NAME
        if not path.exists():
            return RepositoryConfig()
    try:
        reading = read_tree(read_source(FilePath(path)), may_be_empty=True)
    except UnreadableError as error:
        raise _refusal(error.complaints) from error
    complaints = list(reading.complaints)
    try:
        config = RepositoryConfig.model_validate(plain_values(reading.root))
    except ValidationError as error:
        complaints += complaints_of(error, reading.root, config_schema)
        raise _refusal(complaints) from error
    if complaints:
        raise _refusal(complaints)
    root = repository_root(around)
    folders = {
        key: tuple(str(root / name) for name in getattr(config, key)) for key in ("checks_from", "channels_from")
    }
    return config.model_copy(update=folders)


def _refusal(complaints: Sequence[Complaint]) -> ManifestError:
    """One line per place and key, in the order of the file; of several complaints about one place, the first."""
    first: dict[tuple[object, str], Complaint] = {}
    for complaint in complaints:
        first.setdefault((complaint.at, complaint.key), complaint)
    ordered = sorted(first.values())
    lines = [str(complaint) for complaint in ordered]
    more = [f"{complaints[0].at.file}: and more like these"] if len(lines) > MAX_COMPLAINTS else []
    return ManifestError(lines[:MAX_COMPLAINTS] + more, excerpts=excerpts_of(ordered))


def _with_defaults(data: dict[str, Any], config: RepositoryConfig | None) -> dict[str, Any]:
    """The manifest's data with the repository's limits below its own, and `expected_final` on every page."""
    if config is not None and isinstance(data.get("limits", {}), dict):
        data["limits"] = {**config.limits.model_dump(exclude_unset=True), **data.get("limits", {})}
    final, pages = data.get("expected_final"), data.get("pages")
    if isinstance(final, str) and isinstance(pages, list):
        data["pages"] = [{"expected_final": final, **page} if isinstance(page, dict) else page for page in pages]
    return data


def _typed_checks(
    data: dict[str, Any], tree: Node, checks: Sequence[Check], complaints: list[Complaint]
) -> dict[str, dict[str, Any]]:
    """The `checks` key, typed; empty when it is wrong, which is then complained about."""
    given = data.get("checks", {})
    try:
        if not checks:
            return TypeAdapter(dict[str, dict[str, Any]]).validate_python(given)
        typed: BaseModel = checks_type(checks).model_validate(given)
    except ValidationError as error:
        complaints += complaints_of(error, tree, lambda: manifest_schema(checks, {}), below=("checks",))
        return {}
    return options_given(typed)


def _resolve_file(
    at: tuple[str, str], data: dict[str, Any], tree: Node, path: FilePath, complaints: list[Complaint]
) -> None:
    """Make a file that the manifest names absolute; it has to exist inside the repository."""
    node, taken = find_node(tree, at)
    if taken < 2 or not isinstance(node.value, str):
        return
    part, key = at
    try:
        data[part][key] = str(inside(node.value, FilePath(node.at.file).parent, repository_root(path.parent)))
    except ValueError as error:
        complaints.append(Complaint(node.at, f"{part}.{key}", str(error)))


def _waived_ids(tree: Node, checks: Sequence[Check]) -> list[Complaint]:
    """Waivers of checks that do not exist."""
    known = [check.id for check in checks]
    wrong: list[Complaint] = []
    for path, node in walk_nodes(find_node(tree, ("waivers",))[0]) if known else ():
        if len(wrong) > MAX_COMPLAINTS:
            break
        if len(path) == 2 and path[1] == "check" and isinstance(node.value, str) and node.value not in known:
            near = nearest(node.value, known)
            right = f"did you mean {near}?" if near else "`launchguard explain` lists the checks"
            wrong.append(Complaint(node.at, f"waivers[{path[0]}].check", f"{shown(node.value)} is no check; {right}"))
    return wrong


def _lines(tree: Node, file: str) -> dict[Path, tuple[int, int]]:
    """Where each key stands in `file`; keys of a template stand at `extends`."""
    extends, _ = find_node(tree, ("extends",))
    places = ((path, node.key_at if node.key_at.file == file else extends.key_at) for path, node in walk_nodes(tree))
    return {path: (place.line, place.column) for path, place in places}
