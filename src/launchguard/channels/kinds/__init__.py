"""The kinds of channels that LaunchGuard brings, one module each."""
