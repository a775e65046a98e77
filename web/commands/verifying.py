"""`tramita verify`: whether history is what it was, from the first event to the last head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from web.commands.cases import everything, fault
from web.commands.installed import demand_tables, opened, settings
from web.commands.speaking import answer, as_json, complain, say, utc
from web.proofs import folder_of, keys_of
from workflow.core.receipts import ReceiptRefusedError
from workflow.core.tree_heads import PublicKey, UnreadableError, read_public_key
from workflow.services.proving import LogVerified, verify_log
from workflow.services.receipts import verify_receipt
from workflow.services.tree_heads import Folder
from workflow.services.unit_of_work import UnitOfWork

_HEADS = click.option(
    "--heads",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of heads to compare with, their mails as .txt too; else TRAMITA_PROOF_FOLDER.",
)
_KEYS = click.option(
    "--key",
    "keys",
    multiple=True,
    help="A public key to believe besides those of the settings; may be repeated.",
)


_RECEIPT = click.option(
    "--receipt",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify this receipt and nothing else, by its public key alone.",
)


@click.command()
@_HEADS
@_KEYS
@_RECEIPT
@as_json
def verify(heads: Path | None, keys: Sequence[str], receipt: Path | None, *, as_json: bool) -> None:
    """Verify everything: each case against its events, all events against what was signed.

    Names the case and the event that were changed, added or taken away. The heads of a folder
    that is out of reach of whoever runs the database tell most. The exit code is 1 if anything
    is not what it was.

    With --receipt nothing else is looked at; with --key besides, neither settings nor a database
    are needed, so that anybody can do it anywhere:

    \b
        tramita verify --receipt recibo-2026-000418-26-7.json --key tramita.example.gov.br+...
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    if receipt is not None:
        _verify_receipt(receipt, tuple(map(_key, keys)) or keys_of(settings()), as_json=as_json)
        return
    chosen = settings()
    demand_tables(chosen.database_url)
    folder = Folder(heads) if heads else folder_of(chosen)
    trusted = (*keys_of(chosen), *map(_key, keys))
    with opened(chosen) as uow:
        cases = everything(uow, silent=as_json)
        log = _log(uow, trusted, folder)
    if as_json:
        sound = cases.is_sound and log.is_sound
        answer({"cases": asdict(cases), "log": asdict(log), "sound": sound})
    else:
        complain(*map(fault, cases.unsound), *map(str, log.flaws))
        complain(*(f"inbox of {queue.agency}: wrong count" for queue in cases.miscounted))
        say(
            f"{cases.cases - len(cases.unsound)} of {cases.cases} cases are whole.",
            f"{log.events} events in the log, {log.heads} signed heads, {log.outside} of them"
            f" known outside: {'all as it was' if log.is_sound else f'{len(log.flaws)} flaws'}.",
        )
    if not (cases.is_sound and log.is_sound):
        raise click.exceptions.Exit(1)


def _verify_receipt(file: Path, keys: Sequence[PublicKey], *, as_json: bool) -> None:
    try:
        receipt, head = verify_receipt(file.read_text(encoding="utf-8"), keys)
    except (ReceiptRefusedError, UnicodeDecodeError) as error:
        if as_json:
            answer({"sound": False, "fault": str(error)})
        else:
            complain(f"{file} proves nothing: {error}")
        raise click.exceptions.Exit(1) from None
    told = receipt.told or {}
    if as_json:
        about = {"case": receipt.number, "seq": receipt.seq} if told else {}
        found = {**about, "seal": receipt.seal, **told}
        signed = {"origin": head.origin, "size": head.size, "at": head.at}
        answer({"sound": True, "event": found, "place": receipt.place, "head": signed})
        return
    say(
        f"Event {receipt.seq} of case {receipt.number}: {told['kind']}"
        if told
        else "An event that the receipt does not show, so of no case that it could prove",
        f"Sealed {receipt.seal}",
        f"In place {receipt.place} of the log of {head.origin}, signed at {utc(head.at)}.",
    )


def _log(uow: UnitOfWork, keys: Sequence[PublicKey], folder: Folder | None) -> LogVerified:
    try:
        return verify_log(uow, keys=keys, outside=folder.heads() if folder else ())
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _key(text: str) -> PublicKey:
    try:
        return read_public_key(text)
    except UnreadableError as error:
        raise click.BadParameter(str(error), param_hint="--key") from None
