"""`tramita network|people`: what an installation is filled with, from files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from web.commands.importing import FILE, preview_option, tell_imported
from web.commands.installed import installation, settings
from web.commands.reforming import reform_command
from web.commands.speaking import answer, as_json, complain, say
from web.watch.marks import mark_of, marks_of
from workflow.catalogue.network import read_network
from workflow.catalogue.people import read_people
from workflow.services import absence, erasing, factors
from workflow.services import people as officers
from workflow.services.network import Renaming, replace_network
from workflow.services.own_data import own_data
from workflow.services.own_sessions import end_sessions
from workflow.services.sealing import Sealer
from workflow.storage.people import MembershipRole

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def network() -> None:
    """Keep the agencies of the network and the units inside them."""


@network.command("import")
@click.argument("file", type=FILE)
@click.option("--on", type=DAY, help="The first day of the names that differ, as 2026-07-01.")
@click.option("--act", default="", help="The act that gave those names, as it will be cited.")
@preview_option
@as_json
def import_network(
    file: Path, *, on: datetime | None, act: str, preview: bool, as_json: bool
) -> None:
    """Add the agencies of FILE, a CSV table, and change those that are known.

    An agency ends by the date in its column valid_to, never by missing from the file. Any
    mistake in the file refuses all of it, each with its line.

    A name that differs corrects the one that was written; with --on it is a new name since that
    day, and what happened before goes on showing the former one.

    \b
        tramita network import agencies.csv --preview
        tramita network import agencies.csv
        tramita network import agencies.csv --on 2026-07-01 --act "Lei 25.000, art. 3"
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    if act and not on:
        raise click.UsageError("--act tells what gave new names; say with --on since when")
    with installation() as uow:
        calendars = uow.world().calendars.keys
        agencies = read_network(file, calendars=calendars or None)
        renaming = Renaming(on.date(), act) if on else None
        done = replace_network(uow, agencies, renaming=renaming, preview=preview)
    tell_imported(done, "agencies", preview=preview, as_json=as_json)


network.add_command(reform_command)


@click.group()
def people() -> None:
    """Keep the officers, what they are in agencies, and how they get in."""


@people.command("import")
@click.argument("file", type=FILE)
@preview_option
@as_json
def import_people(file: Path, *, preview: bool, as_json: bool) -> None:
    """Add the officers of FILE and print an invitation for each who is new.

    FILE is a CSV table with the columns name,email,agency,role,valid_from,valid_to and, if
    wanted, language (pt_BR, en, es); one line for each agency that a person acts for. Roles are
    officer (the usual one), head, focal_point, coordinator and auditor. Dates are written as
    2026-04-21; no valid_from means today, no valid_to means for the time being. To end what
    somebody is in an agency, give the line its valid_to.

    An invitation is a link that works once, for seven days: only this command shows it. To make
    another: tramita people invite EMAIL.
    """
    base_url = settings().base_url
    with installation() as uow:
        codes = [agency.code for agency in uow.world().network]
        entries = read_people(file, agencies=codes, roles=MembershipRole)
        done = officers.import_people(uow, entries, preview=preview)
    if as_json:
        invited = [_invitation(base_url, invite) for invite in done.invitations]
        answer({**asdict(done), "invitations": invited, "preview": preview})
        return
    verb = "would be " if preview else ""
    say(f"{len(done.added)} officers {verb}added, {len(done.changed)} {verb}changed.")
    say(f"{done.kept} lines were known already.")
    _show_invitations(base_url, done.invitations)


@people.command("invite")
@click.argument("email")
@as_json
def invite(email: str, *, as_json: bool) -> None:
    """Print a new invitation for the officer of EMAIL, as when the password is forgotten.

    Links made earlier stop working; the present password goes on until a new one is set.
    """
    with installation() as uow:
        made = officers.invite(uow, email)
    base_url = settings().base_url
    if as_json:
        answer(_invitation(base_url, made))
        return
    _show_invitations(base_url, (made,))


@people.command("export")
@click.argument("email")
def export(email: str) -> None:
    """Print as JSON all that is kept of the officer of EMAIL: account, acts, notices, readings.

    Passwords, tokens and secrets are left out. What a case says of others is no part of it.
    """
    with installation() as uow:
        answer(own_data(uow, erasing.officer_of(uow, email)))


@people.command("erase")
@click.argument("email")
@click.option("--reason", required=True, help="Why, as it will be kept; without personal data.")
@click.option("--called", default="(left)", help="What pages say in place of the name.")
@click.option("--yes", is_flag=True, help="Erase; without it, only say whether that can be done.")
def erase(email: str, *, reason: str, called: str, yes: bool) -> None:
    """Forget who the officer of EMAIL was, who works nowhere any more.

    What was done keeps the number of the officer, so that every history stays verifiable. The
    account, with its password, sessions, drafts, filters and calendars, goes.
    """
    with installation() as uow:
        officer = erasing.officer_of(uow, email)
        found = erasing.leaver(uow, officer, office=None)
        if yes:
            erasing.erase_officer(uow, officer, called=called, reason=reason, office=None)
    verb = "was forgotten" if yes else "can be forgotten; to do it: --yes"
    say(f"Officer {found.officer_id} {verb}.")


