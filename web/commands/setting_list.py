"""`tramita settings`: what can be set, for whoever runs an installation."""

from __future__ import annotations

from dataclasses import asdict

import click

from web.commands.speaking import answer, as_json
from web.settings_schema import describe_settings


@click.command("settings")
@as_json
def setting_list(*, as_json: bool) -> None:
    """List every setting, what it is for, the form it takes and its default.

    Set them as environment variables, or without TRAMITA_ and in small letters in the TOML file
    that TRAMITA_SETTINGS names; a variable wins over the file. `tramita doctor` checks them.
    """
    rows = describe_settings()
    if as_json:
        answer([asdict(row) for row in rows])
        return
    for row in rows:
        default = f"; else {row.default}" if row.default else ""
        click.echo(f"{row.variable}\n    {row.about}: {row.form}{default}")
