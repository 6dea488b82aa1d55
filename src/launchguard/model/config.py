"""RepositoryConfig: `.launchguard.yml`, what belongs to the repository and not to one campaign."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidatorFunctionWrapHandler, field_validator, model_validator

from launchguard.model.keys import described
from launchguard.model.parts import Limits, Part, Text
from launchguard.model.units import Count, Day, EnvName, Flag, Hours, Number, PerSecond, Seconds, WebHost, format_rate


def _positive_rate(rate_per_s: float) -> float:
    if rate_per_s <= 0:
        raise ValueError(f"{format_rate(rate_per_s)} allows nothing; write a rate like 50/s, or remove the host")
    return rate_per_s


class HostRule(Part):
    """What one host may receive: visits per second in all, in which hours; production unless it says otherwise.

    A visit is one request of a plain page, and several with assets or a journey: `max_requests` bounds those of pages
    and their files.
    """

    max_rate: Annotated[
        PerSecond,
        AfterValidator(_positive_rate),
        described("visits per second that it may receive in all", use="authority", example="40/s"),
    ]
    max_requests: Annotated[
        PerSecond | None,
        AfterValidator(lambda rate: rate if rate is None else _positive_rate(rate)),
        described(
            "requests per second that it may receive in all, the files of its pages included; without it "
            "`assets: auto` asks for no file",
            use="authority",
            example="1000/s",
        ),
    ] = None
    production: Annotated[
        Flag, described("whether customers use it; load then needs `--production`", use="authority", example="false")
    ] = True
    max_connections: Annotated[
        Count | None,
        described(
            "connections that visitors may hold open there, over all processes and workers; as many as people would "
            "hold, when not given",
            use="authority",
            example="2_000",
        ),
    ] = None
    hours: Annotated[
        Hours | None,
        described(
            "when it may receive load; at any time, when not given",
            use="authority",
            example="01:00-06:00 Europe/Madrid",
        ),
    ] = None


class LoadRules(Part):
    """Which hosts may receive load. A host has its port when it is not the scheme's own.

    `off` is a sentence that says why nothing may receive load for now, loopback included.
    """

    hosts: Annotated[
        dict[WebHost, HostRule],
        described("each host that may receive load", use="authority", example="{shop.example.com: {max_rate: 200/s}}"),
    ] = Field(default_factory=dict)
    off: Annotated[
        str, described("why nothing may receive load for now", use="authority", example="the shop moves this week")
    ] = ""

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

    start: Annotated[Day, Field(alias="from"), described("the first day", example="2027-11-22")]
    end: Annotated[Day, Field(alias="to"), described("the last day", example="2027-11-30")]
    reason: Annotated[Text, described("why", example="Black Friday")]

    @model_validator(mode="after")
    def _forward(self) -> "Freeze":
        if self.end < self.start:
            raise ValueError(f"ends on {self.end}, before it begins on {self.start}; swap `from` and `to`")
        return self


Tier = Literal["T0", "T1", "T2", "T3"]


class RepositoryConfig(Part):
    """`.launchguard.yml`."""

    load: Annotated[LoadRules, described("which hosts may receive load")] = LoadRules()
    limits: Annotated[Limits, described("limits of the campaigns that do not set them")] = Limits()
    lead_times: Annotated[
        dict[Tier, Seconds],
        described("how long before its launch a campaign of each tier is due", example="{T1: 1w, T2: 2w}"),
    ] = Field(default_factory=dict)
    hours_per_month: Annotated[Number | None, described("hours of work that there are for campaigns", example="80")] = (
        None
    )
    freeze_windows: Annotated[tuple[Freeze, ...], described("days on which nothing is launched")] = ()
    required_approvals: Annotated[
        tuple[Text, ...], described("roles that have to agree to every campaign", example="[engineering, legal]")
    ] = ()
    approvers: Annotated[
        tuple[Text, ...],
        described("whose review lets a pull request's waivers count", use="verdict", example='["@eva"]'),
    ] = ()
    loosening: Annotated[
        Literal["listed", "approval"],
        described(
            "whether what a change loosens against its base is only listed, or counts once an approver approved it",
            use="verdict",
            example="approval",
        ),
    ] = "listed"
    landing_paths: Annotated[
        tuple[Text, ...], described("files of this repository that make the pages", example='["web/landing/**"]')
    ] = ()
    checks_from: Annotated[
        tuple[Text, ...], described("folders with checks of one's own", use="loading", example="[checks]")
    ] = ()
    channels_from: Annotated[
        tuple[Text, ...], described("folders with kinds of channels of one's own", use="loading", example="[channels]")
    ] = ()
    private_hosts: Annotated[
        tuple[WebHost, ...],
        described("hosts that may be visited at private addresses", use="authority", example="[preview.example.com]"),
    ] = ()
    secrets: Annotated[
        dict[EnvName, tuple[WebHost, ...]],
        described(
            "variables with secrets, each with the hosts that may get it",
            use="sent",
            example="{PREVIEW_TOKEN: [staging.example.com]}",
        ),
    ] = Field(default_factory=dict)
    max_age: Annotated[Seconds, described("how old a verdict may be where a deployment asks for it", example="24h")] = (
        86400.0
    )
