"""`python -m launchguard`: the same as the `launchguard` command."""

from launchguard.cli import main

if __name__ == "__main__":
    main()
