"""The kinds of answers that a visitor may get: what each looks like to one, and what would mend it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class AnswerKind:
    """What a visitor sees, as a clause ("a download starts"), and what would mend it. `is_page`: nothing is wrong.

    `weight` says how certain it is that this is not what the campaign wants: block, warn, or unknown. `by_words`: it is
    known by what the page says of itself, so that a page which says all that was promised is only suspected of it.
    `unseen` is what nobody here could look at: only a browser shows it.
    """

    name: str
    words: str = ""
    fix: str = ""
    weight: str = "block"
    by_words: bool = False
    unseen: str = ""

    @property
    def is_page(self) -> bool:
        """Whether this is a page that can be looked at as a visitor does."""
        return self.name == "page"


PAGE = AnswerKind("page")
DOWNLOAD = AnswerKind("download", "a download starts", "Link a page that leads to the file, or say that it is meant.")
PDF = AnswerKind("pdf", "a PDF opens", "Link a page; most phones leave the browser for a PDF.", "warn")
SOURCE = AnswerKind(
    "source", "the browser shows source code", "Send `Content-Type: text/html; charset=utf-8` with the page."
)
DATA = AnswerKind("data", "the browser shows data, not a page", "Send the page itself at this address.")
MEDIA = AnswerKind("media", "the browser shows a single picture or film", "Link a page that holds it.", "warn")
EMPTY = AnswerKind("empty", "the page is empty", "Look in the server's log: it answered and sent nothing to see.")
NOTHING = AnswerKind(
    "nothing",
    "nothing happens: browsers stay where they are",
    "Answer with the page and with status 200.",
)
UNCHANGED = AnswerKind(
    "unchanged",
    "the answer is that nothing has changed, to a visitor who has nothing yet",
    "Look at the cache or CDN before the page: it answers 304 to a request without a condition.",
)
FRAMES = AnswerKind(
    "frames",
    "a frame shows another address in place of the page",
    "Redirect to the page instead of framing it.",
    "warn",
    unseen="what the frame shows",
)
ERROR = AnswerKind("error-page", "an error page answers 200", "Publish the page, or correct its `url`.", by_words=True)
DEFAULT = AnswerKind(
    "default-page",
    "a server's or a registrar's own page answers",
    "Point the host at the site that has the page.",
    by_words=True,
)
QUEUE = AnswerKind(
    "waiting-room",
    "a waiting room answers instead of the page",
    "Let LaunchGuard's user agent through the waiting room, or close it for the test.",
    "unknown",
    by_words=True,
)
LOGIN = AnswerKind("login", "a login stands before the page", "Publish the page, or declare `access` for a preview.")
CONSENT = AnswerKind(
    "consent",
    "a consent page stands before the page",
    "Ask for consent on the page itself; keep the parameters.",
    "warn",
)
ASKS = AnswerKind(
    "question",
    "a question of country, language or age stands before the page",
    "Ask on the page itself, or link the page behind the question; keep the parameters.",
    "warn",
    by_words=True,
)
REFUSES = AnswerKind(
    "refusal",
    "the page says that this visitor cannot have it: the browser, its cookies or the country",
    "Look at the rule that refuses visitors by browser, cookie or country; show the page in any case.",
    "warn",
    by_words=True,
)
OVER = AnswerKind(
    "over", "the page says that the offer is over", "Publish the offer, or correct its `url`.", "warn", by_words=True
)
SCRIPTED = AnswerKind(
    "scripted",
    "scripts fill the page: only a browser can tell what it shows",
    "Render the offer on the server; or accept it: `checks: {is-the-page: {scripted: yes}}`.",
    "unknown",
    unseen="what scripts show",
)
REDIRECT = AnswerKind(
    "script-redirect",
    "a script sends visitors on: only a browser can tell where",
    "Redirect with a status and a Location; or accept it: `checks: {is-the-page: {scripted: yes}}`.",
    "unknown",
    unseen="what scripts show",
)
LEAVES = replace(
    REDIRECT, name="script-leaves", words="a script sends visitors on at once: only a browser can tell where"
)
UNREADABLE = AnswerKind(
    "unreadable",
    "the markup cannot be read in reasonable time",
    "Look for what repeats without an end: nested elements, or attributes of one element.",
    "unknown",
)
REFUTED = frozenset({"scripted", "script-redirect", "login", "consent", "default-page", "question", "refusal", "over"})
"""Kinds that a page is not of, whatever it looks like, where it shows all that was promised of it."""

BY_SCRIPTS = frozenset({"scripted", "script-redirect", "script-leaves"})
"""Kinds of pages of which something can be read, but not what a visitor sees in the end."""
