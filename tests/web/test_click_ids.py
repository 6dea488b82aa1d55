"""The one list of what platforms add to the address of a click."""

from pathlib import Path

import pytest

from launchguard.channels import built_in_kinds
from launchguard.web.click_ids import KINDS, OF_PLATFORM, TRIED, is_tracking
from launchguard.web.urls import variant_url

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", KINDS)
def test_an_identifier_says_whose_it_is_and_what_buys_it(name: str) -> None:
    assert KINDS[name].platform
    assert not KINDS[name].channel or KINDS[name].channel in built_in_kinds()


@pytest.mark.parametrize("name", KINDS)
def test_what_is_in_the_list_is_known_as_tracking_and_stripped(name: str) -> None:
    assert is_tracking(name.lower())
    assert variant_url(f"https://shop.test/a?{name}=1&q=2", "untagged") == "https://shop.test/a?q=2"


def test_what_is_tried_and_what_platforms_add_is_in_the_list() -> None:
    assert set(TRIED) < set(KINDS)
    assert all(KINDS[name].platform == platform for platform, name in OF_PLATFORM.items())
    assert not is_tracking("coupon")


def test_no_other_file_has_a_list_of_its_own() -> None:
    """Two names on one line of code are a list; an example in a docstring names one."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
    several = [
        f"{path.name}: {line.strip()}"
        for path in sources
        if path.name != "click_ids.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if sum(f'"{name}"' in line for name in KINDS) > 1
    ]
    assert several == []
