"""`launchguard schema`: the JSON Schema that editors complete and check manifests with."""

from pathlib import Path

import click

from launchguard.cli import options
from launchguard.cli.output import say_lines

OVERVIEW = (100, "Print the JSON Schema of the manifest, for editors.")


@click.command("schema")
@click.option("--config", "of_config", is_flag=True, help="The schema of .launchguard.yml instead.")
@options.checks_option
@options.channels_option
@options.traceback_option
def command(of_config: bool, check_folders: tuple[Path, ...], channel_folders: tuple[Path, ...]) -> None:
    """Print the JSON Schema of a campaign manifest, or of .launchguard.yml.

    Editors with the YAML language server use it through a first line in the manifest:
    # yaml-language-server: $schema=launchguard.schema.json
    """
    import json

    from launchguard.cli.setup import load_setup
    from launchguard.manifest.schema import config_schema, manifest_schema

    if of_config:
        schema = config_schema()
    else:
        setup = load_setup(None, check_folders, channel_folders)
        schema = manifest_schema(setup.checks, setup.kinds)
    say_lines(json.dumps(schema, indent=2))
