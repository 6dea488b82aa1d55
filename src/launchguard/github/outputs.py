"""The files through which a step hands GitHub its outputs and its summary."""

import secrets
from collections.abc import Mapping
from pathlib import Path

SUMMARY_BYTES = 1024 * 1024
"""GitHub drops the whole summary of a step whose file is larger (actions/runner, FileCommandManager.cs)."""


def write_outputs(path: Path, values: Mapping[str, str]) -> None:
    """Append a step's outputs. Each value has a delimiter of its own that nobody can guess, so no value can end it."""
    with path.open("a", encoding="utf-8", newline="\n") as file:
        for name, value in values.items():
            delimiter = f"ghadelimiter_{secrets.token_hex(16)}"
            text = value.replace("\r\n", "\n").replace("\r", "\n")
            file.write(f"{name}<<{delimiter}\n{text}\n{delimiter}\n")


def append_summary(path: Path, *reports: str) -> bool:
    """Append the first of the reports that still fits into the step's summary; False when none does."""
    room = SUMMARY_BYTES - (path.stat().st_size if path.exists() else 0)
    for report in reports:
        text = report.rstrip("\n").encode("utf-8", "replace") + b"\n\n"
        if len(text) <= room:
            with path.open("ab") as file:
                file.write(text)
            return True
    return False
