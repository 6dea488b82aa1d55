"""`launchguard new-check NAME`: write a check that works and its test, to start from."""

import re
from pathlib import Path

import click

from launchguard.cli import starters
from launchguard.cli.output import say

OVERVIEW = (60, "Write a check of your own that works, with its test.")

CHECK = '''from collections.abc import Iterator

from launchguard import Finding, Visit, check


@check("{id}", severity="warn", owner="web")
def {name}(visit: Visit, *, max_kb: int = 500) -> Iterator[Finding]:
    """The document is at most as large as you want it to be.

    Why: say in one sentence what a failure costs the campaign.
    Fix: say what an engineer changes to make it pass.
    Source: name the standard or the measurement that the limit comes from.

    Example:
        Bad: a_visit(body_bytes=600_000)
        Good: a_visit(body_bytes=20_000)
    """
    size_kb = round(visit.body_bytes / 1000)
    if size_kb > max_kb:
        yield Finding("{{measured}} kB of HTML, expected at most {{expected}}", measured=size_kb, expected=max_kb)
'''

TEST = """from pathlib import Path

from launchguard import Finding
from launchguard.checking.files import load_check_file
from launchguard.testing import a_visit, judge_example, judge_one

FILE = {file}
({name},) = load_check_file(FILE, group="page", module_name="own_checks.{name}")


def test_the_example_is_true() -> None:
    assert {name}.id == "{id}"
    assert {name}.example is not None
    assert judge_example({name}, {name}.example.bad)
    assert judge_example({name}, {name}.example.good) == []


def test_what_it_says() -> None:
    (finding,) = judge_one({name}, a_visit(body_bytes=20_000), max_kb=10)
    assert isinstance(finding, Finding)
    assert finding.message == "20 kB of HTML, expected at most 10"
"""


@click.command("new-check")
@click.argument("name")
@starters.folder_option("checks/page")
def command(name: str, folder: Path) -> None:
    """Write a check NAME (kebab-case) that works as it is, and its test. Existing files are never overwritten."""
    from launchguard.errors import LaunchGuardError

    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", name):
        raise LaunchGuardError(f"{name!r} is not kebab-case", hint="Write it like page-speed.")
    _refuse_taken(name)
    places = starters.places_for(name.replace("-", "_"), folder, "checks/*", "tests/checks")
    names = {"id": name, "name": name.replace("-", "_"), "file": places.from_test}
    starters.write_starters({places.file: CHECK.format(**names), places.test: TEST.format(**names)}, "name")
    say(places.next_step("run --checks"))


def _refuse_taken(name: str) -> None:
    from launchguard.checking.files import built_in_checks
    from launchguard.errors import LaunchGuardError

    if name in {check.id for check in built_in_checks()}:
        raise LaunchGuardError(f"the id {name} is taken by a built-in check", hint="Choose another name.")
    starters.refuse_keyword(name)
