"""Who lets a run send its load: the configuration, the hosts that are asked, and the moment of asking."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from launchguard.authorize import Answer, Grant, Prove, Refusal, Resolver, authorize
from launchguard.errors import AuthorizationError
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.load_plan import LoadPlan
from launchguard.run.request import Request


@dataclass(frozen=True)
class Authority:
    """Says which origins of a plan may receive load at the moment when it is asked, for a run may outlast the hours.

    `campaigns` are all that may be live now; `prove` asks hosts that the configuration does not name. `only_listed`
    says that the configuration is the base branch's: a manifest gets the secrets that it lists, and no others.
    """

    config: RepositoryConfig
    now: Callable[[], datetime]
    campaigns: Sequence[Campaign] = ()
    prove: Prove | None = None
    resolver: Resolver = socket.getaddrinfo
    only_listed: bool = False

    def answers(self, plan: LoadPlan, request: Request) -> list[Answer]:
        """What is said about every origin of a plan."""
        return authorize(
            plan,
            self.config,
            now=self.now(),
            production_allowed=request.production,
            during_campaign=request.during_campaign,
            campaigns=self.campaigns,
            prove=self.prove,
            resolver=self.resolver,
        )


def granted(answers: Sequence[Answer]) -> list[Grant]:
    """The grants, when there is no refusal among the answers. Raises AuthorizationError."""
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    if refusals:
        reasons = "; ".join(refusal.reason for refusal in refusals)
        raise AuthorizationError(reasons, hint="\n".join(refusal.fix for refusal in refusals))
    return [answer for answer in answers if isinstance(answer, Grant)]
