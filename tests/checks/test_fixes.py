"""Every finding and unknown has a fix of its own, or is one for which the check's fits: each of those stands here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from launchguard import Check

# Check -> the reasons (of an unknown: the beginning of what it says) for which the `Fix:` of its docstring fits.
FITS: dict[str, set[str]] = {
    "addresses": {"address"},
    "channel-plausible": set(),
    "charset": {"undeclared"},
    "climbing": {"climbing"},
    "compression": {"uncompressed"},
    "headroom": {"short"},
    "latency": {"p95"},
    "launch-time": {"before-launch"},
    "overlap": {"same-hour"},
    "page-weight": {"too-heavy"},
    "phones": {"status", "lost", "reason", "other-host"},
    "recovery": {"p95"},
    "redirect-chain": {"too-many"},
    "stays-up": {"dead"},
    "utm-taxonomy": {"spelling"},
    "viewport": {"missing"},
}
OWN = ("Finding", "_finding", "Unknown")


def without_a_fix(path: Path) -> Iterator[str]:
    """What a check yields without a fix of its own, by its reason or its first words."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in OWN:
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "fix" in given or None in given:
            continue
        if node.func.id == "_finding" and path.stem != "phones":
            continue  # it has the call of Finding itself
        at = {"Unknown": 0, "Finding": -1, "_finding": 2}[node.func.id]
        yield _word(given.get("reason") or node.args[at])


def _word(value: ast.expr) -> str:
    if isinstance(value, ast.IfExp):
        value = value.body
    if isinstance(value, ast.JoinedStr):
        value = value.values[0]
    return str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)


def test_what_has_no_fix_of_its_own_is_known_to_need_none(all_checks: dict[str, Check]) -> None:
    found = {check.id: set(without_a_fix(Path(check.path))) for check in all_checks.values()}
    assert {name: reasons for name, reasons in found.items() if reasons} == {n: r for n, r in FITS.items() if r}
