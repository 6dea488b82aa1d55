"""`launchguard init` writes files that load, and overwrites nothing unasked."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from launchguard.checking.files import built_in_checks
from launchguard.cli import main
from launchguard.cli.init import starter_files
from launchguard.errors import LaunchGuardError
from launchguard.manifest import load_config, load_manifest
from launchguard.model.clock import Clock

EXAMPLES = Path(__file__).parents[2] / "examples" / "workflows"
WRITTEN = ("campaigns/spring.yml", ".launchguard.yml", ".github/workflows/launchguard.yml")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", *arguments], catch_exceptions=False)


def test_what_it_writes_loads(tmp_path: Path) -> None:
    result = run(str(tmp_path), "--name", "spring", "--zone", "Europe/Madrid")
    assert result.exit_code == 0, result.output
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(WRITTEN)
    config = load_config(tmp_path / ".launchguard.yml")
    manifest = load_manifest(tmp_path / "campaigns/spring.yml", checks=built_in_checks(), config=config)
    assert manifest.campaign.status == "draft"
    assert f"{manifest.campaign.launch:%H:%M} {manifest.campaign.launch.tzinfo}" == "09:00 Europe/Madrid"


def test_what_is_commented_out_loads_too() -> None:
    files = starter_files("spring", "UTC", Clock(datetime(2027, 3, 1, tzinfo=UTC)))
    for path in WRITTEN[:2]:
        lines = files[Path(path)].splitlines()
        keys = [re.sub(r"^(\s*)# (?=[a-z_-]+:|  |- )", r"\1", line) for line in lines]
        assert isinstance(yaml.safe_load("\n".join(keys)), dict)


@pytest.mark.parametrize(
    ("now", "zone", "launch"),
    [
        (datetime(2027, 3, 1, 12, tzinfo=UTC), "UTC", "2027-03-15 09:00 UTC"),
        (datetime(2027, 12, 24, 23, 30, tzinfo=UTC), "Europe/Madrid", "2028-01-08 09:00 Europe/Madrid"),
    ],
)
def test_the_launch_is_two_weeks_ahead(now: datetime, zone: str, launch: str) -> None:
    assert f"\nlaunch: {launch}\n" in starter_files("a", zone, Clock(now))[Path("campaigns/a.yml")]


def test_a_manifest_of_the_other_ending_is_no_room_for_another(tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "spring.yaml").write_text("mine")
    result = run(str(tmp_path), "--name", "spring")
    assert result.exit_code == 2
    assert "spring.yaml: exists already" in result.stderr
    assert not (tmp_path / "campaigns" / "spring.yml").exists()


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    mine = tmp_path / ".launchguard.yml"
    mine.write_text("mine")
    result = run(str(tmp_path), "--name", "spring")
    assert result.exit_code == 2
    assert ".launchguard.yml: exists already" in result.stderr
    assert mine.read_text() == "mine"
    assert not (tmp_path / "campaigns").exists()
    assert run(str(tmp_path), "--name", "spring", "--force").exit_code == 0
    assert mine.read_text() != "mine"


def test_names_and_zones_that_cannot_be(tmp_path: Path) -> None:
    for name in ("../evil", "Spring Sale", "a: b", "", "{x}"):
        assert run(str(tmp_path), "--name", name).exit_code == 2
    result = run(str(tmp_path), "--zone", "Europe/Madird")
    assert result.exit_code == 2
    assert "did you mean Europe/Madrid?" in result.stderr
    assert not list(tmp_path.iterdir())
    with pytest.raises(LaunchGuardError):
        starter_files("a", "nowhere", Clock(datetime(2027, 3, 1, tzinfo=UTC)))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "campaigns").write_text("a file")
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "could not be made" in result.stderr


def test_the_workflow_is_the_example() -> None:
    """What is true of the example, which is linted and executed, is true of what `init` writes."""
    text = starter_files("a", "UTC", Clock(datetime(2027, 3, 1, tzinfo=UTC)))[Path(".github/workflows/launchguard.yml")]
    assert text == (EXAMPLES / "pull-request.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert "paths" not in (workflow[True]["pull_request"] or {})  # YAML 1.1 reads the key `on` as true
    checkout, launchguard = workflow["jobs"]["launchguard"]["steps"]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert launchguard["with"] == {"changed-only": True}
