"""The parts of a manifest that say what stands around a launch: systems, measurement, agreements, tasks, the end."""

from typing import Annotated, Literal

from launchguard.model.keys import described
from launchguard.model.parts import Part, Text
from launchguard.model.units import Day, Flag, Url, WebHost

Touch = Literal["personal_data", "card_payment", "third_party_data"]


class System(Part):
    """A system that the campaign depends on."""

    host: Annotated[WebHost, described("where it answers", example="api.example.com")]
    owner: Annotated[str, described("who answers for it", example='"@platform"')] = ""
    kind: Annotated[str, described("what it is", example="prices")] = ""


class Measurement(Part):
    """How success will be measured."""

    kpis: Annotated[
        tuple[Text, ...], described("the figures that say whether it worked", example="[orders, revenue]")
    ] = ()
    events: Annotated[
        tuple[Text, ...], described("the events that are counted", example="[add_to_cart, purchase]")
    ] = ()
    analytics: Annotated[str, described("the property that counts them", example="G-ABC123")] = ""
    baseline: Annotated[str, described("the figures without the campaign", example="240 orders a day")] = ""
    owner: Annotated[str, described("who answers for the numbers", example='"@data"')] = ""


class Approval(Part):
    """Who agreed, when."""

    role: Annotated[Text, described("in which role", example="legal")]
    by: Annotated[Text, described("who", example='"@lucia"')]
    date: Annotated[Day, described("when")]


class Deliverable(Part):
    """What has to be ready, by whom and when."""

    what: Annotated[Text, described("what it is", example="hero image")]
    owner: Annotated[str, described("who makes it", example='"@design"')] = ""
    due: Annotated[Day | None, described("when it has to be ready", example="2027-02-15")] = None
    must_have: Annotated[Flag, described("whether there is no launch without it", example="yes")] = True
    done: Annotated[Flag, described("whether it is ready", example="no")] = False


class Expedite(Part):
    """Why this campaign may skip its lead time, and who said so."""

    reason: Annotated[Text, described("why", example="the supplier moved the date")]
    approver: Annotated[Text, described("who said so", example='"@eva"')]


class Sunset(Part):
    """What happens to the pages after the end."""

    date: Annotated[Day | None, described("when they go", example="2027-03-10")] = None
    redirect_to: Annotated[Url, described("where their visitors are led then")] = ""
