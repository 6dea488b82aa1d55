"""All page checks on what the probe really saw: the embedded site passes, and each weakness is found once."""

from launchguard.checking.files import built_in_checks
from launchguard.judging.judge import judge
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Status
from launchguard.model.visit import Visits
from launchguard.probe import ProbePolicy, VisitRequest, variant_url, visit_all
from launchguard.site import Behaviour
from launchguard.testing import a_campaign, a_clock, landing_site

QUERY = "?utm_source=newsletter&utm_campaign=spring"
SITE = {
    "/gone": Behaviour(status=404),
    "/walled": Behaviour(status=403),
    "/resets": Behaviour(reset_ratio=1.0),
    "/moved": Behaviour(redirect_to="/"),
    "/draft": Behaviour(body="<title>Spring sale</title><h1>Spring sale for {{segment}}</h1>"),
}
EXPECTED = {
    "/": {},
    "/gone": {"http-status": Status.BLOCK},
    "/walled": {"reachable": Status.UNKNOWN},
    "/resets": {"reachable": Status.BLOCK},
    "/moved": {"params-lost": Status.BLOCK, "redirect-chain": Status.WARN},
    "/draft": {"placeholder": Status.BLOCK, "viewport": Status.WARN},
}


def test_each_weakness_is_found_once_and_nothing_else() -> None:
    with landing_site(paths=SITE) as site:
        pages = [site.url + path + QUERY for path in EXPECTED]
        variants = [(page, variant) for page in pages for variant in ("plain", "click-id", "phone")]
        requests = [VisitRequest(page, variant_url(page, variant), variant) for page, variant in variants]
        seen = visit_all(requests, policy=ProbePolicy())
    visits = tuple(Visits(page, tuple((v.variant, v) for v in seen if v.page == page)) for page in pages)
    campaign = a_campaign(pages=[{"url": page, "contains": ["Spring sale"]} for page in pages])
    checks = [check for check in built_in_checks() if check.group == "page"]
    outcomes = judge(checks, Evidence(campaign=campaign, clock=a_clock(), visits=visits))
    for path, page in zip(EXPECTED, pages, strict=True):
        bad = {o.check: o.status for o in outcomes if o.page == page and o.status not in (Status.PASS, Status.SKIPPED)}
        assert bad == EXPECTED[path], path
