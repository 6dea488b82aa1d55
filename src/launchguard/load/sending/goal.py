"""A page that visits go to: its address for each of them, and what their answers are worth."""

from itertools import accumulate

from gevent.lock import BoundedSemaphore

from launchguard.load.orders import PageOrders
from launchguard.load.sending.answer import VisitAnswer
from launchguard.load.sending.content import BadBodyError, missing, needle_of, pause
from launchguard.load.sending.kinds import KindReader
from launchguard.load.sending.likeness import Likeness, Unlike
from launchguard.load.sending.network import Endpoint, address_of
from launchguard.load.sending.outcomes import VisitFailed
from launchguard.load.sending.refusals import Refusals
from launchguard.model.load_plan import VisitResult, place_of_visit
from launchguard.web.click_ids import id_value
from launchguard.web.request import DEVICES, Device
from launchguard.web.urls import with_parameters
from launchguard.web.utm import with_utm

TOO_MANY = 429
"""The one status that is about its visitor: a 503 is a site that cannot, whatever it says about later."""
UTF_8 = "text/html; charset=utf-8"


class VisitGoal:
    """A page to visit, and the last bodies of it that were judged (most visits get the same bytes)."""

    def __init__(self, page: PageOrders, run_id: str = "") -> None:
        self.page = page
        self.run_id = run_id
        self.plain: Endpoint = address_of(page.url)
        self.bounds = tuple(accumulate(link.share for link in page.links))
        self.tagged = tuple(address_of(with_utm(self.plain.url, link.utm)) for link in page.links)
        self.needles = tuple(map(needle_of, page.contains))
        self.good_bodies: dict[Device, bytes] = {}
        kinds = KindReader(page)
        self.likeness: dict[Device, Likeness] = {device: Likeness(page, device, kinds) for device in DEVICES}
        self.refusals = Refusals(page.name)
        self.bad_body: tuple[bytes, VisitFailed] | None = None
        self.good_text: bytes | None = None  # the same of a journey, whose client has decoded it
        # One body is read at a time: what several of them unfold to would be more than this machine may hold.
        self.reading = BoundedSemaphore(1)

    def address(self, index: int) -> Endpoint:
        """The page's address for one visit: as it is, or as a channel's link has it, with a click id of its own."""
        for link, bound, tagged in zip(self.page.links, self.bounds, self.tagged, strict=True):
            if place_of_visit(index) < bound:
                if not link.click_id:
                    return tagged
                value = id_value(link.click_id, f"{self.run_id} {index}")
                return address_of(with_parameters(tagged.url, {link.click_id: value}))
        return self.plain

    def judge(self, answer: VisitAnswer, device: Device = "desktop") -> None:
        """Raise VisitFailed unless this is the answer that the campaign expects. Other visits go on meanwhile."""
        status = answer.status
        if status != self.page.expect_status:
            kind = VisitResult.RATE_LIMITED if status == TOO_MANY else VisitResult.STATUS
            raise VisitFailed(kind, self.refusals.told(answer, f"expected {self.page.expect_status}"), status)
        body = answer.raw
        if body == self.good_bodies.get(device):
            return
        with self.reading:
            if self.bad_body is not None and body == self.bad_body[0]:
                raise self.bad_body[1].again()
            try:
                self._read(answer, status)
            except VisitFailed as failed:
                self.bad_body = body, failed.again()  # without the frames that it came through, and what they hold
                raise
            self.good_bodies[device] = body

    def _read(self, answer: VisitAnswer, status: int) -> None:
        try:
            plain = answer.plain(pause)
        except BadBodyError as error:
            kind = VisitResult.TOO_LARGE if error.too_large else VisitResult.CONTENT
            raise VisitFailed(kind, f"{self.page.name}: {error}", status) from error
        self._search(plain, answer.content_type, status)

    def unlike(self, answer: VisitAnswer, url: str, device: Device) -> Unlike:
        """In what a right answer, from this address at the end, is another page than it is without load."""
        return self.likeness[device].unlike(answer, url, pause)

    def judge_text(self, text: str, status: int) -> None:
        """Raise VisitFailed unless the page says what it has to."""
        self._search(text.encode(), UTF_8, status)

    def _search(self, body: bytes, content_type: str, status: int) -> None:
        absent = self.needles and missing(body, content_type, self.needles, pause)
        if absent:
            raise VisitFailed(VisitResult.CONTENT, f"{self.page.name} does not contain {absent!r}", status)
