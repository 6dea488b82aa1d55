"""Commands, annotations, outputs, summaries and comments: their escapes and their limits."""

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from launchguard.errors import GitHubError
from launchguard.github import comment, status
from launchguard.github.annotations import annotations
from launchguard.github.client import Client
from launchguard.github.commands import commands_stopped, workflow_command
from launchguard.github.inputs import slug
from launchguard.github.outputs import SUMMARY_BYTES, append_summary, write_outputs
from launchguard.github.refusals import refusal_in_words
from launchguard.github.result import JudgedCampaign, Problem
from tests.github.fake_api import FakeGitHub

COMMAND = re.compile(r"::(?P<name>[\w-]+)(?: (?P<properties>[^:\r\n]*))?::(?P<data>[^\r\n]*)")


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does."""
    found = COMMAND.fullmatch(line)
    assert found, line
    pairs = dict(pair.split("=", 1) for pair in (found["properties"] or "").split(",") if pair)
    for code, char in (("%3A", ":"), ("%2C", ",")):
        pairs = {key: value.replace(code, char) for key, value in pairs.items()}
    return found["name"], {key: decoded(value) for key, value in pairs.items()}, decoded(found["data"])


def decoded(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@given(strategies.text(), strategies.text(min_size=1))
def test_a_command_is_one_line_and_means_what_was_given(message: str, title: str) -> None:
    line = workflow_command("error", message, title=title)
    assert "\n" not in line
    assert "\r" not in line
    assert parse(line) == ("error", {"title": title}, message)


def test_output_in_between_cannot_end_its_block_or_command_anything() -> None:
    said: list[str] = []
    with commands_stopped(said.append):
        said.append("::error::owned")
    with commands_stopped(said.append):
        pass
    stop, end = said[0], said[2]
    token = stop.removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert end == f"\n::{token}::"
    assert said[3] != stop


def test_a_block_ends_also_after_an_error() -> None:
    said: list[str] = []
    with pytest.raises(RuntimeError), commands_stopped(said.append):
        raise RuntimeError
    assert len(said) == 2


def problem(level: str, number: int = 0, **more: Any) -> Problem:
    return Problem(level, "http-status", f"message {number}", path="campaigns/a.yml", line=number + 1, **more)


def test_annotations_are_errors_first_and_ten_of_each() -> None:
    problems = [problem("warning", n) for n in range(12)] + [problem("error", n) for n in range(5000)]
    lines = [parse(line) for line in annotations(problems, prefix="shop/")]
    assert [name for name, _, _ in lines] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert lines[0][1]["file"] == "shop/campaigns/a.yml"
    assert lines[3][1]["line"] == "4"
    assert lines[-1][2].startswith("4990 more errors and 2 more warnings")


def test_an_annotation_is_hostile_text_made_harmless_and_short() -> None:
    hostile = problem("error", page="http://x/\n::error::", why="\x1b[31m" + "y" * 5000)
    (line,) = annotations([hostile])
    name, properties, text = parse(line)
    assert name == "error"
    assert len(text) <= 1000
    assert "\x1b" not in line
    assert "\n" not in properties["title"]


@given(strategies.dictionaries(strategies.sampled_from(["verdict", "reasons", "exit-code"]), strategies.text()))
def test_outputs_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("outputs") / "output"
    path.touch()
    values = {name: text.encode("utf-8", "replace").decode().replace("\r", "") for name, text in values.items()}
    write_outputs(path, values)
    assert read_outputs(path.read_bytes().decode()) == values


def read_outputs(text: str) -> dict[str, str]:
    """Read a file of outputs as the runner does: a heredoc ends at the line that is its delimiter."""
    found, lines = {}, text.split("\n")
    while lines and lines != [""]:
        name, delimiter = lines.pop(0).split("<<", 1)
        end = lines.index(delimiter)
        found[name] = "\n".join(lines[:end])
        lines = lines[end + 1 :]
    return found


def test_an_output_cannot_add_another(tmp_path: Path) -> None:
    path = tmp_path / "output"
    write_outputs(path, {"reasons": "a\nEOF\nghadelimiter_0\nverdict=go\nverdict<<EOF\ngo\nEOF"})
    assert set(read_outputs(path.read_text())) == {"reasons"}


def test_a_summary_is_appended_and_never_too_large(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("what another tool wrote\n")
    assert append_summary(path, "x" * SUMMARY_BYTES, "short")
    assert path.read_text() == "what another tool wrote\nshort\n\n"
    path.write_bytes(b"y" * SUMMARY_BYTES)
    assert not append_summary(path, "long", "short")
    assert path.stat().st_size == SUMMARY_BYTES


def test_names_stay_apart_and_harmless() -> None:
    names = ["default", "a b", "a-b", "A-B", " ", "ä", "日本", "x" * 100, "-->", "../..", "$(id)"]
    slugs = [slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) for text in slugs)
    assert slug("default") == "default"


HEAD, OLD = "a" * 40, "b" * 40
RUNS = count(100)


def told(run: int = 5, attempt: int = 1, commit: str = HEAD, call: str = "one") -> comment.Telling:
    return comment.Telling(commit, run, attempt, call)


def publish(
    client: Client, decision: str, telling: comment.Telling | None = None, *, body: str = "body", name: str = "default"
) -> list[str]:
    """One run's comment; by default each is a newer run."""
    telling = telling or told(next(RUNS))
    return comment.publish_comment(client, 7, body, name=name, decision=decision, telling=telling)


