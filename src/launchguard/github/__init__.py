"""Everything that knows GitHub: the event, the base branch, reviews, and where a verdict is shown."""