@people.command("mark")
@click.argument("who")
@as_json
def mark(who: str, *, as_json: bool) -> None:
    """Print the mark under which the log tells of WHO, or whose mark WHO is.

    WHO is an e-mail address or a mark: what a line of the log carries as "who". Only the secret
    key of the installation leads from one to the other; after another address, former marks lead
    nowhere, and after another key only while it stands in TRAMITA_FORMER_SECRET_KEYS.

    \b
        tramita people mark ana@example.gov.br
        tramita people mark 4f0c2d9ab1c3e5f7
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    sealer = _sealer()
    with installation() as uow:
        known = officers.addresses(uow)
    marks = {mark: email for email in known for mark in marks_of(sealer, email)}
    email = who if "@" in who else marks.get(who)
    if email is None:
        raise click.ClickException("it is nobody's mark who has an account now")
    found = {"email": email, "mark": mark_of(sealer, email)}
    if as_json:
        answer(found)
        return
    say(f"{found['mark']}  {found['email']}")


def _sealer() -> Sealer:
    chosen = settings()
    return Sealer(chosen.secret_key, chosen.former_secret_keys)


@people.command("seal-anew")
@as_json
def seal_anew(*, as_json: bool) -> None:
    """Seal the secrets of all authenticator apps by the secret key of today.

    For after it was changed: then nothing needs the key before it to show a code any more. The
    exit code is 1 if there are secrets that no key of the settings opens; those apps prove nothing.
    """
    with installation() as uow:
        done = factors.seal_all_anew(uow, _sealer())
    if as_json:
        answer(asdict(done))
    else:
        say(f"{done.anew} secrets sealed anew, {done.as_before} were by the key of today already.")
    if done.unreadable:
        complain(f"{done.unreadable} secrets are opened by no key of the settings")
        raise click.exceptions.Exit(1)


@people.command("sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="Every session of the installation.")
def sign_out(email: str | None, *, everybody: bool) -> None:
    """End every session of the officer of EMAIL, or of all with --everybody, at once.

    Passwords and second factors stay; whoever was signed in signs in again.
    """
    if bool(email) == everybody:
        raise click.UsageError("name somebody, or say --everybody")
    with installation() as uow:
        ended = end_sessions(uow, erasing.officer_of(uow, email) if email else None)
    say(f"{ended} sessions ended.")


@people.command("reset-factor")
@click.argument("email")
@click.option("--reason", required=True, help="Why, as it will be kept and told.")
@click.option("--yes", is_flag=True, help="Do it; without it, only say what would be taken away.")
def reset_factor(email: str, *, reason: str, yes: bool) -> None:
    """Take the second factor from the officer of EMAIL, who lost it and has no recovery code.

    For an administrator whom no other administrator can help. Make sure first who asks. They are
    signed out everywhere, told by mail, and sign in with the password to add another factor; the
    administration keeps when and why it was done here.

    \b
        tramita people reset-factor ana@example.gov.br --reason "Telephone lost" --yes
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    with installation() as uow:
        officer = erasing.officer_of(uow, email)
        held = len(factors.proofs_of(uow, officer).factors)
        if yes:
            factors.reset(uow, officer, reason)
    verb = "taken away, and every session ended" if yes else "would be taken away; to do it: --yes"
    say(f"Second factors of {email}: {held} {verb}.")


@people.command("substitute")
@click.argument("absent")
@click.argument("substitute")
@click.option("--from", "first", type=DAY, required=True, help="The first day, as 2026-07-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--agency", help="Only in this agency; else wherever the absent officer acts.")
@click.option("--reason", required=True, help="Why, as it will be kept.")
def substitute(
    absent: str,
    substitute: str,
    *,
    first: datetime,
    last: datetime,
    agency: str | None,
    reason: str,
) -> None:
    """Let the officer SUBSTITUTE answer for ABSENT between two days; both by their e-mail.

    What the substitute does with the tasks of the absent officer is recorded on their behalf.
    """
    with installation() as uow:
        place = uow.world().network.agency(agency).code if agency else None
        wish = absence.Named(first.date(), last.date(), reason, place)
        absence.arrange_by_address(uow, absent, substitute, wish)
    say(f"{substitute} answers for {absent} from {first:%Y-%m-%d} to {last:%Y-%m-%d}.")


def invitation_link(base_url: str, invite: officers.Invite) -> str:
    """Return the address at which an invited officer sets a password."""
    return f"{base_url}/convite/{invite.token}"


def _invitation(base_url: str, invite: officers.Invite) -> dict[str, object]:
    return {
        "name": invite.name,
        "email": invite.email,
        "link": invitation_link(base_url, invite),
        "expires_at": invite.expires_at,
    }


def _show_invitations(base_url: str, invites: tuple[officers.Invite, ...]) -> None:
    if not invites:
        return
    say("", "Send each person their link; it works once, for seven days, and is not shown again:")
    for invite in invites:
        say(f"  {invite.name} <{invite.email}>", f"    {invitation_link(base_url, invite)}")
