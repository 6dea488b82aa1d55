"""What LaunchGuard asks of the machine that it runs on: signals, and the import of a user's own files."""
