"""What a manifest leaves open, as questions, ordered by how much the answer could change the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel


@dataclass(frozen=True)
class Question:
    """What to ask, the key that answers it, why it matters, and how much (1: a detail, 100: there is no verdict).

    `why_now` says instead what the answer would change of the forecast, with {peak} for its peak.
    """

    text: str
    key: str
    why: str
    weight: int
    why_now: str = ""

    def asked(self, peak: str = "") -> str:
        """The question as a report puts it; `peak` is the forecast's in words, "" where nobody knows it."""
        why = self.why_now.format(peak=peak) if self.why_now and peak else self.why
        return f"{self.text} ({self.key}): {why}"


def questions_about(campaign: Campaign) -> tuple[Question, ...]:
    """Every open question, the weightiest first."""
    found = [*_traffic(campaign), *_pages(campaign), *_organization(campaign)]
    return tuple(sorted(found, key=lambda question: -question.weight))


def _traffic(campaign: Campaign) -> Iterator[Question]:
    if not campaign.channels:
        why = "without a channel there is no forecast, and so no load to test with"
        yield Question("How will people hear of it: e-mail, push, TV, social, search?", "channels", why, 100)
    for index, channel in enumerate(campaign.channels):
        yield from _channel(channel, f"channels[{index}].{channel.kind}")
    if "baseline" not in campaign.model_fields_set:
        text = "How many visits per second do the pages get on a usual day?"
        why = "the campaign's visits come on top of it; none are taken until then"
        now = "the peak of {peak} is the campaign's alone, and comes on top of what the site has anyway"
        yield Question(text, "baseline", why, 50, now)
    if campaign.ends is None:
        why = "certificates, waivers and steady channels are judged until then"
        yield Question("When does the campaign end?", "ends", why, 40)


def _channel(channel: Channel, key: str) -> Iterator[Question]:
    if channel.reach_unknown:
        text = f"How many does {channel.label} reach?"
        yield Question(text, f"{key}.{channel.reach_key}", "it is in no figure until then, so the peak is too low", 90)
    for said in channel.said_unknown:
        if said not in (channel.reach_key, "send_over"):
            text = f"What is the {said.replace('_', ' ')} of {channel.label}?"
            why = f"nobody knows it yet{channel.typical_of(said)}"
            yield Question(text, f"{key}.{said}", why, 85)
    if "send_over" in type(channel).model_fields and "send_over" not in channel.model_fields_set:
        text = f"Over which time is {channel.label} sent?"
        yield Question(text, f"{key}.send_over", "half the time means up to twice the peak; a default is assumed", 80)


def _pages(campaign: Campaign) -> Iterator[Question]:
    for index, page in enumerate(campaign.pages):
        key = f"pages[{index}]"
        if not page.contains:
            why = "a page that says something else, an error page included, counts as right until then"
            yield Question(f"Which words must a visitor find on {page.url}?", f"{key}.contains", why, 60)
    tagged = any(name.startswith("utm_") for page in campaign.pages for name, _ in parse_qsl(urlsplit(page.url).query))
    if not tagged and not any(channel.utm for channel in campaign.channels):
        why = "visits that carry no utm parameters cannot be counted for this campaign"
        yield Question("Which utm parameters do the links carry?", "pages[0].url", why, 30)


def _organization(campaign: Campaign) -> Iterator[Question]:
    if not campaign.owners.on_call:
        why = "somebody has to answer when the page breaks at the peak"
        yield Question("Who can be called on launch day?", "owners.on_call", why, 20)
    if not campaign.measurement.kpis:
        why = "what is not named is not checked before the launch"
        yield Question("How will success be measured?", "measurement.kpis", why, 10)
    if not campaign.fallback:
        why = "a plan for the bad case saves the first minutes of it"
        yield Question("What is shown when the page does not hold?", "fallback", why, 5)
