"""Reads a past campaign from a CSV or JSON file: rows of a time and the visits from it until the next row."""

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from launchguard.model.quantities import MAX_COUNT, MAX_SECONDS
from launchguard.model.readings import has_two_readings, refuse_two_readings
from launchguard.words import exact

MAX_BYTES = 20_000_000
GAP_STEPS = 1.5
"""A row that comes later than so many usual steps leaves a gap."""

MILLISECONDS_FROM = 1e11
"""The year 5138 in seconds since the epoch, and 1973 in milliseconds."""

Clock = Literal["seconds", "timestamps with a zone", "timestamps without one"]
NAIVE: Clock = "timestamps without one"
Row = tuple[str, object, object]
"""Where it stands ("row 3"), its time and its visits, both as they were read."""


@dataclass(frozen=True)
class Recording:
    """A past campaign: each row's start in seconds since the first row, its visits, and the last row's end."""

    file: str
    starts_s: tuple[float, ...]
    visits: tuple[float, ...]
    end_s: float


def read_recording(name: str, folder: Path) -> Recording:
    """Read `name`, a .csv or .json file below `folder`. Raises ValueError saying which row is wrong, and how."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name!r} lies outside of the manifest's folder; put the file beside the manifest")
    if not path.is_file():
        raise ValueError(f"there is no file {name!r} in the manifest's folder")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{name!r} is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name!r} is not UTF-8 text") from error
    rows = list(_json_rows(text) if path.suffix.lower() == ".json" else _csv_rows(text))
    return _recording(name, rows)


def _csv_rows(text: str) -> Iterable[Row]:
    try:
        lines = [(n, cells) for n, cells in enumerate(csv.reader(io.StringIO(text), strict=True), 1) if any(cells)]
    except csv.Error as error:
        raise ValueError(f"it is not CSV: {error}") from error
    for position, (number, cells) in enumerate(lines):
        if len(cells) != 2:
            raise ValueError(f"row {number} has {len(cells)} columns; write two: time,visits")
        if position == 0 and _is_header(cells):
            continue
        yield f"row {number}", cells[0].strip(), cells[1].strip()


def _json_rows(text: str) -> Iterable[Row]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON; write [[0, 12], [60, 48]]: seconds and visits") from error
    if not isinstance(data, list):
        raise ValueError("it is not a list; write [[0, 12], [60, 48]]: seconds and visits")  # noqa: TRY004 - pydantic reports ValueErrors
    for number, entry in enumerate(data, 1):
        if isinstance(entry, dict) and {"time", "visits"} <= entry.keys():
            yield f"entry {number}", entry["time"], entry["visits"]
        elif isinstance(entry, list) and len(entry) == 2:
            yield f"entry {number}", entry[0], entry[1]
        else:
            raise ValueError(f"entry {number} is neither [time, visits] nor {{time: ..., visits: ...}}")


def _number(value: object) -> float | None:
    """A number, which may be infinite or NaN; None for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return None


def _is_header(cells: Sequence[str]) -> bool:
    """Words in both columns: a first row of data with one mistake in it is no header."""
    try:
        _seconds("", cells[0].strip())
    except ValueError:
        return _number(cells[1]) is None or not math.isfinite(float(cells[1]))
    return False


def _seconds(where: str, value: object) -> tuple[Clock, float]:
    """Seconds by a clock of their own, or since the epoch; a timestamp without a zone is read as UTC."""
    number = _number(value)
    if number is not None:
        return "seconds", number
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        shown = str(value)[:30]
        raise ValueError(f"{where}: {shown!r} is neither seconds nor a time like 2026-03-01T09:00:00+01:00") from error
    if moment.tzinfo:
        return "timestamps with a zone", moment.timestamp()
    return "timestamps without one", moment.replace(tzinfo=UTC).timestamp()


def _visits(where: str, value: object) -> float:
    visits = _number(value)
    if visits is None or not math.isfinite(visits) or visits < 0:
        raise ValueError(f"{where}: {str(value)[:30]!r} is no number of visits of at least 0")
    if visits > MAX_COUNT:
        raise ValueError(f"{where}: {str(value)[:30]!r} visits are more than all people")
    return visits


def _require_one_reading(rows: Sequence[Row]) -> None:
    """Refuse visits like 1.500 in a file where no other row, like 0.5 or 12.25, shows that its points are decimal."""
    texts = [(where, count) for where, _, count in rows if isinstance(count, str)]
    if any("." in count and not has_two_readings(count) for _, count in texts):
        return
    for where, count in texts:
        try:
            refuse_two_readings(count)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error


def _require_one_clock(name: str, kinds: Sequence[Clock], times: Sequence[float]) -> None:
    """Refuse what would be read as another time than was meant, and so give a wrong peak."""
    if len(set(kinds)) > 1:
        raise ValueError(f"{name!r} mixes {' and '.join(sorted(set(kinds)))} in its first column")
    if not all(math.isfinite(time) for time in times):
        raise ValueError(f"{name!r} has a time that is no number")
    if kinds[0] == "seconds" and max(times) >= MILLISECONDS_FROM:
        raise ValueError(f"{name!r} seems to count milliseconds in its first column; write seconds")
    if kinds[0] == "seconds" and all(_is_compact_date(time) for time in times):
        raise ValueError(f"{name!r} has days like {int(times[0])} in its first column; write them like 2026-03-01")


def _is_compact_date(number: float) -> bool:
    """20260301 is a day to whoever wrote it, and no number of seconds."""
    try:
        return 1970 <= datetime.strptime(f"{number:.12g}", "%Y%m%d").replace(tzinfo=UTC).year <= 2100
    except ValueError:
        return False


def _recording(name: str, rows: Sequence[Row]) -> Recording:
    if len(rows) < 2:
        raise ValueError(f"{name!r} has {len(rows)} rows of data; a curve needs at least 2")
    kinds, times = zip(*(_seconds(where, time) for where, time, _ in rows), strict=True)
    _require_one_reading(rows)
    visits = tuple(_visits(where, count) for where, _, count in rows)
    _require_one_clock(name, kinds, times)
    steps = [later - earlier for earlier, later in itertools.pairwise(times)]
    usual = sorted(steps)[len(steps) // 2]
    clocks = "; where the clocks change, write the zone, like 2026-03-29T03:00:00+02:00" if kinds[0] == NAIVE else ""
    for (where, time, _), step in zip(rows[1:], steps, strict=True):
        if step <= 0:
            wrong = f"{where}: {str(time)[:30]!r} does not come after the row before"
            raise ValueError(f"{wrong}; sort the rows by time{clocks}")
        if usual > 0 and step > GAP_STEPS * usual:
            raise ValueError(
                f"{where}: {exact(step)} s after the row before, where the usual step is {exact(usual)} s; "
                f"fill the gap (0 when nobody came){clocks}"
            )
    if times[-1] - times[0] > MAX_SECONDS:
        raise ValueError(f"{name!r} spans more than ten years")
    if sum(visits) <= 0:
        raise ValueError(f"{name!r} holds no visits")
    return Recording(name, tuple(time - times[0] for time in times), visits, times[-1] - times[0] + steps[-1])
