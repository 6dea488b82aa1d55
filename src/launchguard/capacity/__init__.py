"""Finds out how much the pages hold: levels of load, each at a steady rate, doubled until one breaks, then bisected.

It searches no further than the gate needs, never past what a host is authorized for, and within a budget.
"""

from launchguard.capacity.find import Budget, Found, Surroundings, find_capacity
from launchguard.capacity.search import Scope, gate_scope
from launchguard.capacity.traffic import at_peak_shares

__all__ = ["Budget", "Found", "Scope", "Surroundings", "at_peak_shares", "find_capacity", "gate_scope"]
