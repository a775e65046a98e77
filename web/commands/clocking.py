"""`tramita clock`: the process in which time acts: deadlines, warnings, mail."""

from __future__ import annotations

from dataclasses import asdict

import click

from web import create_app
from web.commands.installed import demand_tables, opened, settings
from web.commands.speaking import answer, as_json, say
from web.notices.scheduler import run
from web.watch.lines import log_to_stderr
from workflow.services import clock as clocks


@click.command()
@click.option("--once", is_flag=True, help="Do all that is due and end, as a cron job wants it.")
@click.option("--retry", type=int, metavar="JOB", help="Try a job once more that was given up.")
@as_json
def clock(*, once: bool, retry: int | None, as_json: bool) -> None:
    """Watch the deadlines, issue their warnings and send the mail, until it is stopped.

    Run one beside the pages, or several on several hosts: whatever each of them does is done
    once. If it was away, it catches up; what waits to be sent is never lost. With --once it
    ends with an error if anything failed; with --retry it only puts a job back in line.
    """
    chosen = settings()
    demand_tables(chosen.database_url)
    if retry is not None:
        with opened(chosen) as uow:
            if not clocks.retry(uow, retry):
                raise click.ClickException(f"job {retry} was not given up: see tramita doctor")
        return
    log_to_stderr(as_json=chosen.log_format == "json", words="%(asctime)s clock: %(message)s")
    done = run(create_app(chosen), once=once)
    if done is None:
        return
    swept, worked = done.swept, done.worked
    if as_json:
        answer(asdict(done))
    else:
        say(
            f"{swept.cases} cases were due, {swept.moved} moved; {swept.notices} notices"
            f" issued, {worked.done} jobs done, {worked.failed} put off."
        )
    if swept.failed or worked.failed:
        raise click.ClickException(
            f"{swept.failed} cases and {worked.failed} jobs failed; see the log"
        )
