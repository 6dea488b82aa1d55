"""The action from its inputs to a result: what may be judged, by whose rules, and the run itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from launchguard.errors import GitHubError, LaunchGuardError, ManifestError
from launchguard.github.basebranch import CONFIG, BaseBranch, lay_out_config, lay_out_files
from launchguard.github.beginnings import text_at
from launchguard.github.changes import Changes, changes_of
from launchguard.github.child import Ended, problems_in
from launchguard.github.client import Client
from launchguard.github.commands import commands_stopped
from launchguard.github.comparison import MOST_FILES, compared_files
from launchguard.github.context import Job
from launchguard.github.git import git
from launchguard.github.gone import gone_manifests
from launchguard.github.held import held_back
from launchguard.github.inputs import Inputs
from launchguard.github.refusals import refusal_in_words
from launchguard.github.result import Result, failed, read_result
from launchguard.github.reviews import approved_by
from launchguard.github.selection import Candidate, concerned, matching, read_candidates
from launchguard.manifest import load_config
from launchguard.manifest.templates import repository_root
from launchguard.model.campaign import RepositoryConfig
from launchguard.trust.base import APPROVED_BY
from launchguard.words.hostile import clip

Say = Callable[[str], None]
Start = Callable[[Sequence[str], Path, Mapping[str, str]], Ended]

NOTHING_CHANGED = "no manifest changed, and none shares a host with one that did"
OTHERS_UNCHANGED = "no other manifest changed, and none shares a host with one that did"
NONE_LEFT = "no manifest is left, so there is nothing to judge"


@dataclass(frozen=True)
class JobSurroundings:
    """What the action works with: the job, the API if there is a token, and how it speaks and starts a run.

    `call` is a word that no other call of the action in this workflow run has.
    """

    job: Job
    client: Client | None
    env: Mapping[str, str]
    say: Say
    notice: Say
    start: Start
    call: str


def judge_job(inputs: Inputs, around: JobSurroundings, scratch: Path) -> Result:
    """Run what the inputs ask for. Whatever stops it becomes the result; nothing is raised on purpose."""
    try:
        return _judge(inputs, around, scratch)
    except LaunchGuardError as error:
        return failed(error)


def _judge(inputs: Inputs, around: JobSurroundings, scratch: Path) -> Result:
    job = around.job
    _refuse_foreign_code(job, secret=job.privileged, why=f"{job.event} runs with the repository's secrets")
    if not inputs.base_url.strip():
        raise LaunchGuardError(
            "`base-url` is empty, so there is no preview to look at",
            hint="The step that should give its address gave none; for the manifests' own hosts, leave it out.",
        )
    names = matching(inputs.manifests, inputs.folder, job.workspace)
    candidates = read_candidates(names, inputs.folder)
    branch, base = None, None
    if job.base_ref is not None:
        prefix = prefix_of(inputs.folder, job.workspace)
        branch, base = BaseBranch(job.base_ref, inputs.folder, around.client), scratch / "base" / prefix
        base.mkdir(parents=True)
        problem = lay_out_config(branch, prefix, base)
        if problem:
            around.notice(problem)
    config = _config(base or inputs.folder, inputs.folder)
    asked = (entry.from_env for c in candidates if c.campaign for entry in c.campaign.access)
    given = [name for name in dict.fromkeys((*config.secrets, *asked)) if around.env.get(name)]
    _refuse_foreign_code(job, secret=bool(given), why=f"{', '.join(given)} is set")
    root = Path(git(inputs.folder, "rev-parse", "--show-toplevel") or job.workspace).resolve()
    changes = changes_of(job, around.client, root)
    own_code = [Path(folder) for folder in (*config.checks_from, *config.channels_from)]
    approved: list[str] = []
    if branch is not None and base is not None:
        files = compared_files(candidates, changes, own_code, inputs.folder, root)
        _lay_out_files(branch, files, scratch / "base", around)
        approved = _approved(config.approvers, around)
        (base / APPROVED_BY).write_text("".join(f"{name}\n" for name in approved), encoding="utf-8")
    gone = tuple(gone_manifests(changes, inputs.manifests, inputs.folder, root, names, scratch / "gone"))
    if inputs.changed_only:
        candidates = _changed(inputs, candidates, own_code, changes, around)
        if not candidates:
            result = Result("go", 0, note=_why_nothing(names, gone, inputs), gone=gone)
            return held_back(result, config, approved)
    elif changes.files is None and not job.began.why_none:
        around.notice(f"which manifests this change removes cannot be told: {changes.why}")
    if not names:
        raise LaunchGuardError(
            f"no manifest matches {_listed(inputs)}",
            hint="`launchguard init` writes one; the `manifests` input says where they are.",
        )
    result = _run(inputs, [candidate.path for candidate in candidates], base, around)
    return held_back(replace(result, gone=gone), config, approved)


def _why_nothing(names: Sequence[str], gone: Sequence[str], inputs: Inputs) -> str:
    if names:
        return OTHERS_UNCHANGED if gone else NOTHING_CHANGED
    return NONE_LEFT if gone else f"no manifest matches {_listed(inputs)}, so there is nothing to judge"


def _listed(inputs: Inputs) -> str:
    return clip(", ".join(inputs.manifests), 1000)


def _run(inputs: Inputs, manifests: list[str], base: Path | None, around: JobSurroundings) -> Result:
    # A report of an earlier call must not be taken for this one's.
    for path in (inputs.report_json, inputs.summary_md, inputs.comment_md):
        path.unlink(missing_ok=True)
    with commands_stopped(around.say):
        ended = around.start(inputs.run_arguments(manifests, base), inputs.folder, around.env)
    return read_result(inputs.report_json, ended.exit_code, problems_in(ended.errors))


def _refuse_foreign_code(job: Job, *, secret: bool, why: str) -> None:
    """Raise where a run would execute a fork's checks, channels or journeys beside the repository's secrets."""
    if secret and job.foreign:
        raise LaunchGuardError(
            f"refused: the checked-out code is, or may be, a fork's, and {why}",
            hint="Judge a fork's pull request on `pull_request`, where it has no secrets. Files beside those of the "
            "base's own commit count as a fork's.",
        )


def _lay_out_files(branch: BaseBranch, files: Mapping[str, str], target: Path, around: JobSurroundings) -> None:
    """Write the base branch's version of files into a copy of the repository (see launchguard.trust.base)."""
    for problem in lay_out_files(branch, dict(list(files.items())[:MOST_FILES]), target):
        around.notice(problem)
    if len(files) > MOST_FILES:
        around.notice(f"the change touches {len(files)} files to compare with the base; {MOST_FILES} were compared")


