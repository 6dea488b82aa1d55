"""The line with which a host allows load: read strictly, or not at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.authorize import Claim, claim_for, is_repository
from launchguard.model.times import parse_window

TODAY = date(2027, 3, 1)
LINE = "launchguard: v=1; repository=acme/shop; max_rate=50/s"


def test_a_claim_is_found_among_other_lines() -> None:
    lines = ["# who may test us", "", "v=spf1 -all", f"  {LINE}  ", "launchguard: v=1; repository=a/b; max_rate=1/s;"]
    assert claim_for(lines, "Acme/Shop", TODAY) == Claim("acme/shop", 50)


def test_every_field() -> None:
    line = (
        "LaunchGuard:v=1;repository=acme/group/shop;max_rate=120/min;until=2027-03-01;hours=01:00-06:00 Europe/Madrid"
    )
    found = claim_for([line], "acme/group/shop", TODAY)
    assert found == Claim("acme/group/shop", 2, TODAY, parse_window("01:00-06:00 Europe/Madrid"))


@pytest.mark.parametrize("lines", [[], ["<!doctype html>"], ["# launchguard: v=1"], ["x launchguard: v=1"]])
def test_nothing_said_is_no_claim(lines: list[str]) -> None:
    assert claim_for(lines, "acme/shop", TODAY) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("launchguard: v=1; repository=acme/other; max_rate=50/s", "names acme/other, not acme/shop"),
        ("launchguard: v=1; repository=acme/shop", "has no max_rate"),
        ("launchguard: v=1; max_rate=50/s", "has no repository"),
        ("launchguard: repository=acme/shop; max_rate=50/s", "v=1"),
        ("launchguard: v=2; repository=acme/shop; max_rate=50/s", "v=1"),
        (f"{LINE}; until=2027-02-28", "until 2027-02-28 only"),
        (f"{LINE}; until=tomorrow", "wrong until"),
        (f"{LINE}; hours=always", "wrong hours"),
        (f"{LINE}; max_rate=500/s", "'max_rate' twice"),
        (f"{LINE}; burst=500/s", "unknown key 'burst'"),
        (f"{LINE}; ; until=2027-04-01", "where key=value is expected"),
        ("launchguard: v=1; repository=acme/shop; max_rate=fast", "wrong max_rate"),
        ("launchguard: v=1; repository=acme/shop; max_rate=0/s", "allows nothing"),
        ("launchguard: v=1; repository=acme/shop; max_rate=", "where key=value is expected"),
        ("launchguard: v=1; repository=acme; max_rate=50/s", "no repository like owner/name"),
        ("launchguard: v=1; repository=*/*; max_rate=50/s", "no repository like owner/name"),
        ("launchguard:", "v=1"),
    ],
)
def test_a_claim_that_does_not_hold_says_why(line: str, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("*", r"\*")):
        claim_for([line], "acme/shop", TODAY)


def test_one_bad_line_spoils_the_rest_and_two_for_one_repository_decide_nothing() -> None:
    with pytest.raises(ValueError, match="unknown key"):
        claim_for([LINE, f"{LINE}; x=1"], "acme/shop", TODAY)
    with pytest.raises(ValueError, match="more than once"):
        claim_for([LINE, LINE], "acme/shop", TODAY)
    with pytest.raises(ValueError, match="more than 100 lines"):
        claim_for([LINE] * 101, "acme/shop", TODAY)


@given(st.lists(st.one_of(st.text(), st.text().map(lambda text: f"launchguard: {text}")), max_size=5))
def test_no_text_is_a_claim_by_accident(lines: list[str]) -> None:
    try:
        claim = claim_for(lines, "acme/shop", TODAY)
    except ValueError as error:
        assert len(str(error)) < 400
    else:
        assert claim is None


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("acme/shop", True),
        ("acme/web/shop.example-1_2", True),
        ("acme", False),
        ("acme/", False),
        ("/shop", False),
        ("acme//shop", False),
        ("acme/shop\n", False),
        ("acme/sh op", False),
        ("acmé/shop", False),
        ("a/b/c/d/e/f/g", False),
    ],
)
def test_a_repository_is_a_path_of_plain_names(text: str, good: bool) -> None:
    assert is_repository(text) is good
