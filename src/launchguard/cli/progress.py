"""What a run looks like while it works: a live display at a terminal, plain lines elsewhere; all on stderr.

Only the commands that run something import this module, because it needs rich.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from launchguard.cli.crash import keeping
from launchguard.cli.output import until_closed
from launchguard.model.events import Event, LoadProgress, Noticed, StageStarted
from launchguard.words import count, milliseconds, number
from launchguard.words.hostile import plain

PLAIN_EVERY_S = 10.0
"""How often the load says something where lines cannot be redrawn; every event does with --verbose."""

Handle = Callable[[Event], None]


@contextmanager
def progress(quiet: bool = False, verbose: bool = False, color: bool | None = None) -> Iterator[Handle]:
    """Give a function that draws events; leaving the block, by an exception too, leaves the terminal clean.

    `color` False draws without colours; None asks the terminal and NO_COLOR.
    """
    if quiet:
        yield keeping(_ignore)
        return
    no_color = bool(os.environ.get("NO_COLOR")) if color is None else not color
    live_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    console = Console(stderr=True, no_color=no_color, highlight=False, markup=False, emoji=False)
    if not live_terminal:
        yield keeping(_Plain(PLAIN_EVERY_S if not verbose else 0.0))
        return
    with Live(console=console, transient=True, redirect_stdout=False, refresh_per_second=8) as live:
        yield keeping(_Drawn(live, verbose))


def _ignore(event: Event) -> None:
    """--quiet."""


class _Plain:
    """One line per stage, and one of the load every `every_s` seconds of its own time."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._phase = ""
        self._told_s = 0.0

    def __call__(self, event: Event) -> None:
        match event:
            case StageStarted():
                self._phase = ""
                self._print(f"{event.stage}: {event.detail}")
            case Noticed():
                self._print(f"note: {event.text}")
            case LoadProgress() if event.phase != self._phase or event.elapsed_s - self._told_s >= self._every_s:
                self._phase, self._told_s = event.phase, event.elapsed_s
                self._print(f"load: {load_line(event)}")

    def _print(self, line: str) -> None:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        text = plain(line).encode(encoding, "replace").decode(encoding)
        with until_closed(sys.stderr):
            print(text, file=sys.stderr, flush=True)


class _Drawn:
    """The stages done so far as lines; below them what is going on, redrawn in place."""

    def __init__(self, live: Live, verbose: bool) -> None:
        self._live = live
        self._verbose = verbose
        self._spinner = Spinner("dots", style="cyan")

    def __call__(self, event: Event) -> None:
        match event:
            case StageStarted():
                self._spinner.update(text=_stage(event))
                self._live.update(self._spinner)
                if self._verbose:
                    self._live.console.print(_stage(event))
            case Noticed():
                self._live.console.print(Text(f"note: {plain(event.text)}", style="yellow"))
            case LoadProgress():
                self._live.update(_load(event))
            case _:
                self._live.update(Text())


def _stage(event: StageStarted) -> Text:
    return Text.assemble((plain(event.stage), "bold"), "  ", plain(event.detail))


def _load(event: LoadProgress) -> Group:
    """A bar of the time, and the figures so far below it."""
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column(no_wrap=True)
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True, justify="right")
    drawn = ProgressBar(total=max(event.duration_s, 0.001), completed=event.elapsed_s)
    bar.add_row(Text(f"load  {plain(event.phase)}", style="bold"), drawn, _clock(event))
    figures = Text("  ").join(
        (
            Text(f"started {number(event.started_per_s)}/s"),
            Text(f"answered {number(event.answered_per_s)}/s"),
            Text(f"failed {count(event.failed)}", style="bold red" if event.failed else ""),
            Text(f"p95 {'-' if event.p95_ms is None else milliseconds(event.p95_ms)}"),
        )
    )
    return Group(bar, figures)


def _clock(event: LoadProgress) -> str:
    return f"{count(min(event.elapsed_s, event.duration_s))}/{count(event.duration_s)} s"


def load_line(event: LoadProgress) -> str:
    """The load so far on one line."""
    p95 = "" if event.p95_ms is None else f", p95 {milliseconds(event.p95_ms)}"
    return (
        f"{_clock(event)} {event.phase}: started {number(event.started_per_s)}/s, "
        f"answered {number(event.answered_per_s)}/s, {count(event.failed)} failed{p95}"
    )
