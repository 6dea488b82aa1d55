"""`make mutants`: breaks the code in small ways, one at a time, and prints how many of those the tests notice.

mutmut makes and tries the mutants (`[tool.mutmut]` in pyproject.toml says of which modules, and with which tests). A
mutant that only changes a message's text is left out; one that changes nothing that anybody could see is listed in
`scripts/mutants-equivalent.toml` with the reason. Of all others 95 % have to die; otherwise the exit code is 1, and 2
where the time was over before all had been tried.

python scripts/mutants.py [--minutes 110] [--children 2] [--report] [MUTANT ...]
"""

import argparse
import ast
import copy
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MADE = Path("mutants") / "src"
EQUIVALENT = Path(__file__).with_name("mutants-equivalent.toml")
NEEDED = 0.95
DEAD = {"killed", "timeout", "segfault", "caught by type check"}
COUNTED = ("killed", "survived", "text", "equivalent", "untried")


@dataclass(frozen=True)
class Mutant:
    """One change: its name for `mutmut show`, its module, what became of it, the lines before and after."""

    name: str
    module: str
    status: str
    was: str
    now: str
    text_only: bool


class _Blanked(ast.NodeTransformer):
    """Empties what is written for people: texts of several words, and all texts with fields in them."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) and len(node.value.split()) > 1 else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        kept = [_Blanked().visit(value) for value in node.values if isinstance(value, ast.FormattedValue)]
        return ast.JoinedStr(values=kept)


def blanked(function: ast.FunctionDef) -> str:
    """A function as text, without its name and the texts for people."""
    bare = copy.deepcopy(function)
    bare.name = "f"
    return ast.dump(_Blanked().visit(bare))


def changed_lines(before: ast.FunctionDef, after: ast.FunctionDef) -> tuple[str, str]:
    """The lines that differ, however the code is laid out."""
    texts = []
    for function in (before, after):
        bare = copy.deepcopy(function)
        bare.name = "f"
        texts.append(ast.unparse(bare).splitlines())
    was, now = ("\n".join(line.strip() for line in one if line not in other) for one, other in (texts, texts[::-1]))
    return was, now


def mutants_of(meta: Path) -> Iterator[Mutant]:
    """All mutants of one module, from what mutmut left beside it."""
    from mutmut.stats import status_by_exit_code

    codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    tree = ast.parse(meta.with_suffix("").read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for name, code in codes.items():
        module, _, function = name.rpartition(".")
        mutated, original = functions[function], functions[f"{function.rpartition('__mutmut_')[0]}__mutmut_orig"]
        was, now = changed_lines(original, mutated)
        same = blanked(original) == blanked(mutated)
        yield Mutant(name, module, status_by_exit_code[code], was, now, same)


def kind_of(mutant: Mutant, equivalent: set[tuple[str, str, str]]) -> str:
    """One of COUNTED. What nothing runs survives; what was killed counts, whatever it changed."""
    if mutant.text_only:
        return "text"
    if mutant.status in DEAD:
        return "killed"
    if (mutant.module, mutant.was, mutant.now) in equivalent:
        return "equivalent"
    return "untried" if mutant.status == "not checked" else "survived"


def read_equivalent() -> set[tuple[str, str, str]]:
    """(module, line before, line after) of mutants that no test can tell from the code; each has a reason."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("equivalent", [])
    unexplained = [entry["was"] for entry in listed if not entry["reason"].strip()]
    if unexplained:
        raise SystemExit(f"{EQUIVALENT.name}: no reason is given for {unexplained[0]}")
    return {(entry["module"], entry["was"].strip(), entry["now"].strip()) for entry in listed}


def report() -> int:
    """Print the survivors and the score of each module and of all; give the exit code."""
    equivalent, scores = read_equivalent(), dict[str, Counter[str]]()
    for meta in sorted(MADE.rglob("*.py.meta")):
        for mutant in mutants_of(meta):
            kind = kind_of(mutant, equivalent)
            scores.setdefault(mutant.module, Counter())[kind] += 1
            if kind == "survived":
                print(f"survived: {mutant.name}\n- {mutant.was}\n+ {mutant.now}\n")
    if not scores:
        raise SystemExit("there are no mutants: mutmut made none")
    scores["all"] = sum(scores.values(), Counter())
    print(f"{'module':44}{'score':>8}" + "".join(f"{kind:>12}" for kind in COUNTED))
    for module, counts in scores.items():
        print(f"{module:44}{score(counts):>8.1%}" + "".join(f"{counts[kind]:>12,}" for kind in COUNTED))
    if scores["all"]["untried"]:
        print("the time was over before all had been tried")
        return 2
    return 0 if score(scores["all"]) >= NEEDED else 1


def score(counts: Counter[str]) -> float:
    """The share (0-1) of those that have to die that did; 1 where there is none."""
    asked = counts["killed"] + counts["survived"]
    return counts["killed"] / asked if asked else 1.0


def main() -> int:
    """Make and try the mutants within the time, then report; what was tried already is not tried again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mutants", nargs="*", help="only these, like launchguard.judging.*")
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument("--report", action="store_true", help="say again what the last run found")
    given = parser.parse_args()
    if not given.report:
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(given.children), *given.mutants]
        try:
            subprocess.run(command, check=True, timeout=given.minutes * 60)
        except subprocess.TimeoutExpired:
            print(f"stopped after {given.minutes:g} minutes")
    return report()


if __name__ == "__main__":
    sys.exit(main())
