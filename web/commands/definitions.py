"""`tramita definitions`: request types checked, proven, drawn and deployed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from web.commands.installed import installation
from web.commands.speaking import answer, as_json, complain, say, show_table
from workflow.catalogue.drawing import lay_out
from workflow.catalogue.loader import Loaded, load_definition
from workflow.catalogue.map import render_map
from workflow.catalogue.outline import outline
from workflow.catalogue.problems import Refused
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.shipped import definition_files, shipped_world
from workflow.core.playing import play
from workflow.core.scenario import Scenario
from workflow.core.world import World
from workflow.services.definitions import deploy as deploy_definition
from workflow.services.definitions import deployments

PATHS = click.Path(exists=True, path_type=Path)
ZONE = ZoneInfo("America/Sao_Paulo")
LANGUAGES = ("pt-BR", "en", "es")


@dataclass(slots=True)
class Checked:
    """What the check of one file found."""

    path: Path
    loaded: Loaded | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the file may be deployed."""
        return not self.problems


@click.group()
def definitions() -> None:
    """Check, draw and deploy request types.

    A request type is a YAML file. It is proven before it is used: every combination of outcomes
    and data is played, and what can go wrong is told as a story.
    """


@definitions.command("check")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--scenarios", is_flag=True, help="Also play the stories in scenarios/KEY/*.yaml.")
@as_json
def check_command(paths: tuple[Path, ...], *, scenarios: bool, as_json: bool) -> None:
    """Check the files or folders PATHS and tell every problem as file:line: what; how to mend it.

    Needs no installation: agencies, calendars and rules are those that come with the program.

    \b
        tramita definitions check agreement_review.yaml
        tramita definitions check definitions/ --scenarios
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    world = shipped_world(ZONE)
    checked = [check_file(path, world) for path in definition_files(paths)]
    if scenarios:
        for one in checked:
            one.problems += _play_all(one, world)
    if as_json:
        answer([_told(one) for one in checked])
    else:
        for one in checked:
            _show(one)
    if not all(one.passed for one in checked):
        raise click.exceptions.Exit(1)


def check_file(path: Path, world: World) -> Checked:
    """Read and prove one file."""
    try:
        codes = [agency.code for agency in world.network]
        loaded = load_definition(path, agencies=codes, rules=world.rules)
    except Refused as refused:
        return Checked(path, problems=[str(problem) for problem in refused.problems])
    return Checked(path, loaded)


def _play_all(checked: Checked, world: World) -> Iterator[str]:
    """Play the scenarios that lie beside a definition."""
    if checked.loaded is None:
        return
    folder = checked.path.parent / "scenarios" / checked.loaded.definition.key
    for path in sorted(folder.glob("*.yaml")):
        try:
            scenario = read_scenario(path, zone=ZONE)
        except Refused as refused:
            yield from map(str, refused.problems)
            continue
        yield from _unmet(path, scenario, checked.loaded, world)


def _unmet(path: Path, scenario: Scenario, loaded: Loaded, world: World) -> Iterator[str]:
    for unmet in play(scenario, loaded.definition, world).unmet:
        yield f"{path.name}:{unmet.line}: {unmet.what}; correct the scenario or the definition"


def _told(checked: Checked) -> dict[str, object]:
    return {"file": str(checked.path), "passed": checked.passed, "problems": checked.problems}


def _show(checked: Checked) -> None:
    if checked.passed and checked.loaded:
        definition = checked.loaded.definition
        say(f"[green]✓[/green] {checked.path}: {definition.key} {definition.version} is sound")
        return
    complain(*checked.problems)


@definitions.command("deploy")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@as_json
def deploy_command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Deploy the files or folders PATHS, so that requests of these types can be opened.

    Each file is checked against the agencies and rules of the installation first; one problem
    in one file and none is deployed. Cases under way stay on the version they began with. What
    is deployed already is left alone; a file that was changed needs a higher `version`.
    """
    with installation() as uow:
        checked = [check_file(path, uow.world()) for path in definition_files(paths)]
        if not all(one.passed for one in checked):
            complain(*(problem for one in checked for problem in one.problems))
            raise click.exceptions.Exit(1)
        done = [
            deploy_definition(uow, one.loaded, source=one.path.read_text("utf-8"))
            for one in checked
            if one.loaded
        ]
    if as_json:
        answer([{"key": d.key, "version": d.version, "new": d.new} for d in done])
        return
    for one in done:
        state = "deployed" if one.new else "was deployed already"
        say(f"{one.key} {one.version} {state}")


@definitions.command("draw")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@click.option("--to", type=click.Path(path_type=Path), help="Where to write; else beside the file.")
@click.option("--language", type=click.Choice(LANGUAGES), default="pt-BR", show_default=True)
@click.option("--text", is_flag=True, help="Print the outline instead of drawing.")
def draw(paths: tuple[Path, ...], *, to: Path | None, language: str, text: bool) -> None:
    """Write the map of each file in PATHS as SVG, or tell it as a text.

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
    _show_deployments(listed)


def _show_deployments(listed: Iterable[object]) -> None:
    columns = ("key", "version", "cases", "deployed_at", "hash")
    rows = [[row[c] for c in columns] for row in listed if isinstance(row, dict)]
    show_table(
        ("Request type", "Version", "Cases", "Deployed", "Hash"),
        [(k, v, n, f"{at:%Y-%m-%d %H:%M}", h[:12]) for k, v, n, at, h in rows],
    )
