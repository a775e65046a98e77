"""`tramita verify`: whether history is what it was, from the first event to the last head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.markup import escape

from web.commands.cases import everything, faults
from web.commands.installed import demand_tables, opened, settings
from web.commands.speaking import answer, as_json, complain, say, utc
from web.proofs import folder_of, keys_of
from web.settings import Settings, SettingsError
from web.stores import store_of
from workflow.core.receipt_files import receipt_text
from workflow.core.receipts import Receipt, ReceiptRefusedError
from workflow.core.tree_heads import PublicKey, UnreadableError, read_public_key
from workflow.services.proving import LogVerified, verify_log
from workflow.services.receipts import Erasure, erased_since, still_stands, verify_receipt
from workflow.services.register_verification import EntriesVerified, verify_entries
from workflow.services.tree_heads import Folder
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import AllVerified

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


_NO_DOCUMENTS = click.option(
    "--no-documents", is_flag=True, help="Leave the bytes of documents alone; they may be many."
)


@click.command()
@_HEADS
@_KEYS
@_RECEIPT
@_NO_DOCUMENTS
@as_json
def verify(
    heads: Path | None,
    keys: Sequence[str],
    receipt: Path | None,
    *,
    no_documents: bool,
    as_json: bool,
) -> None:
    """Verify everything: cases and documents against events, all events against what was signed.

    Names the case and the event, the document or the register entry that were changed, added or
    taken away. The heads of a folder that is out of reach of whoever runs the database tell
    most. The exit code is 1 if anything is not what it was.

    With --receipt, a JSON or a PDF, nothing else is looked at; with --key besides, neither
    settings nor a database are needed, so that anybody can do it anywhere. Without --key the
    database tells too whether it still has the line, and what was erased of it since:

    \b
        tramita verify --receipt recibo-2026-000418-26-7.pdf --key tramita.example.gov.br+...
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    given = tuple(map(_key, keys))
    if receipt is not None:
        chosen = None if given else _settings_for_receipt()
        _verify_receipt(receipt, keys_of(chosen) if chosen else given, chosen, as_json=as_json)
        return
    found = _verified(settings(), heads, given, no_documents=no_documents, silent=as_json)
    if as_json:
        answer({**asdict(found), "sound": found.is_sound})
    else:
        _tell(found.cases, found.entries, found.log)
    if not found.is_sound:
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class Verified:
    """What everything was found to be."""

    cases: AllVerified
    entries: EntriesVerified
    log: LogVerified

    @property
    def is_sound(self) -> bool:
        """Whether all of it is what it was."""
        return self.cases.is_sound and self.log.is_sound and not self.entries.unsound


def _verified(
    chosen: Settings,
    heads: Path | None,
    keys: Sequence[PublicKey],
    *,
    no_documents: bool,
    silent: bool,
) -> Verified:
    """Verify everything, by the keys of the settings and those given besides."""
    demand_tables(chosen.database_url)
    folder = Folder(heads) if heads else folder_of(chosen)
    with opened(chosen) as uow:
        store = None if no_documents else store_of(chosen)
        cases = everything(uow, silent=silent, store=store)
        return Verified(cases, verify_entries(uow), _log(uow, (*keys_of(chosen), *keys), folder))


def _tell(cases: AllVerified, entries: EntriesVerified, log: LogVerified) -> None:
    complain(*faults(cases), *map(str, log.flaws))
    complain(*(f"register entry {number}: {why}" for number, why in entries.unsound))
    say(
        f"{cases.cases - len(cases.unsound)} of {cases.cases} cases are whole,"
        f" {entries.entries - len(entries.unsound)} of {entries.entries} register entries.",
        f"{log.events - log.of_entries} of {cases.events} events in the log,"
        f" {log.of_entries} of {entries.events} of register entries,"
        f" {log.heads} signed heads, {log.outside} of them known outside:"
        f" {'all as it was' if log.is_sound else f'{len(log.flaws)} flaws'}.",
    )


class KeyMissingError(click.ClickException):
    """Nothing says whose signature on a receipt is to be believed."""

    exit_code = 2


def _settings_for_receipt() -> Settings:
    """Read the settings, whose public keys are believed; raise `KeyMissingError`."""
    try:
        chosen = settings()
        why = "" if chosen.gives_receipts else "the settings name no public key"
    except SettingsError as error:
        why = str(error)
    if why:
        raise KeyMissingError(
            "whose signature is to be believed? Name the public key with --key, as the page on"
            " which receipts are checked shows it; no settings are needed then. Or give the"
            f" settings of the installation, TRAMITA_PROOF_PUBLIC_KEYS among them: {why}"
        )
    return chosen


def _verify_receipt(
    file: Path, keys: Sequence[PublicKey], chosen: Settings | None, *, as_json: bool
) -> None:
    try:
        receipt, head = verify_receipt(receipt_text(file.read_bytes()), keys)
    except ReceiptRefusedError as error:
        if as_json:
            answer({"sound": False, "fault": str(error)})
        else:
            complain(f"{file} proves nothing: {error}")
        raise click.exceptions.Exit(1) from None
    told = receipt.told or {}
    today = _of_today(receipt, chosen) if chosen else None
    if as_json:
        about = {receipt.about: receipt.number, "seq": receipt.seq} if told else {}
        found = {**about, "seal": receipt.seal, **told}
        signed = {"origin": head.origin, "size": head.size, "at": head.at}
        proven = {"sound": True, "event": found, "place": receipt.place, "head": signed}
        answer(proven | (asdict(today) if today else {}))
        return
    say(
        f"Event {receipt.seq} of {receipt.about} {receipt.number}: {told['kind']}"
        if told
        else f"An event that the receipt does not show, so of no {receipt.about} it could prove",
        f"Sealed {receipt.seal}",
        f"In place {receipt.place} of the log of {head.origin}, signed at {utc(head.at)}.",
    )
    if today is None:
        return
    if not today.stands:
        complain("The database of today has it no more.")
    for one in today.erased:
        by = one.agency or "the installation itself"
        say(
            f"Erased at {utc(one.at)} by {by}: {one.values} of its personal values; what stands"
            f" for them in the line is unchanged. Reason: {escape(one.reason)}"
        )


@dataclass(frozen=True, slots=True)
class OfToday:
    """What the database of today has of the line of a receipt."""

    stands: bool
    erased: tuple[Erasure, ...]


def _of_today(receipt: Receipt, chosen: Settings) -> OfToday:
    demand_tables(chosen.database_url)
    with opened(chosen) as uow:
        return OfToday(still_stands(uow, receipt), erased_since(uow, receipt))


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
