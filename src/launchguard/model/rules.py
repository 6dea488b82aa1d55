"""Rules that hold between a manifest's keys, each with the path of the key that breaks it."""

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from launchguard.model.channel import Channel
from launchguard.model.units import format_duration, format_instant, format_ratio, shown

_SHARE_TOLERANCE = 0.001
_MOST_PROBLEMS = 100


class RulesError(ValueError):
    """Several complaints at once: `problems` holds (path below the validated field, sentence)."""

    def __init__(self, problems: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = tuple(problems)


def _raise(problems: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
    if problems:
        raise RulesError(problems)


def require_end_after(ends: dt.datetime | None, launch: dt.datetime | None) -> None:
    """A campaign ends after its launch."""
    if ends is not None and launch is not None and ends <= launch:
        raise ValueError(
            f"{format_instant(ends)} is not after the launch; write a later moment than {format_instant(launch)}"
        )


def require_p95_within(p95_s: float, timeout_s: float) -> None:
    """A visit ends at its deadline, so that no p95 beyond it can ever be exceeded."""
    if p95_s > timeout_s:
        text = (
            f"{format_duration(p95_s)} is longer than a visit may take ({format_duration(timeout_s)}), so no page "
            f"could be too slow; write at most {format_duration(timeout_s)}, or a longer `load: {{timeout: ...}}`"
        )
        _raise([(("limits", "p95"), text)])


def require_distinct(urls: Sequence[str]) -> None:
    """No URL stands twice."""
    first: dict[str, int] = {}
    problems: list[tuple[tuple[str | int, ...], str]] = []
    for index, url in enumerate(urls):
        if url in first:
            problems.append(((index, "url"), f"the same page as pages[{first[url]}]; write each page once"))
        first.setdefault(url, index)
    _raise(problems)


def require_shares(shares: Sequence[float | None]) -> None:
    """Shares make 100 % when every page has one, and at most 100 % otherwise."""
    given = [share for share in shares if share is not None]
    total = sum(given)
    last = max((i for i, share in enumerate(shares) if share is not None), default=0)
    if total > 1 + _SHARE_TOLERANCE:
        _raise([((last, "share"), f"the shares make {_percent(total)}; they may make at most 100%")])
    if shares and len(given) == len(shares) and total < 1 - _SHARE_TOLERANCE:
        _raise(
            [((last, "share"), f"the shares make {_percent(total)}; they have to make 100%, or leave one page without")]
        )


def _percent(ratio: float) -> str:
    return format_ratio(round(ratio, 6))


class PageNames:
    """The names by which a campaign's pages can be called: URL, path, path with query, or an end that only one has."""

    def __init__(self, urls: Sequence[str]) -> None:
        """Split every URL once."""
        self._names = []
        for url in urls:
            parts = urlsplit(url)
            self._names.append((url, parts.path, f"{parts.path}?{parts.query}"))

    def find(self, text: str) -> str:
        """The URL of the page that `text` names. Raises ValueError when none or several fit."""
        for column in range(3):
            if found := [names[0] for names in self._names if names[column] == text]:
                return self._only(text, found)
        if found := [url for url, path, _ in self._names if url.endswith(text) or path.endswith(text)]:
            return self._only(text, found)
        # Similarity is slow, and of no help in a long list.
        known = [name for url, path, _ in self._names[:50] for name in (url, path)]
        near = difflib.get_close_matches(text[:200], known, n=1)
        right = f"did you mean {near[0]}?" if near else f"write one of: {', '.join(known[:6:2])}"
        raise ValueError(f"{shown(text)} is none of this campaign's pages; {right}")

    def _only(self, text: str, found: Sequence[str]) -> str:
        if len(found) > 1:
            raise ValueError(f"{shown(text)} fits {len(found)} pages; write the whole URL of one")
        return found[0]


def _pages_named(names: Iterable[str], urls: Sequence[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """Each name's page ("" stays ""), and what is wrong with the others by index; without URLs nothing is judged."""
    known = PageNames(urls)
    pages: list[str] = []
    problems: list[tuple[int, str]] = []
    for index, name in enumerate(names):
        try:
            pages.append(known.find(name) if name and urls and len(problems) < _MOST_PROBLEMS else name)
        except ValueError as error:
            problems.append((index, str(error)))
            pages.append(name)
    return pages, problems


def settle_channels(
    channels: tuple[Channel, ...], urls: Sequence[str], launch: dt.datetime | None, ends: dt.datetime | None
) -> tuple[Channel, ...]:
    """Channels with their pages' full URLs; a trigger must exist on the clock and lie before the campaign's end.

    What is None or empty was not valid itself, and is not judged here.
    """
    pages, wrong = _pages_named((channel.page for channel in channels), urls)
    problems: list[tuple[tuple[str | int, ...], str]] = [
        ((index, channels[index].kind, "page"), text) for index, text in wrong
    ]
    for index, channel in enumerate(channels):
        if launch is not None and (text := _trigger_problem(channel, launch, ends)):
            problems.append(((index, channel.kind, "at"), text))
    _raise(problems)
    return tuple(
        channel if channel.page == page else channel.model_copy(update={"page": page})
        for channel, page in zip(channels, pages, strict=True)
    )


def _trigger_problem(channel: Channel, launch: dt.datetime, ends: dt.datetime | None) -> str:
    try:
        fires = channel.at.resolve(launch)
    except ValueError as error:
        return str(error)
    if ends is not None and fires > ends:
        return f"{format_instant(fires)} is after the campaign's end; write a moment before {format_instant(ends)}"
    return ""


def settle_waivers(waivers: Sequence[tuple[str, dt.date]], urls: Sequence[str], last: dt.datetime | None) -> list[str]:
    """The full URLs of the waivers' pages; none of (page, expires) may outlive the campaign's `last` moment."""
    pages, wrong = _pages_named((page for page, _ in waivers), urls)
    problems: list[tuple[tuple[str | int, ...], str]] = [((index, "page"), text) for index, text in wrong]
    for index, (_, expires) in enumerate(waivers):
        if last is not None and expires > last.date():
            text = f"{expires} is after the campaign's end; write {last.date()} or earlier"
            problems.append(((index, "expires"), text))
    _raise(problems)
    return pages
