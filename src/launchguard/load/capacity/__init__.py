"""Finds out how much the pages hold: levels of load, each at a steady rate, doubled until one breaks, then bisected.

It searches no further than the gate needs, never past what a host is authorized for, and within a budget.
"""

from launchguard.load.capacity.find import Budget, Found, SearchSurroundings, find_capacity
from launchguard.load.capacity.search import CapacityScope, gate_scope
from launchguard.load.capacity.traffic import at_peak_shares

__all__ = ["Budget", "CapacityScope", "Found", "SearchSurroundings", "at_peak_shares", "find_capacity", "gate_scope"]
