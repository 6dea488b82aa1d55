"""Reports: finished verdicts in, text out. Nothing here writes; a renderer is imported when it is used."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchguard.model.verdict import Verdict

    Report = Callable[[Sequence[Verdict]], str]

REPORT_NAMES = ("text", "json", "markdown", "comment", "junit", "sarif")


class _Renderers(Mapping[str, "Report"]):
    """Name to renderer: each name is a module of this package with a function `render`."""

    def __getitem__(self, name: str) -> "Report":
        if name not in REPORT_NAMES:
            raise KeyError(name)
        render: Report = import_module(f"launchguard.report.{name}").render
        return render

    def __iter__(self) -> Iterator[str]:
        return iter(REPORT_NAMES)

    def __len__(self) -> int:
        return len(REPORT_NAMES)


REPORTS: Mapping[str, "Report"] = _Renderers()
