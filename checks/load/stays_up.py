import math
from collections.abc import Iterator

from launchguard import Finding, LoadRun, NotApplicable, check, html


@check("stays-up", severity="block", owner="web", looser={"least": "more"}, bounds={"least": (1, math.inf)})
def stays_up(run: LoadRun, *, least: int = 2) -> Iterator[Finding | NotApplicable]:
    """When the load is over the page is still there: what broke in its last moments came back.

    Why: a page that breaks in the last second of a test breaks no limit in it, and stays broken for the campaign.
    Fix: look for what stopped at the end of the run (a process out of memory or of connections, a full disk), in the
    site's own logs at that time; have it restarted by itself, and repeat with a longer hold.
    Source: idle visits within two seconds after the load, to pages of whose last visits one failed or took longer
    than the limit; blocked where all of them do so, too, and at least `least` of them said something.

    Example:
        Bad: a_load_run(after_failed=3)
        Good: a_load_run(failed=9)
    """
    if run.invalid or run.stopped or run.partial:
        yield NotApplicable("the load did not last to its end, so nothing was looked at after it")
        return
    for page in run.after:
        if page.requests >= least and page.failed == page.requests:
            yield Finding(
                "the page broke in the last moments of the load and stayed so: {measured} idle visits after it failed, "
                "too, or took longer than the limit",
                measured=f"{page.failed} of {page.requests}",
                expected="the page as before",
                reason="dead",
                subject=page.name,
                evidence=f"{html.without_query(page.name)}: {html.excerpt(page.example)}",
            )
