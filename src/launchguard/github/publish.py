"""Where a result is shown. Nothing here can change it: what GitHub refuses becomes a notice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from launchguard.errors import GitHubError
from launchguard.github import comment, status
from launchguard.github.annotations import annotations
from launchguard.github.context import Job
from launchguard.github.flow import JobSurroundings, prefix_of
from launchguard.github.inputs import Inputs, slug
from launchguard.github.outputs import append_summary, write_outputs
from launchguard.github.refusals import refusal_in_words
from launchguard.github.result import WORDS, Problem, Result
from launchguard.words.hostile import markdown_code, markdown_text

DEFAULT_NAME = "default"


def publish_result(result: Result, inputs: Inputs, around: JobSurroundings) -> None:
    """Show the result everywhere that the inputs ask for; the outputs are written before anything can fail."""
    _write_outputs(result, inputs, around, comment_url="")
    if inputs.annotations:
        prefix = prefix_of(inputs.folder, around.job.workspace)
        problems = [*result.problems, *(problem for judged in result.judged for problem in judged.problems)]
        problems += [Problem("warning", "manifest", sentence) for sentence in result.gone]
        for line in annotations(problems, prefix=prefix):
            around.say(line)
    summary = around.env.get("GITHUB_STEP_SUMMARY", "")
    if inputs.summary and summary:
        _publish_summary(Path(summary), result, inputs, around)
    if inputs.status:
        _publish_status(result, inputs, around)
    address = _publish_comment(result, inputs, around)
    if address:
        _write_outputs(result, inputs, around, comment_url=address)


def _write_outputs(result: Result, inputs: Inputs, around: JobSurroundings, *, comment_url: str) -> None:
    path = around.env.get("GITHUB_OUTPUT", "")
    if not path:
        return
    values = {
        "verdict": result.decision,
        "exit-code": str(result.exit_code),
        "report-dir": str(inputs.report_folder),
        "report-json": str(inputs.report_json) if inputs.report_json.exists() else "",
        "summary-md": str(inputs.summary_md) if inputs.summary_md.exists() else "",
        "comment-url": comment_url,
        "reasons": json.dumps(result.reasons),
    }
    write_outputs(Path(path), values)


def _reports(result: Result, inputs: Inputs) -> Iterator[str]:
    """The run's own reports, the longer one first; without them, what stopped it."""
    for path in (inputs.summary_md, inputs.comment_md):
        if result.judged and path.exists():
            headline, _, rest = path.read_text(encoding="utf-8").partition("\n")
            yield f"{headline}\n{_gone(result)}{rest}"
    yield _short(result)


def _gone(result: Result) -> str:
    """What the change takes away, as a list; the run itself cannot know of it."""
    listed = "".join(f"- {markdown_text(sentence)}\n" for sentence in result.gone)
    return f"\nThis change takes manifests away:\n\n{listed}" if listed else ""


def _short(result: Result) -> str:
    """The decision and its reasons, where there is no report."""
    lines = [f"## {WORDS[result.decision]}" + (f": {markdown_text(result.note)}" if result.note else ""), ""]
    for problem in result.problems[:50]:
        place = f"{problem.path}:{problem.line}:{problem.column}" if problem.path else ""
        lines.append(f"- {markdown_text(problem.message)}" + (f" · {markdown_code(place)}" if place else ""))
    if len(result.problems) > 50:
        lines.append(f"- {len(result.problems) - 50} more in the job's log")
    return "\n".join(lines) + "\n" + _gone(result)


def _publish_summary(path: Path, result: Result, inputs: Inputs, around: JobSurroundings) -> None:
    try:
        if not append_summary(path, *_reports(result, inputs)):
            around.notice("the job's summary is full, so the report is in the report-dir only")
    except OSError as error:
        around.notice(f"no job summary ({error.strerror or type(error).__name__})")


def _publish_status(result: Result, inputs: Inputs, around: JobSurroundings) -> None:
    if around.client is None:
        around.notice("no commit status: there is no github-token")
        return
    name = slug(inputs.name) if inputs.name else ""
    try:
        status.publish_status(
            around.client, around.job.head_sha, list(result.judged), name=name, target_url=around.job.run_url
        )
    except GitHubError as error:
        around.notice(f"no commit status ({refusal_in_words(error, 'statuses: write')})")


def _publish_comment(result: Result, inputs: Inputs, around: JobSurroundings) -> str:
    """Create or update the comment; return its address, or "" without one."""
    if inputs.comment == "never" or (inputs.comment == "auto" and not around.job.event.startswith("pull_request")):
        return ""
    if around.client is None:
        around.notice("no comment: there is no github-token")
        return ""
    reports = list(_reports(result, inputs))
    body = reports[1] if len(reports) > 2 else reports[-1]
    try:
        pull = around.job.pull_number or _pull_of_commit(around)
        if pull is None:
            around.notice("no comment: no open pull request has this commit")
            return ""
        queued = around.job.event == "merge_group"  # its commit is newer than any of the pull request
        commit = "" if queued else _hex(around.job.head_sha)
        address, *told = comment.publish_comment(
            around.client,
            pull,
            _of_commit(body, around.job),
            name=slug(inputs.name or DEFAULT_NAME),
            decision=result.decision,
            telling=comment.Telling(commit, around.job.run_id, around.job.attempt, around.call),
        )
    except GitHubError as error:
        around.notice(f"no comment ({refusal_in_words(error, 'pull-requests: write')})")
        return ""
    for sentence in told:
        around.notice(sentence)
    return address


def _of_commit(body: str, job: Job) -> str:
    """The report with the commit that it speaks of, below its headline."""
    headline, _, rest = body.partition("\n")
    other = "" if job.covers_head else ", while other files were checked out"
    return f"{headline}\n\nFor commit {_hex(job.head_sha) or 'unknown'}{other} ([run]({job.run_url})).\n{rest}"


def _hex(sha: str) -> str:
    return sha if re.fullmatch(r"[0-9a-f]{7,64}", sha) else ""


def _pull_of_commit(around: JobSurroundings) -> int | None:
    assert around.client is not None
    pulls = around.client.pulls_of_commit(around.job.head_sha)
    return next((int(pull["number"]) for pull in pulls if pull.get("state") == "open" and "number" in pull), None)
