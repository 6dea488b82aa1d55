"""The crash file: what a failure of our own code leaves behind, and that no secret is in it."""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from launchguard import Check, Clock, __version__
from launchguard.cli import crash, main
from launchguard.cli.progress import Handle
from launchguard.manifest import Manifest
from launchguard.model.events import LoadProgress, Noticed, StageStarted
from launchguard.run import Request, check_plan

MANIFEST = """\
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
pages:
  - url: https://shop.nordlicht.example/spring
channels:
  - rate: 5/s
access:
  - {host: shop.nordlicht.example, header: X-Preview, from_env: PREVIEW}
"""
SECRET = "never/told-4711"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREVIEW", SECRET)
    (tmp_path / "crashes").mkdir()
    monkeypatch.setenv(crash.FOLDER_VARIABLE, str(tmp_path / "crashes"))
    (tmp_path / "a.yml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def crashed(monkeypatch: pytest.MonkeyPatch, *arguments: str, says: str = f"no room for {SECRET}") -> Result:
    """Run a campaign whose run fails after two stages."""

    def fails(*_: object, emit: Handle, **__: object) -> None:
        emit(StageStarted("probe", f"1 page, X-Preview: {SECRET}"))
        emit(Noticed("a note"))
        raise ZeroDivisionError(says)

    monkeypatch.setattr("launchguard.cli.session.run_campaign", fails)
    return CliRunner().invoke(main, ["run", "a.yml", "--smoke-only", *arguments])


def the_file(folder: Path) -> Path:
    (path,) = (folder / "crashes").iterdir()
    return path


def test_it_has_versions_platform_events_and_where_it_came_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = crashed(monkeypatch)
    assert result.exit_code == 3
    path = the_file(folder)
    assert f"crash file {path};" in result.stderr
    text = path.read_text(encoding="utf-8")
    assert f"launchguard: {__version__}\n" in text
    for name in ("python", "platform", "click", "locust", "pydantic"):
        assert f"\n{name}: " in text
    assert "not installed" not in text
    assert text.index("StageStarted(stage='probe'") < text.index("Noticed(text='a note')") < text.index("Traceback (")
    assert "test_crash.py" in text
    assert "ZeroDivisionError: no room for" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("arguments", [(), ("--traceback",)])
def test_a_secret_of_the_manifest_is_in_nothing_that_it_leaves(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    result = crashed(monkeypatch, *arguments)
    text = the_file(folder).read_text(encoding="utf-8")
    assert SECRET not in text
    assert SECRET not in result.stderr.replace(f"X-Preview: {SECRET}", "")  # the progress has words of its own
    assert text.count("[redacted]") == 2
    assert "no room for [redacted]" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("SHOP_TOKEN", "t0psecret", "t0psecret"),
        ("db_password", "t0psecret", "t0psecret"),
        ("UPSTREAM", "http://user:t0psecret@proxy.example:8080", "t0psecret"),
    ],
)
def test_a_variable_that_looks_like_a_secret_is_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, secret: str
) -> None:
    monkeypatch.setenv(name, value)
    result = crashed(monkeypatch, says=f"proxy said {value}")
    assert secret not in the_file(folder).read_text(encoding="utf-8")
    assert secret not in result.stderr


def test_it_stands_in_the_temporary_folder_where_no_other_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(crash.FOLDER_VARIABLE)
    monkeypatch.setattr("tempfile.tempdir", str(folder / "crashes"))
    result = crashed(monkeypatch)
    assert f"crash file {the_file(folder)};" in result.stderr


def test_without_room_for_the_file_the_failure_is_still_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(crash.FOLDER_VARIABLE, str(folder / "nowhere"))
    result = crashed(monkeypatch)
    assert result.exit_code == 3
    assert "LaunchGuard itself failed: ZeroDivisionError" in result.stderr
    assert "No crash file could be written (No such file or directory)." in result.stderr


def test_a_mistake_of_the_users_leaves_no_file(folder: Path) -> None:
    (folder / "a.yml").write_text("name: [", encoding="utf-8")
    assert CliRunner().invoke(main, ["run", "a.yml", "--smoke-only"]).exit_code == 2
    assert not list((folder / "crashes").iterdir())


def test_of_the_loads_progress_the_last_word_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, emit: Handle, **__: object) -> None:
        for second in range(3):
            emit(LoadProgress("hold", second, 60, 100, 1, 1, 0, 1, 1, None))
        raise ZeroDivisionError

    monkeypatch.setattr("launchguard.cli.session.run_campaign", fails)
    CliRunner().invoke(main, ["run", "a.yml", "--smoke-only"])
    text = the_file(folder).read_text(encoding="utf-8")
    assert text.count("LoadProgress(") == 1
    assert "elapsed_s=2," in text


def test_of_a_verdict_that_was_there_already_its_word_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b.yml").write_text(MANIFEST, encoding="utf-8")
    told: list[str] = []

    def second_fails(
        manifest: Manifest, checks: Sequence[Check], request: Request, *, clock: Clock, **_: object
    ) -> Any:
        if told:
            raise ZeroDivisionError
        verdict = check_plan(manifest, checks, request, clock=clock)
        assert verdict is not None
        told.append(verdict.decision)
        return verdict

    monkeypatch.setattr("launchguard.cli.session.run_campaign", second_fails)
    assert CliRunner().invoke(main, ["run", "a.yml", "b.yml", "--smoke-only"]).exit_code == 3
    assert f"\n  Finished: {told[0]}\n" in the_file(folder).read_text(encoding="utf-8")
