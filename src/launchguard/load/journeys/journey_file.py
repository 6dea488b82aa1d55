"""A journey's file: its User classes, what is wrong with it and where, and the rows of its data.

Imports Locust, so only processes of their own import it. As a program, with the file and its data as arguments, it
looks a journey through behind a fence that lets nothing out, and prints as a last line of JSON what is `wrong`,
`[file, line, message]` or null, and its `users`, each class by name with its weight.
"""

import csv
import json
import sys
import traceback
from pathlib import Path

from locust import User
from locust.util.load_locustfile import load_locustfile

from launchguard.words import count

MAX_ROWS = 1_000_000


class BadJourney(Exception):  # noqa: N818 - it is a finding
    """What is wrong with a journey or its data, and in which line of which file."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{Path(file).name}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


def load_users(path: str) -> list[type[User]]:
    """The User classes of a locustfile that have something to do. Raises BadJourney."""
    try:
        found, _ = load_locustfile(path)
    except SyntaxError as error:
        raise BadJourney(error.filename or path, error.lineno or 1, f"{type(error).__name__}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        raise BadJourney(path, line_of(error, path), f"{type(error).__name__}: {error}") from error
    if not found:
        raise BadJourney(path, 1, "no User class; define one, like class Visitor(locust.FastHttpUser)")
    for name, user in found.items():
        if not user.tasks:
            line = next((n for n, text in enumerate(_lines(path), 1) if text.startswith(f"class {name}")), 1)
            raise BadJourney(path, line, f"{name} has no task; mark a method with @task")
    if not any(user.weight > 0 for user in found.values()):
        raise BadJourney(path, 1, "every User class has the weight 0, so nobody would walk it")
    return list(found.values())


def line_of(error: BaseException, path: str) -> int:
    """The journey's own line that an error came from; 1 where it came from elsewhere."""
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return (own[-1] if own else None) or 1


def read_rows(path: str) -> list[dict[str, str]]:
    """The rows of a CSV file by its header. Raises BadJourney."""
    rows: list[dict[str, str]] = []
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise BadJourney(path, reader.line_num, "this row has more or fewer fields than the header")
                if len(rows) == MAX_ROWS:
                    raise BadJourney(path, reader.line_num, f"more than {count(MAX_ROWS)} rows; give it fewer")
                rows.append(row)
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadJourney(path, 1, str(error)) from error
    if not rows:
        raise BadJourney(path, 1, "no rows; write a header, and below it a row for each visit")
    return rows


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()


def main(journey: str, data: str = "") -> None:
    """Print what is wrong with a journey and its data, and who walks it."""
    from launchguard.load.journeys.fence import fence_sockets

    fence_sockets({}, {})
    wrong, users = None, []
    try:
        users = load_users(journey)
        if data:
            read_rows(data)
    except BadJourney as bad:
        wrong = (bad.file, bad.line, bad.message)
    weights = {user.__name__: float(user.weight) for user in users}
    sys.stdout.write("\n" + json.dumps({"wrong": wrong, "users": weights}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
