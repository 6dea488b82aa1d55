from collections.abc import Iterator

from launchguard import Campaign, Finding, LoadRun, NotApplicable, check, html


@check("different-answers", severity="warn", owner="web")
def different_answers(run: LoadRun, campaign: Campaign) -> Iterator[Finding | NotApplicable]:
    """At the peak visitors get the same page as the first ones did before it.

    Why: an error, a login or a waiting room that answers 200 looks like a success, and is a lost visitor.
    Fix: look at what visitors get in place of the page; then give the page `contains: [...]` in the manifest, with
    words that only it has, so that whatever else comes is a failure.
    Source: the final address, the title, the size and the kind of what idle visits got, per device; without those, of
    the first three right answers of the run. Told where more answers differ than `limits: {errors: ...}` allows to
    fail.

    Example:
        Bad: a_load_run(different=40), a_campaign()
        Good: a_load_run(different=20), a_campaign()
    """
    if run.invalid:
        yield NotApplicable("there is no load run to judge")
        return
    for page in run.different:
        of_page = run.stats(page=page.name).ok
        if page.requests > campaign.limits.errors * max(of_page, 1):
            yield Finding(
                "{measured} of {answered} answers at the peak were another page than the first visitors got, such as "
                "one that {example}",
                measured=page.requests,
                expected="the page that the first visitors got",
                reason="different",
                fix="Where that is another version of the page on purpose, such as an A/B test, nothing is to be done. "
                "Else look at what visitors get in place of the page, and give it `contains: [...]` with words that "
                "all its versions have and nothing else: whatever comes without them is a failure then.",
                subject=page.name,
                evidence=f"{html.without_query(page.name)}: {page.requests} of {of_page}",
                fields={"answered": of_page, "example": html.excerpt(page.example, 200)},
            )
    for page in run.unread:
        of_page = run.stats(page=page.name).ok
        if page.requests > campaign.limits.errors * max(of_page, 1):
            yield Finding(
                "of {measured} of {answered} answers at the peak only place, title and size are known: each had other "
                "words, and there was no time to read them all",
                measured=page.requests,
                expected="answers that are read",
                reason="unread",
                severity="info",
                subject=page.name,
                fix="Give the page `contains: [...]` in the manifest, with words that only it has: every answer is "
                "searched for those.",
                evidence=f"{html.without_query(page.name)}: {page.requests} of {of_page}",
                fields={"answered": of_page},
            )
