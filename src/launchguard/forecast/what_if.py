"""Changes a campaign by a text like `email.send_over=60m`, for a forecast before and after."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from launchguard.errors import LaunchGuardError
from launchguard.model import rules
from launchguard.model.campaign import Campaign
from launchguard.model.channel import Channel

CAMPAIGN_KEYS = ("launch", "ends", "baseline")


def apply_what_if(campaign: Campaign, changes: Iterable[str], folder: Path = Path()) -> Campaign:
    """Apply changes `CHANNEL.KEY=VALUE`, a channel by its name or kind, or `KEY=VALUE` for launch, ends and baseline.

    `folder` is the manifest's: a curve's file lies there. Raises LaunchGuardError that names what is wrong and what
    comes near, also for a campaign that as a whole no manifest could describe.
    """
    changes = tuple(changes)
    for change in changes:
        target, equals, value = change.partition("=")
        if not equals:
            raise _error(change, "it has no `=`", "write it like email.send_over=60m")
        address, _, key = target.strip().rpartition(".")
        if address:
            campaign = _change_channel(campaign, change, address, key, value.strip(), folder)
        else:
            campaign = campaign.model_copy(update={key: _campaign_value(change, key, value.strip())})
    return _settled(campaign, changes) if changes else campaign


def _settled(campaign: Campaign, changes: tuple[str, ...]) -> Campaign:
    """The campaign with its channels' pages by their full URLs, once it is one that a manifest may describe."""
    urls = [page.url for page in campaign.pages]
    try:
        rules.require_end_after(campaign.ends, campaign.launch)
        channels = rules.settle_channels(campaign.channels, urls, campaign.launch, campaign.ends)
    except rules.RulesError as error:
        told = [f"{campaign.channels[int(path[0])].label}.{path[-1]}: {text}" for path, text in error.problems[:3]]
        raise _error(", ".join(changes), "; ".join(told), "change what belongs together at once") from error
    except ValueError as error:
        raise _error(", ".join(changes), f"ends: {error}", "change launch and ends at once") from error
    return campaign.model_copy(update={"channels": channels})


def _error(change: str, wrong: str, right: str) -> LaunchGuardError:
    return LaunchGuardError(f"--what-if {change!r}: {wrong}", hint=right)


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there is: {', '.join(names) or 'nothing'}"


def _campaign_value(change: str, key: str, value: str) -> object:
    if key not in CAMPAIGN_KEYS:
        raise _error(change, f"{key!r} is no key of the campaign that can be tried", _nearest(key, CAMPAIGN_KEYS))
    return _typed(change, type_of(Campaign, key), value)


def _change_channel(campaign: Campaign, change: str, address: str, key: str, value: str, folder: Path) -> Campaign:
    index = _find(campaign, change, address)
    channel = campaign.channels[index]
    keys = [name for name in type(channel).model_fields if name != "kind"]
    if key not in keys:
        raise _error(change, f"{channel.kind} has no key {key!r}", _nearest(key, keys))
    changed = channel.model_copy(update={key: _typed(change, type_of(type(channel), key), value, folder)})
    return campaign.model_copy(
        update={"channels": (*campaign.channels[:index], changed, *campaign.channels[index + 1 :])}
    )


def _find(campaign: Campaign, change: str, address: str) -> int:
    """The channel of this name; without one, the only channel of this kind."""
    for wanted in ([channel.name for channel in campaign.channels], [channel.kind for channel in campaign.channels]):
        found = [index for index, word in enumerate(wanted) if word == address]
        if len(found) == 1:
            return found[0]
        if found:
            raise _error(change, f"{len(found)} channels are called {address!r}", "give them names in the manifest")
    known = [channel.name or channel.kind for channel in campaign.channels]
    raise _error(change, f"no channel is called {address!r}", _nearest(address, known))


def type_of(model: type[Campaign] | type[Channel], key: str) -> TypeAdapter[object]:
    """The type of one key, with everything that reads and bounds it."""
    return TypeAdapter(model.model_fields[key].rebuild_annotation())


def _typed(change: str, adapter: TypeAdapter[object], value: str, folder: Path = Path()) -> object:
    try:
        return adapter.validate_python(value, context={"folder": folder})
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise _error(change, reason, "write the value as the manifest would") from error
