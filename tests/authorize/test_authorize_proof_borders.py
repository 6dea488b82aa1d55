"""A host's own line at its borders: what is still read, what no longer is, and in which words."""

from datetime import date
from typing import Any

import pytest

from launchguard.authorize import Claim, claim_for, is_repository
from launchguard.model.times import parse_window

TODAY = date(2027, 3, 1)
LINE = "launchguard: v=1; repository=acme/shop; max_rate=50/s"


def of(rest: str) -> Claim | None:
    return claim_for([f"launchguard: {rest}"], "acme/shop", TODAY)


def said(lines: list[str], repository: str = "acme/shop") -> str:
    with pytest.raises(ValueError) as caught:
        claim_for(lines, repository, TODAY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rest", "claim"),
    [
        ("v=1; repository=acme/shop; max_rate=50/s;", {}),
        ("v=1;repository=acme/shop;max_rate=50/s", {}),
        ("max_rate = 50/s ; repository = acme/shop ; v = 1", {}),
        ("v=1; repository=ACME/Shop; max_rate=50/s", {"repository": "ACME/Shop"}),
        ("v=1; repository=acme/shop; max_rate=0.001/s", {"max_rate_per_s": 0.001}),
        ("v=1; repository=acme/shop; max_rate=1/s", {"max_rate_per_s": 1}),
        ("v=1; repository=acme/shop; max_rate=50/s; max_requests=1000/s", {"max_requests_per_s": 1000}),
        ("v=1; repository=acme/shop; max_rate=50/s; until=2027-03-01", {"until": TODAY}),
        ("v=1; repository=acme/shop; max_rate=50/s; until=2100-12-31", {"until": date(2100, 12, 31)}),
        ("v=1; repository=acme/shop; max_rate=50/s; hours=22:00-04:00 UTC", {"hours": parse_window("22:00-04:00 UTC")}),
    ],
)
def test_a_line_that_holds(rest: str, claim: dict[str, Any]) -> None:
    assert of(rest) == Claim(**{"repository": "acme/shop", "max_rate_per_s": 50, **claim})


@pytest.mark.parametrize("mark", ["launchguard:", "LAUNCHGUARD:", "\tLaunchGuard:"])
def test_the_mark_is_read_in_any_case_at_the_beginning(mark: str) -> None:
    assert claim_for([f"{mark} v=1; repository=acme/shop; max_rate=50/s"], "acme/shop", TODAY) == Claim("acme/shop", 50)


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("", "does not begin with v=1"),
        ("v=2; repository=acme/shop; max_rate=50/s", "does not begin with v=1"),
        ("v=1.0; repository=acme/shop; max_rate=50/s", "does not begin with v=1"),
        ("v=1; x=1; y=2; repository=acme/shop; max_rate=50/s", "has the unknown key 'x'"),
        ("v=1; Until=2027-03-02; repository=acme/shop; max_rate=50/s", "has the unknown key 'Until'"),
        ("v=1", "has no repository"),
        ("v=1; repository=acme/shop", "has no max_rate"),
        ("v=1; repository=acme; max_rate=50/s", "names 'acme', which is no repository like owner/name"),
        ("v=1; repository=acme/shop; max_rate=0/s", "allows nothing: max_rate='0/s'"),
        ("v=1; repository=acme/shop; max_rate=5/s; max_requests=0/s", "allows nothing: max_requests='0/s'"),
        ("v=1; repository=acme/shop; max_requests=5/s", "has no max_rate"),
        ("v=1; v=1; repository=acme/shop; max_rate=50/s", "has 'v' twice"),
        ("v=1; repository=acme/shop; max_rate=50/s; hours", "has 'hours' where key=value is expected"),
        ("v=1; repository=acme/shop; max_rate=50/s; hours=", "has 'hours=' where key=value is expected"),
        ("v=1; ; repository=acme/shop; max_rate=50/s", "has '' where key=value is expected"),
        ("v=1; repository=acme/shop; max_rate=50/s;;", "has '' where key=value is expected"),
        (
            "v=1; repository=acme/shop; max_rate=50",
            "has a wrong max_rate: '50' is not a rate; write it like 40/s, 120/min or 5000/h",
        ),
        (
            "v=1; repository=acme/shop; max_rate=50/s; until=2027-02-29",
            "has a wrong until: '2027-02-29' is not a date; write it like 2027-03-01",
        ),
        (
            "v=1; repository=acme/shop; max_rate=50/s; hours=1-6",
            "has a wrong hours: '1-6' is not a window of hours; write it like 01:00-06:00 Europe/Madrid",
        ),
        ("v=1; repository=acme/shop; max_rate=50/s; until=2027-02-28", "allowed acme/shop until 2027-02-28 only"),
        ("v=1; repository=acme/other; max_rate=50/s", "names acme/other, not acme/shop"),
    ],
)
def test_a_line_that_does_not_hold_says_why_in_whole_sentences(rest: str, sentence: str) -> None:
    assert said([f"launchguard: {rest}"]) == sentence


def test_a_value_may_hold_an_equals_sign_and_is_then_read_whole() -> None:
    sentence = "names 'acme/shop=x', which is no repository like owner/name"
    assert said(["launchguard: v=1; repository=acme/shop=x; max_rate=50/s"]) == sentence


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        (["a/a"], "names a/a, not acme/shop"),
        (["a/a", "b/b", "c/c"], "names a/a, b/b, c/c, not acme/shop"),
        (["a/a", "b/b", "c/c", "d/d"], "names a/a, b/b, c/c, not acme/shop"),
        (["a/a", "a/a", "c/c"], "names a/a, c/c, not acme/shop"),
    ],
)
def test_at_most_three_other_repositories_are_told(others: list[str], sentence: str) -> None:
    assert said([LINE.replace("acme/shop", other) for other in others]) == sentence


def test_the_claim_is_found_wherever_it_stands_and_only_once() -> None:
    others = [LINE.replace("acme/shop", f"a/{i}") for i in range(99)]
    assert claim_for([*others, LINE], "acme/SHOP", TODAY) == Claim("acme/shop", 50)
    assert said([*others, LINE, "no claim", LINE]) == "has more than 100 lines for LaunchGuard"
    assert said([LINE, LINE.replace("acme/shop", "ACME/shop")]) == "names acme/shop more than once"
    assert claim_for(["text"] * 1000 + [LINE], "acme/shop", TODAY) == Claim("acme/shop", 50)


def test_a_claim_that_expired_for_others_does_not_matter() -> None:
    other = f"{LINE.replace('acme/shop', 'a/a')}; until=2020-01-01"
    assert claim_for([other, LINE], "acme/shop", TODAY) == Claim("acme/shop", 50)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a/b", True),
        (f"{'a' * 100}/{'b' * 100}", True),
        (f"{'a' * 101}/b", False),
        (f"a/{'b' * 101}", False),
        ("a/b/c/d/e/f", True),
        ("a/b/c/d/e/f/g", False),
        ("A.z_0-9/x", True),
        ("", False),
        ("a\\b", False),
    ],
)
def test_a_repositorys_path_at_its_longest(text: str, good: bool) -> None:
    assert is_repository(text) is good
