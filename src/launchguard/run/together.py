"""The campaigns of one call as each other's neighbours: who peaks on which host, and when."""

from collections.abc import Sequence
from contextlib import suppress

from launchguard.errors import LaunchGuardError
from launchguard.forecast import forecast_campaign
from launchguard.manifest import Manifest
from launchguard.model.clock import Clock
from launchguard.model.neighbours import NO_NEIGHBOURS, Neighbour, Neighbours
from launchguard.run.campaign import why_skipped


def neighbours_of(manifests: Sequence[Manifest], clock: Clock) -> Neighbours:
    """Every campaign that is not over, drafts too; nobody where one alone was asked for.

    Each is forecast once, however many there are. One that cannot be forecast is told where it is judged.
    """
    if len(manifests) < 2:
        return NO_NEIGHBOURS
    found = []
    for manifest in manifests:
        campaign = manifest.campaign
        if why_skipped(campaign, clock):
            continue
        with suppress(LaunchGuardError):
            found.append(Neighbour.of(campaign, manifest.path, forecast_campaign(campaign)))
    return Neighbours(tuple(found))
