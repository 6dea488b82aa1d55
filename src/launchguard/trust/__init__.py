"""What the base branch allows a change to claim."""
