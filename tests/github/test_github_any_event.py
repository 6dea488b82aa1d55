"""Whatever an event's payload holds, it is read or refused with a sentence, and begins somewhere or says why not."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.errors import LaunchGuardError
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
