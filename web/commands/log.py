"""`tramita log`: the log of all events, and the key that signs for it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from web.commands.speaking import answer, as_json, say
from workflow.services.signing import make_key

_NAME_HELP = "The name of the log in all that is signed, best the address of the installation."


@click.group()
def log() -> None:
    """Sign for the history of all cases."""


@log.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", required=True, metavar="HOST", help=_NAME_HELP)
@as_json
def key(file: Path, name: str, *, as_json: bool) -> None:
    """Make a key in FILE, which only this account may read, and print its public part.

    The file belongs on the hosts of `tramita clock`, never in the database or a backup of it:
    name it in TRAMITA_PROOF_KEY there. The public part goes into TRAMITA_PROOF_PUBLIC_KEYS of
    all hosts, and to whoever is to verify receipts. After a change of keys keep the former public
    parts.

    \b
        tramita log key /etc/tramita/proof_key --name tramita.example.gov.br
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    host = urlsplit(name).netloc or name
    if not host or "+" in host or any(letter.isspace() for letter in host):
        raise click.BadParameter("the name of a log has no spaces and no +", param_hint="--name")
    try:
        public = make_key(file, host)
    except FileExistsError:
        raise click.ClickException(f"{file} exists; a key is never overwritten") from None
    if as_json:
        answer({"file": str(file), "public": public.text()})
        return
    say(f"The key is in {file}. Its public part:", f"  {public.text()}")
