"""Statistics of a verdict, and the special functions that they need."""
