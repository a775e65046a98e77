"""`tramita definitions`: request types checked, proven, drawn and deployed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from web.commands.installed import installation
from web.commands.speaking import answer, as_json, complain, say, show_table, warn
from workflow.catalogue.drawing import lay_out
from workflow.catalogue.loader import load_definition
from workflow.catalogue.map import render_map
from workflow.catalogue.outline import outline
from workflow.catalogue.shipped import definition_files, shipped, shipped_world
from workflow.services.checking import Checked, Trouble, check_files, play_scenarios
from workflow.services.definitions import Unsound, deploy_files, deployments

PATHS = click.Path(exists=True, path_type=Path)
ZONE = ZoneInfo("America/Sao_Paulo")
LANGUAGES = ("pt-BR", "en", "es")


@click.group()
def definitions() -> None:
    """Check, draw and deploy request types.

    A request type is a YAML file. It is proven before it is used: every combination of outcomes
    and data is played, and what can go wrong is told as a story.
    """


@definitions.command("check")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--scenarios", is_flag=True, help="Also play the stories in scenarios/KEY/*.yaml.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Of titles in stories."
)
@as_json
def check_command(
    paths: tuple[Path, ...], *, scenarios: bool, language: str, as_json: bool
) -> None:
    """Check files or folders and tell every problem as file:line: what is wrong; how to mend it.

    Needs no installation: agencies, calendars and rules are those that come with the program.
    Faults of behaviour come with the shortest story that shows them. The exit code is 1 if
    something has to be mended; warnings do not count.

    \b
        tramita definitions check agreement_review.yaml
        tramita definitions check definitions/ --scenarios
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    world = shipped_world(ZONE)
    given = list(definition_files(paths))
    known = (load_definition(path).definition for path in definition_files([shipped()]))
    types = {definition.key: definition for definition in known}
    today = datetime.now(UTC).astimezone(ZONE).date()
    checked = check_files(given, world, today=today, types=types, language=language)
    if scenarios:
        checked = [play_scenarios(one, world) for one in checked]
    if as_json:
        answer([_told(one) for one in checked])
    else:
        for one in checked:
            _show(one)
    if not all(one.passed for one in checked):
        raise click.exceptions.Exit(1)


def _told(checked: Checked) -> dict[str, object]:
    return {
        "file": str(checked.path),
        "passed": checked.passed,
        "positions": checked.figures.positions,
        "scenarios": checked.stories,
        "problems": [
            {
                "file": trouble.problem.file,
                "line": trouble.problem.line,
                "what": trouble.problem.what,
                "mend": trouble.problem.mend,
                "warning": trouble.warning,
                "story": trouble.story,
            }
            for trouble in checked.troubles
        ],
    }


def _show(checked: Checked) -> None:
    for trouble in checked.troubles:
        _show_trouble(trouble)
    if checked.passed and checked.loaded:
        definition = checked.loaded.definition
        played = f", {checked.stories} scenarios hold" if checked.stories else ""
        say(
            f"[green]✓[/green] {checked.path}: {definition.key} {definition.version} is sound"
            f" ({checked.figures.positions} positions{played})"
        )


def _show_trouble(trouble: Trouble) -> None:
    speak = warn if trouble.warning else complain
    speak(str(trouble.problem))
    for number, sentence in enumerate(trouble.story, start=1):
        click.echo(f"    {number}. {sentence}", err=True)


@definitions.command("deploy")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@as_json
def deploy_command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Deploy files or folders, so that requests of these types can be opened.

    Each file is proven against the agencies and rules of the installation first; one problem in
    one file and none is deployed. Cases under way stay on the version they began with. What is
    deployed already is left alone; a file that was changed needs a higher `version`.
    """
    with installation() as uow:
        try:
            done = deploy_files(uow, definition_files(paths))
        except Unsound as unsound:
            for one in unsound.checked:
                _show(one)
            raise click.exceptions.Exit(1) from None
    if as_json:
        answer([{"key": d.key, "version": d.version, "new": d.new} for d in done])
        return
    for version in done:
        state = "deployed" if version.new else "was deployed already"
        say(f"{version.key} {version.version} {state}")


@definitions.command("draw")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--to", type=click.Path(path_type=Path), help="The folder; else that of the file.")
@click.option("--language", type=click.Choice(LANGUAGES), default="pt-BR", show_default=True)
@click.option("--text", is_flag=True, help="Print the outline instead of drawing.")
def draw(paths: tuple[Path, ...], *, to: Path | None, language: str, text: bool) -> None:
    """Write the map of each file as SVG, or tell it as a text.

    \b
        tramita definitions draw agreement_review.yaml --to /tmp
        tramita definitions draw agreement_review.yaml --text --language en
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    for path in definition_files(paths):
        definition = load_definition(path).definition
        if text:
            click.echo(outline(definition, language))
            continue
        folder = to or path.parent
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{definition.key}.svg"
        drawn = render_map(lay_out(definition), language=language, standalone=True)
        target.write_text(drawn + "\n", encoding="utf-8")
        say(f"{target}")


@definitions.command("list")
@as_json
def list_command(*, as_json: bool) -> None:
    """List every deployed version with how many cases stand on it."""
    with installation() as uow:
        listed = deployments(uow)
    if as_json:
        answer(listed)
        return
    show_table(
        ("Request type", "Version", "Cases", "Deployed", "Hash"),
        [
            (
                *(row["key"], row["version"], row["cases"]),
                *(f"{row['deployed_at']:%Y-%m-%d %H:%M}", row["hash"][:12]),
            )
            for row in listed
        ],
    )
