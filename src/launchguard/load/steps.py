"""What the load processes told about single requests, summed up by name for the report."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from launchguard.load.sending.tally import AFTER, ASSET, CACHED, DIFFERENT, FILES, STEP, UNREAD
from launchguard.model.load_figures import RequestStats
from launchguard.model.load_stats import percentile

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Requests:
    """What was told beside the visits: a journey's steps, assets, a look after the load, other pages, caches."""

    steps: tuple[RequestStats, ...] = ()
    assets: tuple[RequestStats, ...] = ()
    after: tuple[RequestStats, ...] = ()
    different: tuple[RequestStats, ...] = ()
    unread: tuple[RequestStats, ...] = ()
    cached: tuple[RequestStats, ...] = ()
    files: tuple[RequestStats, ...] = ()


def read_requests(path: Path, judged: "NDArray[np.bool_]") -> Requests:
    """Each kind by name, in order of first appearance; of the judged visits only.

    All visits count in the look after the load, and in whether a page's files were asked for.

    `judged` says of every planned visit whether the limits apply to it.
    """
    told: dict[tuple[str, str], list[list[Any]]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                kind, name, *rest = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed while writing
            told.setdefault((kind, name), []).append(rest)

    def summed(wanted: str, counted: "NDArray[np.bool_]") -> tuple[RequestStats, ...]:
        return tuple(_summed(name, lines, counted) for (kind, name), lines in told.items() if kind == wanted)

    return Requests(
        steps=summed(STEP, judged),
        assets=summed(ASSET, judged),
        after=summed(AFTER, np.ones_like(judged)),
        different=summed(DIFFERENT, judged),
        unread=summed(UNREAD, judged),
        cached=summed(CACHED, judged),
        files=summed(FILES, np.ones_like(judged)),
    )


def _summed(name: str, lines: list[list[Any]], judged: "NDArray[np.bool_]") -> RequestStats:
    visits, took_ms, failed = (np.concatenate([np.asarray(line[i]) for line in lines]) for i in range(3))
    counted = judged[visits.astype(np.int64)]
    ascending = np.sort(took_ms[counted].astype(np.float64))
    return RequestStats(
        name=name,
        requests=len(ascending),
        failed=int(np.count_nonzero(failed[counted])),
        p95_ms=percentile(ascending, 0.95) if len(ascending) else None,
        example=next((line[3] for line in lines if line[3]), ""),
    )