def _approved(approvers: Sequence[str], around: JobSurroundings) -> list[str]:
    """Who approved what is checked out; nobody, where that cannot be known."""
    job = around.job
    if not approvers or around.client is None or job.pull_number is None or not job.covers_head:
        return []
    try:
        queued = job.event == "merge_group"  # the queue's own commit is nobody's to review
        head = text_at(around.client.pull(job.pull_number), "head", "sha") if queued else job.head_sha
        return approved_by(around.client, job.pull_number, head, approvers)
    except GitHubError as error:
        said = refusal_in_words(error, "pull-requests: read")
        around.notice(f"the reviews could not be read ({said}), so no approval counts")
        return []


def _changed(
    inputs: Inputs, candidates: list[Candidate], own_code: list[Path], changes: Changes, around: JobSurroundings
) -> list[Candidate]:
    if changes.files is None:
        around.notice(f"what changed cannot be told: {changes.why}; so every manifest is judged")
        return candidates
    configs = [folder / CONFIG for folder in (inputs.folder, *inputs.folder.parents)]
    return concerned(candidates, changes.files, [*own_code, *configs])


def _config(folder: Path, around: Path) -> RepositoryConfig:
    """The configuration that counts, for a run in `around`, which will complain about one that cannot be used."""
    path = repository_root(folder) / CONFIG
    try:
        return load_config(path, around=around) if path.exists() else RepositoryConfig()
    except ManifestError:
        return RepositoryConfig()


def prefix_of(folder: Path, workspace: Path) -> str:
    """The way from the repository's root to a folder: "" or "shop/"."""
    prefix = git(folder, "rev-parse", "--show-prefix")
    if prefix is None:
        prefix = folder.relative_to(workspace).as_posix() if folder.is_relative_to(workspace) else ""
        prefix = "" if prefix == "." else f"{prefix}/" if prefix else ""
    return prefix