class TestComment:
    """The sticky comment, against the API."""

    def test_it_is_created_then_updated(self, client: Client, github: FakeGitHub) -> None:
        first = publish(client, "no-go")
        second = publish(client, "go", body="better")
        assert first == second == [github.comments[0]["html_url"]]
        assert len(github.comments) == 1
        assert "All is well again" in github.comments[0]["body"]
        assert github.comments[0]["body"].endswith("better")

    @pytest.mark.parametrize("before", ["", "go", "no-go", "unknown", "draft", "error"])
    @pytest.mark.parametrize("decision", ["go", "no-go", "unknown", "draft"])
    def test_it_says_that_all_is_well_again_only_after_something_wrong(
        self, client: Client, github: FakeGitHub, before: str, decision: str
    ) -> None:
        """A GO after a GO or a draft, and a first GO, settle nothing."""
        for each in filter(None, (before, decision)):
            publish(client, each, body="the report")
        (published,) = github.comments
        again = decision == "go" and before in ("no-go", "unknown", "error")
        settled = "All is well again: what was reported here before is settled.\n\n" if again else ""
        marker, _, text = published["body"].partition("\n")
        assert marker.startswith(f"<!-- launchguard:default {decision} {HEAD} ")
        assert text == f"{settled}the report"

    def test_a_go_stays_one_however_often_it_is_told(self, client: Client, github: FakeGitHub) -> None:
        for decision in ("no-go", "go", "go", "go"):
            publish(client, decision)
            settled = "All is well again" in github.comments[0]["body"]
            calls = len(github.calls_to("PATCH"))
            assert settled == (decision == "go" and calls == 1)

    @pytest.mark.parametrize(
        ("first", "second", "stays"),
        [
            (told(5, commit=HEAD), told(4, commit=OLD), True),  # a slower job of an older commit
            (told(5, commit=HEAD), told(4, 2, commit=OLD), True),  # an older commit's run, started again
            (told(5, 2), told(5, 1), True),
            (told(5, commit=HEAD), told(6, commit=OLD), True),  # a newer run that somebody asked for an older commit
            (told(5), told(6), False),
            (told(5), told(5, 2), False),
            (told(9, commit=OLD), told(10, commit=HEAD), False),
            (told(5, commit=HEAD), told(6, commit=""), False),  # the merge queue's own
        ],
    )
    def test_it_never_goes_back_to_an_older_commit(
        self, client: Client, github: FakeGitHub, first: comment.Telling, second: comment.Telling, stays: bool
    ) -> None:
        assert github.pull_head == HEAD
        address, *said = publish(client, "no-go", first, body="first")
        assert not said
        again, *said = publish(client, "go", second, body="second")
        assert again == address
        assert github.comments[0]["body"].endswith("first" if stays else "second")
        assert bool(said) is stays
        assert not stays or "the comment stays as it is" in said[0]

    @pytest.mark.parametrize(("first", "second"), [("no-go", "go"), ("go", "no-go"), ("unknown", "no-go")])
    def test_two_calls_of_one_run_are_told_and_the_worse_stands(
        self, client: Client, github: FakeGitHub, first: str, second: str
    ) -> None:
        """Two legs of a matrix without a name, or two steps."""
        assert not publish(client, first, told(call="leg1"), body=f"report: {first}")[1:]
        for leg in ("leg2", "leg3"):
            assert publish(client, second, told(call=leg), body=f"report: {second}")[1:] == [comment.SHARED]
            text = github.comments[0]["body"]
            assert text.startswith("<!-- launchguard:default no-go ")
            assert "report: no-go" in text
            assert text.count(comment.SHARED) == 1
            assert "All is well" not in text

    def test_two_calls_that_met_are_told(self, client: Client, github: FakeGitHub) -> None:
        """Both looked before either wrote."""
        marker = comment.Marker("default", "go", told(call="leg1"))
        real = github.answer
        seen: list[str] = []

        def answer(method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
            if method == "POST" and not seen:
                seen.append(path)
                github.add_comment(f"{marker}\nother")
            return real(method, path, query, body)

        github.answer = answer  # type: ignore[method-assign]
        assert publish(client, "go", told(call="leg2"))[1:] == [comment.SHARED]

    def test_a_comment_of_an_older_version_is_replaced(self, client: Client, github: FakeGitHub) -> None:
        github.add_comment("<!-- launchguard:default no-go -->\nbefore")
        publish(client, "go")
        assert len(github.comments) == 1
        assert "All is well again" in github.comments[0]["body"]

    @pytest.mark.parametrize("name", ["default", "a-b"])
    @pytest.mark.parametrize("telling", [None, told(), told(commit="", run=0, attempt=0), told(10**17, 9)])
    def test_a_marker_comes_back_as_it_was(self, name: str, telling: comment.Telling | None) -> None:
        marker = comment.Marker(name, "no-go", telling)
        assert comment.marker_of({"body": f"{marker}\ntext"}) == marker

    def test_names_have_comments_of_their_own(self, client: Client, github: FakeGitHub) -> None:
        for name in ("a", "a-b"):
            publish(client, "go", name=name)
        assert len(github.comments) == 2

    def test_a_persons_marker_is_nobodys(self, client: Client, github: FakeGitHub) -> None:
        github.add_comment("<!-- launchguard:default go -->", bot=False)
        github.add_comment("quoting <!-- launchguard:default go -->")
        publish(client, "go")
        assert len(github.comments) == 3

    def test_it_is_found_behind_many_others(self, client: Client, github: FakeGitHub) -> None:
        for number in range(150):
            github.add_comment(f"comment {number}", bot=False)
        publish(client, "go")
        publish(client, "go")
        assert len(github.comments) == 151

    def test_a_lost_answer_leaves_one_comment(self, client: Client, github: FakeGitHub) -> None:
        github.fail("POST", "comments$", 502, times=1, lost=True)
        publish(client, "go")
        assert len(github.comments) == 1

    def test_an_answer_that_was_no_answer_is_tried_again(self, client: Client, github: FakeGitHub) -> None:
        github.fail("POST", "comments$", 502, times=1)
        publish(client, "go")
        assert len(github.comments) == 1

    def test_a_refusal_is_raised(self, client: Client, github: FakeGitHub) -> None:
        github.fail("POST", "comments$", 403)
        with pytest.raises(GitHubError):
            publish(client, "go")

    def test_it_is_never_too_long(self, client: Client, github: FakeGitHub) -> None:
        publish(client, "no-go", told(call="leg1"), body="x" * 100_000)
        assert len(github.comments[0]["body"]) == comment.LONGEST
        publish(client, "no-go", told(call="leg2"), body="x" * 100_000)
        assert len(github.comments[0]["body"]) == comment.LONGEST
        assert comment.SHARED in github.comments[0]["body"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (GitHubError("x", status=403), "it needs `statuses: write`"),
        (GitHubError("x", status=404), "shows this token nothing"),
        (GitHubError("x", status=401), "not valid"),
        (GitHubError("x", status=422), "did not take"),
        (GitHubError("x", status=500), "GitHub itself failed"),
        (GitHubError("x", status=503), "GitHub itself failed"),
        (GitHubError("x", status=403, limited_s=1500.0), "rate limit is used up for another 25 min"),
        (GitHubError("x", status=429, limited_s=60.0), "rate limit is used up for another 1 min"),
        (GitHubError("x"), "gave no answer"),
    ],
)
def test_a_refusal_has_its_own_words(error: GitHubError, says: str) -> None:
    words = refusal_in_words(error, "statuses: write")
    assert words.startswith("x: ")
    assert says in words
    assert ("statuses: write" in words) == (error.status in (403, 404) and error.limited_s is None)


def test_statuses_are_short_and_the_worst_comes_last(client: Client, github: FakeGitHub) -> None:
    judged = [
        JudgedCampaign("Spring\nsale", "unknown", "full", (problem("error"),)),
        JudgedCampaign("Spring sale", "no-go", "full", (Problem("error", "x", "y" * 500), problem("error"))),
        JudgedCampaign("Spring sale", "go", "smoke", ()),
        JudgedCampaign("Idea", "draft", "full", ()),
    ]
    status.publish_status(client, "a" * 40, judged, name="", target_url="https://github.example/run")
    found = [(entry["context"], entry["state"]) for entry in github.statuses]
    assert found == [
        ("launchguard/Spring sale", "success"),
        ("launchguard/Idea", "success"),
        ("launchguard/Spring sale", "failure"),
        ("launchguard/Spring sale", "error"),
    ]
    assert github.statuses[0]["description"] == "GO (smoke only)"
    assert len(github.statuses[2]["description"]) == 140
