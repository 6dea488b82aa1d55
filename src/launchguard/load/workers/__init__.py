"""Load from several machines: a master that passes on the plan, and workers that check it and send their part."""
