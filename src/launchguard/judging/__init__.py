"""What GO means, and how it is said: the only judge, waivers, the first line, and the advice."""
