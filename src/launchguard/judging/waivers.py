"""Waivers: findings that somebody accepted, by name, with a reason and until a date."""

from collections.abc import Sequence
from dataclasses import replace

from launchguard.checking.standing import UNUSED_WAIVER
from launchguard.model.campaign import Waiver
from launchguard.model.clock import Clock
from launchguard.model.verdict import Finding, Outcome, Status


def apply_waivers(outcomes: Sequence[Outcome], waivers: Sequence[Waiver], clock: Clock) -> list[Outcome]:
    """Apply waivers to blocks and warnings; an unknown cannot be waived: no data is never GO."""
    today = clock.now.date()
    used: set[Waiver] = set()
    judged = []
    for outcome in outcomes:
        waiver = next((w for w in waivers if _covers(w, outcome)), None)
        if waiver is None or outcome.status not in (Status.BLOCK, Status.WARN):
            judged.append(outcome)
            continue
        used.add(waiver)
        if waiver.expires < today:
            judged.append(replace(outcome, reason=f"its waiver ended on {waiver.expires:%Y-%m-%d}"))
        else:
            text = f"{waiver.reason} (approved by {waiver.approved_by}, until {waiver.expires:%Y-%m-%d})"
            judged.append(replace(outcome, status=Status.WAIVED, reason=text))
    ran = {outcome.check for outcome in outcomes}
    unused = [w for w in waivers if w not in used and w.check in ran]
    return judged + [_unused_waiver(waiver) for waiver in unused]


def _covers(waiver: Waiver, outcome: Outcome) -> bool:
    return waiver.check == outcome.check and waiver.page in ("", outcome.page)


def _unused_waiver(waiver: Waiver) -> Outcome:
    where = " on {expected}" if waiver.page else ""
    text = "the waiver of {measured}" + where + " waives nothing"
    finding = Finding(text, measured=waiver.check, expected=waiver.page, subject=waiver.check, severity="warn")
    return UNUSED_WAIVER.outcome(Status.WARN, page=waiver.page, reason="unused", findings=(finding,))
