"""What a worker's own machine says to whatever a master asks: where it sends, on which journey, with which secrets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from launchguard.authorize import Grant
from launchguard.errors import LaunchGuardError, LoadEngineError
from launchguard.load.briefing import carried, headers_of
from launchguard.load.workers.brief import Brief, sha256_of
from launchguard.model.load_plan import LoadPlan
from launchguard.model.parts import Access
from launchguard.probe.credentials import credentials_from_env
from launchguard.web.addresses import kind_of, parse_address
from launchguard.web.page_files import MOST_FILES


@dataclass(frozen=True)
class WorkerPolicy:
    """The terms on which a worker takes part in a run.

    `grants` gives the origins of a plan that may be loaded from here, or raises LaunchGuardError. `journey` and `data`
    are paths of this machine, "" for none; with `assets` visits may fetch what belongs to their page also where no cap
    on requests is given. `allowed` maps
    environment variables to the hosts that may get them, as in `secrets` of .launchguard.yml; a variable that it does
    not list goes nowhere.
    """

    grants: Callable[[LoadPlan], Sequence[Grant]]
    journey: str = ""
    data: str = ""
    assets: bool = False
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secrets(self) -> list[str]:
        """Every value that could be sent from here, and must appear in no output."""
        return [value for name in self.allowed if (value := self.environ.get(name, "").strip())]

    def own(self, brief: Brief) -> LoadPlan:
        """The plan with this machine's files, which have to be the master's. Raises LoadEngineError."""
        if brief.data_sha256 and not brief.journey_sha256:
            raise LoadEngineError("the master's plan makes no sense")
        if brief.plan.assets == "yes" and not self.assets:
            raise LoadEngineError(
                f"with the run's assets every visit may be {MOST_FILES} requests more, and this worker was started "
                "without them",
                hint="Start the worker with --assets",
            )
        journey = _same("journey", self.journey, brief.journey_sha256)
        return replace(brief.plan, journey=journey, data=_same("data", self.data, brief.data_sha256))

    def headers(self, access: Sequence[Access], grants: Sequence[Grant]) -> dict[str, dict[str, str]]:
        """The headers declared for each host, with the secrets of this machine. Raises LoadEngineError.

        Which scheme a plan names is its master's word alone, so no secret goes unencrypted to a public address.
        """
        try:
            credentials = credentials_from_env(access, self.environ, self.allowed, only_listed=True)
        except LaunchGuardError as error:
            raise LoadEngineError(error.message, hint=f"On the worker: {error.hint}") from error
        for grant in grants:
            if _in_the_open(grant) and carried([grant], credentials):
                raise LoadEngineError(
                    f"a secret would go to {grant.origin} unencrypted, over a public network",
                    hint="Give the page an https URL.",
                )
        return headers_of(carried(grants, credentials))


def _same(what: str, path: str, wanted_sha256: str) -> str:
    """The worker's own file when it is the one that the master has; "" when the run needs none."""
    if not wanted_sha256:
        return ""
    if not path:
        raise LoadEngineError(
            f"the run needs a {what} file, and this worker was started without one; it takes none from a master",
            hint=f"Start the worker with its own copy: --{what} FILE",
        )
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        raise LoadEngineError(f"the worker's {what} file cannot be read: {error}") from error
    if sha256 != wanted_sha256:
        raise LoadEngineError(
            f"the worker's {what} file {Path(path).name} is not the master's (SHA-256 {sha256[:12]}... here, "
            f"{wanted_sha256[:12]}... there)",
            hint=f"Give every worker the master's {what} file.",
        )
    return path


def _in_the_open(grant: Grant) -> bool:
    """Whether what is sent there can be read on its way: plain HTTP, beyond this machine and private networks."""
    kinds = {kind_of(address) for text in grant.addresses if (address := parse_address(text)) is not None}
    return grant.origin.startswith("http:") and not kinds <= {"loopback", "private"}
