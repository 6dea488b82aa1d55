"""Finished verdicts to files and to standard output."""

import os
import shutil
import sys
from collections.abc import Sequence

from launchguard.cli.output import STDOUT, write_report
from launchguard.model.verdict import Verdict
from launchguard.report import REPORTS
from launchguard.report.redact import redact, redact_verdict

MAX_WIDTH = 100
"""Wider lines are harder to read, whatever the terminal has room for."""


def print_reports(
    verdicts: Sequence[Verdict], style: str, outputs: Sequence[tuple[str, str]], secrets: Sequence[str] = ()
) -> None:
    """Write every --output file, then print the report in the chosen format; `secrets` appear in none of them."""
    shown = [redact_verdict(verdict, secrets) for verdict in verdicts] if secrets else verdicts
    for wanted, path in outputs:
        write_report(path, redact(REPORTS[wanted](shown), secrets))
    write_report(STDOUT, redact(_for_standard_output(shown, style), secrets))


def _for_standard_output(verdicts: Sequence[Verdict], style: str) -> str:
    """Text fits the terminal and has colours there; in a pipe it is plain and 80 columns wide."""
    if style != "text" or not sys.stdout.isatty():
        return REPORTS[style](verdicts)
    from launchguard.report.text import render

    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    return render(verdicts, width=width, color=not os.environ.get("NO_COLOR"))
