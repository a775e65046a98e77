"""`tramita clock`: the process in which time acts: deadlines, warnings, mail."""

from __future__ import annotations

import logging
from dataclasses import asdict

import click

from web import create_app
from web.commands.installed import demand_tables, settings
from web.commands.speaking import answer, as_json, say
from web.notices.scheduler import run


@click.command()
@click.option("--once", is_flag=True, help="Do one round and end, as a cron job wants it.")
@as_json
def clock(*, once: bool, as_json: bool) -> None:
    """Watch the deadlines, issue their warnings and send the mail, until it is stopped.

    Run one beside the pages, or several on several hosts: whatever each of them does is done
    once. If it was away, it catches up; what waits to be sent is never lost.
    """
    chosen = settings()
    demand_tables(chosen.database_url)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s clock: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    done = run(create_app(chosen), once=once)
    if done is None:
        return
    if as_json:
        answer(asdict(done))
        return
    swept, worked = done.swept, done.worked
    say(f"{swept.cases} cases were due, {swept.notices} notices issued, {worked.done} jobs done.")
    if swept.failed or worked.failed:
        raise click.ClickException(
            f"{swept.failed} cases and {worked.failed} jobs failed; see the log"
        )
