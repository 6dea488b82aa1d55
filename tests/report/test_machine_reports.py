"""JUnit and SARIF: what each outcome becomes, and that readers can read it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.model.verdict import Verdict
from launchguard.report.formats import junit, sarif
from launchguard.words.hostile import xml_text

Build = Callable[[str], Sequence[Verdict]]


def suites(verdicts: Sequence[Verdict]) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(verdicts))


def run_of(verdicts: Sequence[Verdict]) -> Any:
    return json.loads(sarif.render(verdicts))["runs"][0]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("go-with-warnings", "7 0 0 1"),
        ("no-go-from-load", "6 4 0 0"),
        ("unknown-not-authorized", "3 0 1 1"),
        ("waived", "2 0 0 1"),
        ("hostile", "6 1 1 2"),
        ("several", "16 4 1 2"),
    ],
)
def test_junit_counts_what_it_holds(build: Build, name: str, counts: str) -> None:
    root = suites(build(name))
    assert " ".join(root.attrib[key] for key in ("tests", "failures", "errors", "skipped")) == counts
    assert len(root.findall("testsuite/testcase")) == int(root.attrib["tests"])


def test_junit_says_why_and_fix_with_a_block(build: Build) -> None:
    failure = suites(build("no-go-from-load")).find("testsuite/testcase[@name='latency']/failure")
    assert failure is not None
    assert failure.attrib["message"] == "p95 was 6.4 s, the limit is 800 ms"
    assert "Fix: Correct what decides latency" in (failure.text or "")


def test_junit_fails_an_unknown_verdict_that_has_no_outcome(build: Build) -> None:
    (verdict,) = build("unknown-not-authorized")
    root = suites((replace(verdict, outcomes=()),))
    assert root.attrib["errors"] == "1"


@given(st.text(alphabet=st.characters() | st.characters(codec=None, categories=["Cs", "Cc"]), max_size=40))
def test_any_text_becomes_xml(text: str) -> None:
    element = ElementTree.Element("a", b=xml_text(text))
    element.text = xml_text(text)
    again = ElementTree.fromstring(ElementTree.tostring(element))
    assert again.attrib["b"] == again.text or not xml_text(text)


@pytest.mark.parametrize("name", ["no-go-from-load", "unknown-not-authorized", "hostile", "several", "draft"])
def test_sarif_has_what_its_standard_requires(build: Build, name: str) -> None:
    document = json.loads(sarif.render(build(name)))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
    for result in run["results"]:
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert " " not in place["artifactLocation"]["uri"]
        assert len(result["partialFingerprints"]["launchguard/v1"]) == 16


def test_sarif_points_at_the_manifests_line_and_keeps_its_fingerprint(build: Build) -> None:
    verdicts = build("no-go-from-load")
    result = next(r for r in run_of(verdicts)["results"] if r["ruleId"] == "http-status")
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "campaigns/spring.yml"}, "region": {"startLine": 7}}
    outcome = next(o for o in verdicts[0].outcomes if o.check == "http-status")
    wanted = outcome.findings[0].fingerprint(outcome.check, outcome.page)
    assert result["partialFingerprints"] == {"launchguard/v1": wanted}


def test_sarif_suppresses_what_is_waived_and_levels_the_rest(build: Build) -> None:
    results = run_of(build("hostile"))["results"]
    assert [(r["ruleId"], r["level"], "suppressions" in r) for r in results] == [
        ("http-status", "error", False),
        ("reachable", "error", False),
        ("viewport", "warning", False),
        ("what-it-loosens", "note", False),
        ("contains", "error", True),
    ]


def test_sarif_keeps_what_the_reader_keeps_the_worst_first(build: Build) -> None:
    (many,) = build("many")
    (warned,) = build("go-with-warnings")
    results = run_of((warned, many))["results"]
    assert len(results) == 5_000
    assert {result["level"] for result in results} == {"error"}
