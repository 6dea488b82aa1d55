"""The verdict as JSON, `launchguard/verdict/v1`; its schema is verdict.schema.json beside this file."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from launchguard.model.result import RunResult
from launchguard.model.verdict import Finding, Outcome, Verdict, jsonable
from launchguard.report.facts import rerun
from launchguard.report.formats.json.measured import capacity_json, load_json
from launchguard.report.judged import judged_by_json
from launchguard.report.loosening import loosening_json

if TYPE_CHECKING:
    from launchguard.model.campaign import Campaign
    from launchguard.model.capacity import Advice
    from launchguard.model.forecast import Forecast

SCHEMA = "launchguard/verdict/v1"
SCHEMA_OF_SEVERAL = "launchguard/verdicts/v1"

Json = dict[str, Any]


def render(result: RunResult) -> str:
    """One verdict as an object; several, none, or one among manifests without one as a document of all; ASCII, no NaN.

    The outermost `exit_code` is the process's own.
    """
    if result.asked == len(result) == 1:
        whole = {**to_json(result[0]), "exit_code": result.exit_code}
        whole |= {"problems": list(result.problems)} if result.problems else {}
    else:
        whole = {
            "schema": SCHEMA_OF_SEVERAL,
            "exit_code": result.exit_code,
            "verdicts": [to_json(verdict) for verdict in result],
            "not_judged": [asdict(row) for row in result.not_judged],
            "problems": list(result.problems),
        }
    return json.dumps(_clean(whole), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def to_json(verdict: Verdict) -> Json:
    """One verdict as plain values; rates in visits/s, times in ms, keys in the order of the contract."""
    document = {
        "schema": SCHEMA,
        "run_id": verdict.run_id,
        "created_at": _moment(verdict.created_at),
        "verdict": verdict.decision.value,
        "exit_code": verdict.exit_code,
        "scope": verdict.scope.value,
        "headline": verdict.headline,
        "not_looked_at": list(dict.fromkeys(outcome.unseen for outcome in verdict.outcomes if outcome.unseen)),
        "not_judged_keys": list(verdict.not_judged),
        "judged_by": judged_by_json(verdict.campaign.limits, verdict.options),
        "questions": list(verdict.questions),
        "partial": verdict.partial,
        "campaign": _campaign(verdict, verdict.campaign),
        "forecast": verdict.forecast and _forecast(verdict.forecast),
        "load": verdict.load and load_json(verdict.load),
        "capacity": verdict.capacity and capacity_json(verdict.capacity, verdict.forecast),
        "outcomes": [_outcome(verdict, outcome) for outcome in verdict.outcomes],
        "loosening": loosening_json(verdict.loosening),
        "advice": [_advice(advice) for advice in verdict.advice],
        "secrets_sent": [asdict(secret) for secret in verdict.secrets],
        "seed": verdict.seed,
        "versions": dict(verdict.versions),
    }
    clean: Json = _clean(document)
    return clean


def _clean(value: Any) -> Any:
    """Replace what JSON or its readers cannot hold: NaN and infinity by null, lone surrogates by U+FFFD."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _campaign(verdict: Verdict, campaign: "Campaign") -> Json:
    """Nothing sets a risk tier yet, so it is null."""
    return {
        "name": campaign.name,
        "manifest": verdict.manifest,
        "sha256": verdict.manifest_sha256,
        "launch": _moment(campaign.launch),
        "ends": _moment(campaign.ends),
        "tier": None,
    }


def _forecast(forecast: "Forecast") -> Json:
    return {
        "peak_per_s": forecast.known(forecast.peak_per_s),
        "peak_p95_per_s": forecast.known(forecast.peak_p95_per_s),
        "peak_at": None if forecast.peak_unknown else _moment(forecast.peak_at),
        "visits": forecast.known(forecast.visits),
        "channels": [
            {
                "name": c.name,
                "kind": c.kind,
                "visits": c.known(c.visits),
                "peak_per_s": c.known(c.peak_per_s),
                "peak_at": _moment(c.peak_at) if c.reach_known else None,
                "share_of_peak": c.known(c.share_of_peak),
            }
            for c in forecast.channels
        ],
        "assumptions": [
            {"what": a.what, "value": a.value, "source": a.source, "override": a.override} for a in forecast.assumptions
        ],
    }


def _outcome(verdict: Verdict, outcome: Outcome) -> Json:
    return {
        "check": outcome.check,
        "status": outcome.status.value,
        "severity": outcome.severity,
        "owner": outcome.owner,
        "page": outcome.page,
        "reason": outcome.reason,
        "findings": [_finding(verdict, outcome, finding) for finding in outcome.findings],
    }


def _finding(verdict: Verdict, outcome: Outcome, finding: Finding) -> Json:
    return {
        "message": finding.message,
        "measured": jsonable(finding.measured),
        "expected": jsonable(finding.expected),
        "why": outcome.why,
        "fix": finding.fix or outcome.fix,
        "line": finding.line,
        "evidence": finding.evidence,
        "fingerprint": finding.fingerprint(outcome.check, outcome.page),
        "rerun": rerun(verdict, outcome.check),
    }


def _advice(advice: "Advice") -> Json:
    return {
        "channel": advice.channel,
        "change": advice.change,
        "text": advice.text,
        "peak_after_per_s": advice.peak_after_per_s,
    }
