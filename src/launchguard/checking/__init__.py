"""What a check is, and how checks are loaded and documented."""
