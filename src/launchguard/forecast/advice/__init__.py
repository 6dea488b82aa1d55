"""The change of a plan that would make it hold: the smallest of each kind, forecast again."""
