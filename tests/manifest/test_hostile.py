"""Whatever a file holds, it ends in a Manifest or in a ManifestError, and nothing in it is executed."""

import os
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.errors import ManifestError
from launchguard.manifest import Manifest, load_config, load_manifest
from launchguard.manifest.reader import MAX_BYTES

GOOD = """\
name: A
launch: 2027-03-01 09:00 Europe/Madrid
ends: 2027-03-02 09:00 Europe/Madrid
pages:
  - url: https://shop.nordlicht.example/spring
    share: 100%
channels:
  - email: {recipients: 500_000, click_rate: 2%, at: +30m, page: /spring}
waivers:
  - {check: page-weight, reason: r, approved_by: b, expires: 2027-03-01}
limits: {p95: 800ms}
"""


def load(folder: Path, content: str | bytes) -> Manifest | list[str]:
    path = folder / "m.yml"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    try:
        return load_manifest(path)
    except ManifestError as error:
        assert all("\n" not in problem and "\x1b" not in problem for problem in error.problems)
        assert error.problems
        return error.problems


def complaint(folder: Path, content: str | bytes) -> str:
    problems = load(folder, content)
    assert isinstance(problems, list), "it loaded"
    (problem,) = problems
    return problem.removeprefix(str(folder / "m.yml"))


def test_the_good_one_loads(tmp_path: Path) -> None:
    assert isinstance(load(tmp_path, GOOD), Manifest)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"   \n# nothing\n", "is empty"),
        (b"name: a\x00b\n", ":1:8: has an invisible character, U+0000"),
        (b"a: b\n\xff\xfe\n", ":2:1: is not UTF-8"),
        ("name: ä".encode("latin-1"), "is not UTF-8"),
        (GOOD.encode("utf-16"), "is not UTF-8"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"x" * (MAX_BYTES + 1), "is larger than 1 MB"),
        (b"[" * 100_000, ":1:21: nested more than 20 levels"),
        (b"{a: " * 100_000, ":1:81: nested more than 20 levels"),
        (b"- " * 100_000, ":1:41: nested more than 20 levels"),
        (b"? " * 100_000, ":1:41: nested more than 20 levels"),
        (b"%YAML 9.9\n---\na: b\n", ":1:1: "),
        (b"a: |\n  b\n c\n", ":3:"),
        (b'name: "\\ud800"\n', ":1:"),
        (b"name: `a`\n", 'in quotes, like "`a`"'),
        (b"\tname: a\n", "has a tab; indent with spaces"),
    ],
)
def test_what_is_no_manifest_is_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in complaint(tmp_path, content)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_deep_nesting_is_our_own_sentence_whatever_the_loader_refuses_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, loader: type
) -> None:
    """From PyYAML 6.0.4 on the C loader refuses 1,000 levels, and one day the other may, too."""
    monkeypatch.setattr(yaml, "SafeLoader", loader)
    assert complaint(tmp_path, b"[" * 100_000).endswith(": nested more than 20 levels deep; no key needs that")


def test_a_ten_megabyte_manifest_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yml"
    with path.open("wb") as stream:
        stream.truncate(10_000_000_000)  # sparse: reading it whole would take the memory of the machine
    with pytest.raises(ManifestError, match="larger than 1 MB"):
        load_manifest(path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    loaded = load(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert isinstance(loaded, Manifest)
    assert loaded.lines["launch",] == (2, 1)


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system", "!!python/name:os.system", "!!python/object/new:os.system", "!!map", "!x"],
)
def test_no_tag_is_executed(tmp_path: Path, tag: str) -> None:
    marker = tmp_path / "executed"
    problems = load(tmp_path, f"{GOOD}ticket: {tag} ['touch {marker}']\n")
    assert isinstance(problems, list)
    assert any("has the YAML tag" in problem for problem in problems)
    assert not marker.exists()


def test_a_bomb_does_not_go_off(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    problems = load(tmp_path, "\n".join(lines))
    assert isinstance(problems, list)
    assert "is a YAML anchor" in problems[0] or "is not known" in problems[0]
    assert problems[-1].endswith("and more like these")


def test_a_secret_in_a_url_is_not_repeated(tmp_path: Path) -> None:
    for url in ("https://u:hunter2@x.example/", "https://u:hunter2@x.example/ b", "ftp://u:hunter2@x.example:1/"):
        assert "hunter2" not in complaint(tmp_path, f"{GOOD}staging: '{url}'\n")


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")  # opening it would wait for ever
    for path in (tmp_path, tmp_path / "none.yml", tmp_path / "pipe.yml", "/dev/zero", "a\0b", tmp_path / ("x" * 300)):
        with pytest.raises(ManifestError, match=r"is not a file|cannot be read"):
            load_manifest(path)


def test_a_hostile_file_name_stays_one_line(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifest(tmp_path / "a\n::error::x\x1b[2J.yml")
    assert all(problem.isprintable() for problem in caught.value.problems)


KEY_NAMES = [
    "name", "launch", "ends", "pages", "url", "share", "channels", "email", "rate", "curve", "at", "page",
    "limits", "checks", "waivers", "expires", "load", "hold", "journey", "extends", "access", "owners",
    "baseline", "status",
]  # fmt: skip
KEYS = st.sampled_from(KEY_NAMES)
GUESSABLE = [
    "1", "-1", "2%", "1e400", ".nan", "~", "''", "on", "21:04", "3/s", "2027-03-01", "+30m",
    "https://a.example/", "2027-03-01 09:00 Europe/Madrid", "9999-12-31 23:59 UTC", "0001-01-01 00:00 UTC",
    "m.yml", "../x", "*a", "&a b",
]  # fmt: skip
SCALARS = st.sampled_from(GUESSABLE) | st.text(string.printable, max_size=12)
TREES = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=4).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS | SCALARS, below, max_size=5).map(
            lambda keys: "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"
        )
    ),
    max_leaves=20,
)
ANY_FOLDER = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@ANY_FOLDER
@given(content=st.binary(max_size=300))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    load(tmp_path, content)


@ANY_FOLDER
@given(content=st.text(max_size=200))
def test_any_text_after_a_good_manifest(tmp_path: Path, content: str) -> None:
    load(tmp_path, GOOD + content)


@ANY_FOLDER
@given(key=KEYS, value=TREES)
def test_any_value_of_any_key(tmp_path: Path, key: str, value: str) -> None:
    kept = "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(f"{key}:"))
    load(tmp_path, f"{kept}{key}: {value}\n")


@ANY_FOLDER
@given(content=st.dictionaries(KEYS | SCALARS, TREES, max_size=6))
def test_any_tree(tmp_path: Path, content: dict[str, str]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in content.items())
    load(tmp_path, text)
    try:
        load_config(tmp_path / "m.yml")
    except ManifestError as error:
        assert error.problems


@ANY_FOLDER
@given(
    position=st.integers(0, len(GOOD)),
    piece=st.sampled_from([*list("\t%@`!&*|>?-:{}[],#'\"\n\\\x07\u202e"), "\n---\n", "\n...\n"]),
)
def test_any_slip_of_the_keyboard(tmp_path: Path, position: int, piece: str) -> None:
    load(tmp_path, GOOD[:position] + piece + GOOD[position:])
