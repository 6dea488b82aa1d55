"""The kinds of channels: one module each, with its keys in the manifest and its arrival curve."""
