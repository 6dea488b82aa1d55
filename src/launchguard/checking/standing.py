"""Outcomes that no check's file judges: the judge adds them by itself, and no manifest sets, skips or waives them."""

from dataclasses import dataclass

from launchguard.model.verdict import Finding, Outcome, Severity, Status

GROUP = "verdict"
"""Where the documentation lists them, as a check's folder is its group."""


@dataclass(frozen=True)
class Standing:
    """One kind of such an outcome, documented like a check; `judges` says what it looks at."""

    id: str
    severity: Severity
    owner: str
    judges: str
    title: str
    why: str
    fix: str
    source: str

    def outcome(
        self, status: Status, *, page: str, reason: str, fix: str = "", findings: tuple[Finding, ...] = ()
    ) -> Outcome:
        """What the judge says of one page; `fix` is for this very case."""
        return Outcome(
            check=self.id,
            status=status,
            severity=self.severity,
            owner=self.owner,
            title=self.title,
            page=page,
            reason=reason,
            why=self.why,
            fix=fix or self.fix,
            findings=findings,
        )


PAGE_SEEN = Standing(
    id="page-seen",
    severity="block",
    owner="web",
    judges="Visit",
    title="Every page was seen by a visitor.",
    why="what nobody saw may show anything, whatever was waived, left out or set to warn, and no data is never GO.",
    fix="make the page answer this machine; each kind of failure has a fix of its own.",
    source="the verdict contract: a page that nobody saw is unknown, unless a check that looks at errors says more.",
)

UNUSED_WAIVER = Standing(
    id="waiver",
    severity="warn",
    owner="marketing",
    judges="Campaign",
    title="Every waiver is still needed",
    why="A waiver that nothing needs any more would silently accept the next problem of its kind.",
    fix="Remove the waiver from the manifest.",
    source="the verdict contract: an exception is named, dated, and ends with its reason.",
)

LOOSENED = Standing(
    id="loosening",
    severity="block",
    owner="engineering",
    judges="Campaign",
    title="Whoever has to has approved what the change loosens.",
    why="a gate that a change can open for itself, without anybody's word, guards nothing.",
    fix="have this very commit approved by one of the `approvers` in the base's .launchguard.yml, or take it back.",
    source="the verdict contract: what turns a block off, and with `loosening: approval` every loosening, is approved.",
)

ALL_STANDING = (PAGE_SEEN, UNUSED_WAIVER, LOOSENED)
