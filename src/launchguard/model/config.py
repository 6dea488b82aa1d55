"""RepositoryConfig: `.launchguard.yml`, what belongs to the repository and not to one campaign."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidatorFunctionWrapHandler, field_validator, model_validator

from launchguard.model.parts import Limits, Part, Text
from launchguard.model.units import Day, EnvName, Flag, Hours, Number, PerSecond, Seconds, WebHost, format_rate


def _positive_rate(rate_per_s: float) -> float:
    if rate_per_s <= 0:
        raise ValueError(f"{format_rate(rate_per_s)} allows nothing; write a rate like 50/s, or remove the host")
    return rate_per_s


class HostRule(Part):
    """What one host may receive: visits per second in all, in which hours; production unless it says otherwise.

    A visit is one request of a plain page, and several with assets or a journey.
    """

    max_rate: Annotated[PerSecond, AfterValidator(_positive_rate)]
    production: Flag = True
    hours: Hours | None = None


class LoadRules(Part):
    """Which hosts may receive load. A host has its port when it is not the scheme's own.

    `off` is a sentence that says why nothing may receive load for now, loopback included.
    """

    hosts: dict[WebHost, HostRule] = Field(default_factory=dict)
    off: str = ""

    @field_validator("hosts", mode="wrap")
    @classmethod
    def _one_rule_per_host(cls, hosts: Any, read: ValidatorFunctionWrapHandler) -> dict[str, HostRule]:
        rules: dict[str, HostRule] = read(hosts)
        if len(rules) < len(hosts):
            raise ValueError("names one host in two spellings; keep one rule per host")
        return rules


class Freeze(Part):
    """Days on which nothing is launched, both included. The keys are `from` and `to`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    reason: Text

    @model_validator(mode="after")
    def _forward(self) -> "Freeze":
        if self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it begins on {self.start}; swap `from` and `to`")
        return self


Tier = Literal["T0", "T1", "T2", "T3"]


class RepositoryConfig(Part):
    """`.launchguard.yml`.

    `limits` are the defaults of campaigns that do not set them; `lead_times` maps a risk tier to seconds;
    `secrets` maps an environment variable to the hosts that may get it; `private_hosts` may be visited although they
    resolve to private addresses; `max_age` is how old a verdict may be at a deploy gate, in seconds.
    """

    load: LoadRules = LoadRules()
    limits: Limits = Limits()
    lead_times: dict[Tier, Seconds] = Field(default_factory=dict)
    hours_per_month: Number | None = None
    freeze_windows: tuple[Freeze, ...] = ()
    required_approvals: tuple[Text, ...] = ()
    approvers: tuple[Text, ...] = ()
    landing_paths: tuple[Text, ...] = ()
    checks_from: tuple[Text, ...] = ()
    channels_from: tuple[Text, ...] = ()
    private_hosts: tuple[WebHost, ...] = ()
    secrets: dict[EnvName, tuple[WebHost, ...]] = Field(default_factory=dict)
    max_age: Seconds = 86400.0
