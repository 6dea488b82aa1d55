"""Whatever an event's payload holds, it is read or refused with a sentence, and begins somewhere or says why not."""

import json
from pathlib import Path
from typing import Any

import pytest
from click import Context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.cli.action import command
from launchguard.errors import LaunchGuardError
from launchguard.github.action import act
from launchguard.github.beginnings import COMMIT
from launchguard.github.context import read_job

KEYS = (
    "pull_request",
    "merge_group",
    "workflow_run",
    "repository",
    "head",
    "base",
    "base_sha",
    "base_ref",
    "head_ref",
    "before",
    "sha",
    "ref",
    "repo",
    "full_name",
    "default_branch",
    "number",
    "issue",
)
WORDS = ("a" * 40, "0" * 40, "acme/shop", "main", "refs/heads/main", f"refs/heads/q/pr-7-{'a' * 40}", "--upload-pack=x")
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(WORDS))
PAYLOADS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), inner)
    ),
    max_leaves=25,
)
EVENTS = (
    "pull_request",
    "pull_request_target",
    "push",
    "merge_group",
    "schedule",
    "workflow_run",
    "issue_comment",
    "x",
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    payload=PAYLOADS,
    event=st.sampled_from(EVENTS),
    ref=st.one_of(st.sampled_from(WORDS), st.text(max_size=20)),
    run=st.one_of(st.text(max_size=8), st.integers().map(str)),
)
def test_any_event_is_read_or_refused(tmp_path_factory: Any, payload: Any, event: str, ref: str, run: str) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "any-event"
    folder.mkdir(exist_ok=True)
    (folder / "event.json").write_text(json.dumps(payload))
    env = {
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_REF": ref,
        "GITHUB_RUN_ID": run,
        "GITHUB_RUN_ATTEMPT": run,
    }
    try:
        job = read_job(env, folder)
    except LaunchGuardError as error:
        assert error.message
        return
    assert job.began.why_none or job.began.branch or COMMIT.fullmatch(job.began.commit)
    assert job.base_ref is not None  # nothing is checked out, so nothing speaks for itself
    assert job.run_id >= 0


@pytest.mark.parametrize("name", ["a" * 5000, "/a" * 3000, "x\x00y", "\udcff", "/dev/null"])
def test_what_is_no_name_of_a_folder_is_none(tmp_path: Path, name: str) -> None:
    env = {"GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_WORKSPACE": name}
    assert read_job(env, tmp_path).workspace == tmp_path
    defaults = {parameter.name: parameter.get_default(Context(command)) for parameter in command.params}
    given = {name: value for name, value in defaults.items() if name not in ("token_stdin", "traceback")}
    with pytest.raises(LaunchGuardError, match="GITHUB_EVENT_NAME"):
        act(given, {"GITHUB_WORKSPACE": name, "RUNNER_TEMP": name}, print)
    with pytest.raises(LaunchGuardError, match="does not exist"):
        act({**given, "working_directory": name}, env, print)
