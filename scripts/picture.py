"""Take a picture of a real command at a terminal of 100 columns: `python scripts/picture.py OUT.svg -- COMMAND...`."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import click
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

COLUMNS, ROWS = 100, 50
USELESS = (2, 126, 127, 130)
"""Exit codes of a run that has no verdict to show: usage, not found, interrupted."""


def capture(command: tuple[str, ...]) -> tuple[int, str]:
    """Run a command with standard output on a terminal; give its exit code and what the terminal got."""
    main, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    env.pop("NO_COLOR", None)
    seen = b""
    with subprocess.Popen(command, stdout=child, env=env) as process:
        os.close(child)
        with suppress(OSError):  # how Linux tells that the other end of a terminal is closed
            while chunk := os.read(main, 65_536):
                seen += chunk
    os.close(main)
    return process.returncode, seen.decode(errors="replace").replace("\r\n", "\n")


def draw(ansi: str, title: str) -> str:
    """An SVG of the terminal that fetches no fonts."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(ansi.strip("\n")))
        without_fonts = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        return console.export_svg(title=title, theme=MONOKAI, code_format=without_fonts, unique_id="picture")


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("command", nargs=-1, required=True)
def main(out: Path, command: tuple[str, ...]) -> None:
    """Run COMMAND and save what its terminal shows as an SVG in OUT."""
    code, ansi = capture(command)
    if code in USELESS or not ansi.strip():
        raise click.ClickException(f"{shlex.join(command)} ended with {code} and shows nothing worth a picture")
    out.write_text(draw(ansi, shlex.join(command)), encoding="utf-8")
    click.echo(f"{out}: {len(ansi.splitlines())} lines of {shlex.join(command)} (exit code {code})", file=sys.stderr)


if __name__ == "__main__":
    main()
