"""The probe: looks at pages over HTTP as their visitors would, and returns what it saw as Visits.

Nothing else in LaunchGuard requests a page when it is idle. The probe judges nothing: whatever goes wrong is a
reason on the Visit, and the checks decide what it means.
"""

from launchguard.probe.caching import look_at_caches
from launchguard.probe.credentials import Credential, credentials_from_env
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.pool import visit_all
from launchguard.probe.spread import visit_pages
from launchguard.web.urls import rebase, variant_url

__all__ = [
    "Credential",
    "ProbePolicy",
    "VisitRequest",
    "credentials_from_env",
    "look_at_caches",
    "rebase",
    "variant_url",
    "visit_all",
    "visit_pages",
]
