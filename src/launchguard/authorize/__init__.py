"""May this origin receive load? The only place that says yes, and why.

Load goes to an origin (scheme, host, port) that is authorized: a loopback origin that a page names, a host under
`load.hosts` in `.launchguard.yml`, or a host that says so itself. The origin's addresses are looked up here, once,
and the load goes to those and to no others, whatever the name leads to a moment later.
"""

from launchguard.authorize.addresses import Resolver
from launchguard.authorize.answers import Answer, Grant, Refusal
from launchguard.authorize.decide import authorize
from launchguard.authorize.live import live_campaign
from launchguard.authorize.origins import origins_of, peak_of
from launchguard.authorize.proof import Claim, Proof, claim_for, is_repository
from launchguard.authorize.prove import Prove, Prover
from launchguard.web.hosts import canonical_url, origin_of

__all__ = [
    "Answer",
    "Claim",
    "Grant",
    "Proof",
    "Prove",
    "Prover",
    "Refusal",
    "Resolver",
    "authorize",
    "canonical_url",
    "claim_for",
    "is_repository",
    "live_campaign",
    "origin_of",
    "origins_of",
    "peak_of",
]
