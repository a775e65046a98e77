"""The program itself: its manual, and how it tells that something cannot be done."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from web.commands.speaking import complain
from web.settings import SettingsError
from workflow.catalogue.problems import Refused
from workflow.core.errors import Refusal

UNUSABLE_SETTINGS = 2
"""The exit code of a program that was not given what it needs; a refusal ends with 1."""


class Program(click.Group):
    """A group of commands that answers refusals with sentences, never with a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """List the commands in the order in which people need them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run a command; tell why it was refused."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            complain(str(error))
            ctx.exit(UNUSABLE_SETTINGS)
        except Refused as refused:
            complain(*map(str, refused.problems))
            ctx.exit(1)
        except Refusal as refusal:
            complain(told(refusal))
            ctx.exit(1)
        except OperationalError as error:
            complain(f"the database cannot be used: {_first_line(error)}", "try: tramita doctor")
            ctx.exit(1)


def told(refusal: Refusal) -> str:
    """Say in English what was refused: its own words, else the fact that its class stands for."""
    if refusal.args and refusal.args[0]:
        return str(refusal)
    fact = (inspect.getdoc(type(refusal)) or type(refusal).__name__).splitlines()[0]
    details = ", ".join(f"{name} {value}" for name, value in refusal.particulars.items())
    return f"{fact} ({details})" if details else fact


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else str(error)


@click.group(
    "tramita",
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("tramita"), prog_name="tramita")
def program() -> None:
    """Take requests through every agency that has a say in them.

    To look at it with made-up people and cases:

    \b
        tramita demo

    To set up a real installation, in this order:

    \b
        export TRAMITA_SECRET_KEY=...       a random text of at least 32 bytes
        export TRAMITA_DATABASE_URL=...     sqlite:///path or postgresql://user@host/name
        tramita init --name "Ana Souza" --email ana@example.gov.br
        tramita calendar import calendars/  the days without office hours
        tramita rules import rules.yaml     how the law counts terms
        tramita network import agencies.csv the agencies and the units inside them
        tramita people import people.csv    who acts for which agency; prints invitations
        tramita definitions deploy definitions/   the request types
        tramita registers deploy definitions/registers/   what the network keeps up to date
        tramita doctor                      checks all of it and says what to mend
        tramita serve                       the pages
        tramita clock                       the deadlines and the mail, in a process of its own

    Settings come from environment variables named TRAMITA_..., or from the TOML file that
    TRAMITA_SETTINGS names; `tramita settings` lists them. Commands that a script may call take
    --json. Every import may be repeated: what is known already is left alone. The exit code is 0
    when done, 1 when refused, 2 when the command or the settings were wrong.
    """  # noqa: D301 - \b is click's mark for text laid out by hand
