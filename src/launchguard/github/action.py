"""The action's whole way, from what a workflow wrote to the step's exit code."""

import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launchguard.errors import LaunchGuardError
from launchguard.github.child import run_launchguard
from launchguard.github.client import BearerToken, Client
from launchguard.github.commands import Echo, workflow_command
from launchguard.github.context import Job, read_job
from launchguard.github.flow import JobSurroundings, Start, judge_job
from launchguard.github.inputs import Inputs, folder_named, folder_of, slug
from launchguard.github.publish import DEFAULT_NAME, publish_result
from launchguard.words.hostile import clip, plain


def act(
    given: Mapping[str, Any], env: Mapping[str, str], echo: Echo, *, token: str = "", start: Start = run_launchguard
) -> int:
    """Judge, show, and return the step's exit code. `given` are the options of `launchguard action`.

    Raises LaunchGuardError where there is not even a job to report to; it has been annotated then.
    """
    try:
        workspace = folder_named(env.get("GITHUB_WORKSPACE", "")) or Path.cwd()
        folder = folder_of(given["working_directory"], workspace)
        inputs = _inputs(given, token, _temporary(env), folder)
        job = read_job(env, folder)
        inputs.prepare_folders(workspace)
    except LaunchGuardError as error:
        echo(workflow_command("error", clip(plain(error.message), 1000), title="LaunchGuard"))
        raise
    around = JobSurroundings(job, _client(job, inputs.token), env, echo, _notices(echo), start, secrets.token_hex(4))
    with tempfile.TemporaryDirectory(prefix="launchguard-base-", dir=_temporary(env)) as scratch:
        result = judge_job(inputs, around, Path(scratch).resolve())
    publish_result(result, inputs, around)
    return inputs.step_exit_code(result.exit_code)


def _temporary(env: Mapping[str, str]) -> Path:
    """The job's temporary folder, or a new one where the job names none that is there, as in some containers.

    A name that can be foreseen may be somebody else's already.
    """
    named = folder_named(env.get("RUNNER_TEMP", ""))
    return named or Path(tempfile.mkdtemp(prefix="launchguard-")).resolve()


def _inputs(given: Mapping[str, Any], token: str, temporary: Path, folder: Path) -> Inputs:
    """The options as values, with what depends on where the job runs."""
    reports = given["report_dir"]
    own = {"working_directory", "report_dir", "manifests"}
    return Inputs(
        folder=folder,
        report_folder=folder / reports
        if reports
        else temporary / "launchguard-reports" / slug(given["name"] or DEFAULT_NAME),
        manifests=tuple(line.strip() for line in given["manifests"].splitlines() if line.strip()),
        token=token,
        **{name: value for name, value in given.items() if name not in own},
    )


def _client(job: Job, token: str) -> Client | None:
    return Client(job.api_url, job.repository, BearerToken(token)) if token else None


def _notices(echo: Echo) -> Echo:
    def notice(text: str) -> None:
        echo(workflow_command("notice", clip(plain(text), 1000), title="LaunchGuard"))

    return notice
