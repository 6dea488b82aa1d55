"""One visit on a journey: a user of a locustfile walks it once.

The user's own Locust environment reports here instead of to Locust, so that whatever client it uses, every request is
measured: the first one from the visit's intended start, each later one from when it was due. Locust's own statistics
and the journey's own listeners still hear of each.
"""

import random
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locust import User
from locust.env import Environment

from launchguard.load.journeys.blame import blame
from launchguard.load.journeys.fence import AFTER_HTTPS, BEGAN_AT, HOLDS
from launchguard.load.journeys.journey_file import line_of
from launchguard.load.journeys.walk import walk_journey
from launchguard.load.sending.outcomes import OutOfResources, VisitFailed
from launchguard.load.sending.tally import STEP
from launchguard.load.sending.visitors import Arrival
from launchguard.model.load_plan import VisitResult
from launchguard.web.request import Device

if TYPE_CHECKING:
    from launchguard.load.journeys.travellers import Travellers


class Traveller:
    """One user on one walk."""

    name = ""

    def __init__(
        self, crowd: "Travellers", arrival: Arrival, kind: type[User], row: Mapping[str, str], rng: random.Random
    ) -> None:
        self.crowd = crowd
        self.arrival = arrival
        self.kind = kind
        self.row = row
        self.rng = rng
        self.address = arrival.goal.address(arrival.index)
        self.client: Any = None
        self.due_s: float | None = arrival.due_s
        self.asked = ""
        self.asked_s = 0.0
        self.requests = self.status = self.size = 0
        self.failure: VisitFailed | None = None
        self.lack = ""

    @property
    def kept_for(self) -> tuple[type[User], str, Device]:
        """Whom a client is kept for: the next one of this kind, at this origin, with this device."""
        return self.kind, self.address.origin, self.arrival.device

    @property
    def begun(self) -> bool:
        """Whether an answer has come."""
        return self.requests > 0

    def visit(self) -> None:
        """Walk the journey. Raises VisitFailed for its first failed request, else for what its code raised."""
        BEGAN_AT.set(self.address.origin)
        AFTER_HTTPS.set(False)
        HOLDS.set(self.arrival.device)
        try:
            walk_journey(self._user(), self.rng)
        except Exception as error:  # noqa: BLE001 - whatever a journey raises is this visit's failure
            path = self.crowd.orders.journey
            words = f"{Path(path).name}:{line_of(error, path)}: {type(error).__name__}: {error}"
            self.failure = self.failure or VisitFailed(VisitResult.OTHER, words, self.status)
        finally:
            if self.asked:
                self._count(self.asked, time.monotonic(), "it was not answered in time")
        if self.lack:
            raise OutOfResources(self.lack)
        if self.failure is not None:
            raise self.failure
        if not self.requests:
            raise VisitFailed(VisitResult.UNAUTHORIZED, "a visit made no request, so it measured nothing")

    def afterwards(self) -> None:
        """Nothing: a journey asks for what it wants itself."""

    def leave(self, *, well: bool) -> None:
        """Keep the client for the next returning user of this kind, or close it."""
        if self.client is None:
            return
        if well and self.arrival.returning:
            self.crowd.idle[self.kept_for].append(self.client)
            return
        pool = getattr(getattr(self.client, "client", None), "clientpool", self.client)
        with suppress(Exception):
            pool.close()

    def asks(self, name: str) -> None:
        """Note a request that begins now."""
        self.asked, self.asked_s = name, time.monotonic()

    def hear(self, **meta: Any) -> None:
        """Take down a request that ended, as Locust's clients tell it, and pass it on."""
        took_s = float(meta.get("response_time") or 0) / 1000
        since_s = time.time() - meta["start_time"] - took_s if "start_time" in meta else 0.0
        ended_s = time.monotonic() - max(0.0, since_s)
        name = f"{meta.get('request_type', '')} {meta.get('name', '')}".strip()
        failure = None
        try:
            failure = blame(name, meta)
            if failure is None:
                self._judge(meta)
        except OutOfResources as lack:
            self.lack = self.lack or str(lack)
        except VisitFailed as wrong:
            failure = wrong
            meta["exception"] = wrong
        if not self.asked:
            self.asked_s = ended_s - took_s
        if not self.requests:
            self.arrival.told(ended_s)
            self.status = int(getattr(meta.get("response"), "status_code", 0) or 0)
        meta["response_time"] = self._count(name, ended_s, str(failure) if failure else "")
        self.requests += 1
        self.failure = self.failure or failure
        self.crowd.environment.events.request.fire(**meta)

    def _count(self, name: str, ended_s: float, failure: str) -> float:
        """Add a request to the steps; its milliseconds since it was due."""
        took_ms = (ended_s - (self.asked_s if self.due_s is None else self.due_s)) * 1000
        self.crowd.tally.add(STEP, name, self.arrival.index, max(0.0, took_ms), failure)
        self.due_s, self.asked = None, ""
        return took_ms

    def _judge(self, meta: Mapping[str, Any]) -> None:
        """The landing page has to say on a journey too what the manifest promises. Raises VisitFailed."""
        goal, response = self.arrival.goal, meta.get("response")
        asked = str(meta.get("url") or "").partition("#")[0]
        if meta.get("request_type") != "GET" or not goal.page.contains or response is None:
            return
        if asked not in (self.address.url, goal.plain.url):
            return
        content = response.content
        if content != goal.good_text:
            goal.judge_text(str(response.text or ""), int(response.status_code))
            goal.good_text = content

    def _user(self) -> User:
        """The user: on the origin of its page, with its row, and with what a returning one has kept."""
        host = self.address.url[: self.address.url.index("/", 8)]
        self.kind.host = host  # clients are made with it; then the next visit's user may have another one
        user = self.kind(VisitEnvironment(self.crowd.environment, self))
        user.host, user.page, user.row = host, self.address.url, self.row
        kept = self.crowd.idle[self.kept_for]
        if self.arrival.returning and kept and hasattr(user, "client"):
            user.client = kept.pop()
            user.client.user, user.client.request_event = user, user.environment.events.request
        self.client = getattr(user, "client", None)
        return user


class VisitEnvironment:
    """Locust's environment as the user of one visit sees it: its requests are told to the traveller."""

    def __init__(self, real: Environment, traveller: Traveller) -> None:
        self.real = real
        self.traveller = traveller
        self.events = _Instead(real.events, request=_Instead(real.events.request, fire=traveller.hear))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class _Instead:
    """An object with some of its attributes replaced."""

    def __init__(self, real: Any, **replaced: Any) -> None:
        self.real = real
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def traveller_of(user: Any) -> Traveller | None:
    """Whose visit a Locust user is on; None outside of one."""
    environment = getattr(user, "environment", None)
    return environment.traveller if isinstance(environment, VisitEnvironment) else None
