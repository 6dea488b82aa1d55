"""Reports: what came of a run in, text out. Nothing here writes; a renderer is imported when it is used."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchguard.model.result import RunResult

    Report = Callable[[RunResult], str]

FORMATS_FOLDER = Path(__file__).with_name("formats")


class _Renderers(Mapping[str, "Report"]):
    """Format to renderer: each format is a module, or a folder, of `formats` that has a function `render`."""

    def __getitem__(self, name: str) -> "Report":
        if name not in set(self):
            raise KeyError(name)
        render: Report = import_module(f"launchguard.report.formats.{name}").render
        return render

    def __iter__(self) -> Iterator[str]:
        return (module.name for module in iter_modules([str(FORMATS_FOLDER)]))

    def __len__(self) -> int:
        return sum(1 for _ in self)


REPORTS: Mapping[str, "Report"] = _Renderers()
