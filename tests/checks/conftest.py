"""The built-in checks by id, and a way to judge hand-built evidence with one of them."""

from collections.abc import Callable

import pytest

from launchguard import Check, Finding, NotApplicable, Unknown, Visit
from launchguard.checking.files import built_in_checks
from launchguard.testing import judge_one, some_visits

Judge = Callable[..., list[Finding | Unknown | NotApplicable]]


@pytest.fixture(scope="session")
def all_checks() -> dict[str, Check]:
    return {check.id: check for check in built_in_checks()}


@pytest.fixture
def judged(all_checks: dict[str, Check]) -> Judge:
    """A single visit stands for the plain one where a check takes all of them."""

    def judge(check_id: str, *evidence: object, **options: object) -> list[Finding | Unknown | NotApplicable]:
        check = all_checks[check_id]
        together = "Visits" in check.evidence
        given = (some_visits(one) if together and isinstance(one, Visit) else one for one in evidence)
        return judge_one(check, *given, **options)

    return judge


@pytest.fixture
def found(all_checks: dict[str, Check], judged: Judge) -> Callable[..., list[tuple[str, str]]]:
    """Reason and severity in force of every finding; anything but a finding fails the test."""

    def find(check_id: str, *evidence: object, **options: object) -> list[tuple[str, str]]:
        answers = judged(check_id, *evidence, **options)
        findings = [answer for answer in answers if isinstance(answer, Finding)]
        assert findings == answers
        return [(f.reason, f.severity or all_checks[check_id].severity) for f in findings]

    return find
