"""`tramita network|calendar|rules|people`: what an installation is filled with, from files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from web.commands.installed import installation, settings
from web.commands.speaking import answer, as_json, say, show_table
from workflow.catalogue.calendars import INDEX, read_calendars, read_days
from workflow.catalogue.network import read_network
from workflow.catalogue.people import read_people
from workflow.catalogue.rules import read_rules
from workflow.core.deadlines.calendar import CalendarDay
from workflow.services import people as officers
from workflow.services.network import (
    Imported,
    add_rules,
    replace_calendars,
    replace_days,
    replace_network,
)
from workflow.storage.people import MembershipRole

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PATH = click.Path(exists=True, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
preview_option = click.option(
    "--preview", is_flag=True, help="Only say what would change; change nothing."
)
MOST_NAMED = 12


@click.group()
def network() -> None:
    """Keep the agencies of the network and the units inside them."""


@network.command("import")
@click.argument("file", type=FILE)
@preview_option
@as_json
def import_network(file: Path, *, preview: bool, as_json: bool) -> None:
    """Add the agencies of FILE, a CSV table, and change those that are known.

    An agency ends by the date in its column valid_to, never by missing from the file. Any
    mistake in the file refuses all of it, each with its line.

    \b
        tramita network import agencies.csv --preview
        tramita network import agencies.csv
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    with installation() as uow:
        calendars = uow.world().calendars.keys
        agencies = read_network(file, calendars=calendars or None)
        done = replace_network(uow, agencies, preview=preview)
    _tell(done, "agencies", preview=preview, as_json=as_json)


@click.group()
def calendar() -> None:
    """Keep the days on which offices are closed."""


@calendar.command("import")
@click.argument("path", type=PATH)
@preview_option
@as_json
def import_calendar(path: Path, *, preview: bool, as_json: bool) -> None:
    """Take over the days of PATH: one CSV table, or a folder of them with an index.csv.

    For every layer and year in the tables, they hold all the days there are: a day that is
    missing is removed. Other layers and years stay as they are, so that the decree of one year
    can be imported alone. The index names the calendars and the layers of each.
    """
    with installation() as uow:
        if path.is_dir():
            calendars = read_calendars(path)
            made = (calendars.of(key) for key in calendars.keys)
            done = replace_calendars(uow, made, _days_of(path), preview=preview)
        else:
            done = replace_days(uow, read_days(path), preview=preview)
    _tell(done, "entries", preview=preview, as_json=as_json)


def _days_of(folder: Path) -> list[CalendarDay]:
    files = sorted(file for file in folder.glob("*.csv") if file.name != INDEX)
    return [day for file in files for day in read_days(file)]


@calendar.command("list")
@as_json
def list_calendars(*, as_json: bool) -> None:
    """List the calendars there are, with the layers that each lies upon."""
    with installation() as uow:
        world = uow.world()
    calendars = [world.calendars.of(key) for key in world.calendars.keys]
    if as_json:
        answer([{"key": c.key, "title": c.title, "layers": c.layers} for c in calendars])
        return
    show_table(
        ("Calendar", "Title", "Layers", "Closed days"),
        [(c.key, c.title, " ".join(c.layers), len(c.closed)) for c in calendars],
    )


@click.group()
def rules() -> None:
    """Keep the ways in which norms count their terms."""


@rules.command("import")
@click.argument("file", type=FILE)
@preview_option
@as_json
def import_rules(file: Path, *, preview: bool, as_json: bool) -> None:
    """Add the counting rules of FILE, a YAML file.

    A rule that changes needs a higher version; dates counted by the earlier one stay.
    """
    with installation() as uow:
        done = add_rules(uow, read_rules(file).values(), preview=preview)
    _tell(done, "rules", preview=preview, as_json=as_json)


def _tell(done: Imported, what: str, *, preview: bool, as_json: bool) -> None:
    if as_json:
        answer(asdict(done) | {"preview": preview})
        return
    verb = "would be " if preview else ""
    for names, word in ((done.added, "added"), (done.changed, "changed"), (done.ended, "ended")):
        if names:
            more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            say(f"{len(names)} {what} {verb}{word}: {', '.join(names[:MOST_NAMED])}{more}")
    say(f"{done.kept} {what} were known already.")
    if done.left:
        say(f"{len(done.left)} {what} are not in the file and stay as they are.")


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
        officers.substitute(
            uow,
            absent,
            substitute,
            first=first.date(),
            last=last.date(),
            reason=reason,
            agency=uow.world().network.agency(agency).code if agency else None,
        )
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
