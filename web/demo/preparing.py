"""Makes the demo's installation: tables, network, people and cases; made already, it is left so."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from web.demo.keeping import keep
from web.demo.people import PASSWORD, administrator, entries
from web.demo.playing import Halted, Stage
from web.demo.programme import programme
from web.demo.stories import stories
from workflow.catalogue.calendars import INDEX, read_calendars, read_days
from workflow.catalogue.network import read_network
from workflow.catalogue.registers import FOLDER
from workflow.catalogue.rules import read_rules
from workflow.catalogue.shipped import definition_files, shipped
from workflow.services.definitions import deploy_files
from workflow.services.installation import Installation
from workflow.services.network import (
    add_rules,
    replace_calendars,
    replace_network,
)
from workflow.services.passwords import hash_password
from workflow.services.people import create_administrator, give_password, import_people
from workflow.services.register_types import deploy_registers
from workflow.services.signing import make_key
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.documents import open_store
from workflow.storage.imports import keep_setting, setting
from workflow.storage.officers import officers_by_email

PREPARED = "demo_prepared"
"""The setting that says that the demo's cases have been played."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder in which a demo lives, apart from any real installation."""

    folder: Path

    @property
    def database_url(self) -> str:
        """Where its cases are."""
        return f"sqlite:///{(self.folder / 'demo.sqlite3').absolute()}"

    @property
    def documents(self) -> Path:
        """Where its documents are."""
        return (self.folder / "documents").absolute()

    @property
    def beginning(self) -> Path:
        """What a practice installation goes back to."""
        return (self.folder / "beginning.sqlite3").absolute()

    @property
    def mail(self) -> Path:
        """Where its letters are put as files."""
        return (self.folder / "mail").absolute()

    def secret(self) -> str:
        """Return its secret, made once, so that starting it again signs nobody out."""
        path = self.folder / "secret_key"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        return path.read_text(encoding="utf-8")

    def proof_key(self) -> Path:
        """Return the file of the key that signs for its history, made once."""
        path = (self.folder / "proof_key").absolute()
        if not path.exists():
            make_key(path, "demo.tramita.example")
        return path

    def settings(self, *, base_url: str, practice: bool = False) -> dict[str, str]:
        """Return the environment of its processes."""
        return {
            "TRAMITA_PRACTICE": str(self.beginning) if practice else "",
            "TRAMITA_DEMO": "true",
            "TRAMITA_DATABASE_URL": self.database_url,
            "TRAMITA_DOCUMENTS": str(self.documents),
            "TRAMITA_MAIL_FOLDER": str(self.mail),
            "TRAMITA_MAIL_FROM": "tramita@demo.tramita.example",
            "TRAMITA_SECRET_KEY": self.secret(),
            "TRAMITA_PROOF_KEY": str(self.proof_key()),
            "TRAMITA_BASE_URL": base_url,
        }


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the demo has to show."""

    cases: int
    shown: tuple[str, ...] = ()
    """Numbers of the cases to look at first."""
    at: datetime | None = None
    """When it was made."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The last case of each scenario."""
    halted: tuple[Halted, ...] = ()


def prepared(installation: Installation, *, now: datetime) -> Prepared | None:
    """Return what was prepared before, or None."""
    with UnitOfWork(installation, now=now, keeper=True).reading() as connection:
        kept = setting(connection, PREPARED)
    if kept is None:
        return None
    at = datetime.fromisoformat(kept["at"])
    return Prepared(kept["cases"], tuple(kept["shown"]), at, kept["numbers"])


def prepare(
    installation: Installation,
    place: Place,
    *,
    now: datetime,
    whole: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Prepared:
    """Fill a demo with its network, people and cases; `progress` is told how far it is.

    The `whole` of it has what the network has done in years, beside some stories of each kind.
    """
    uow = UnitOfWork(installation, now=now, keeper=True)
    _fill(uow)
    told = stories(now, installation.zone)
    if whole:
        told += programme(now, installation.zone, installation.world().network)
    known = installation.latest()
    people = entries(told, known.values(), installation.world().network)
    import_people(uow, people, fictional=True)
    keeper = administrator()
    create_administrator(uow, name=keeper.name, email=keeper.email, fictional=True)
    emails = (keeper.email, *(entry.email for entry in people))
    give_password(uow, emails, hash_password(PASSWORD))
    with uow.reading() as connection:
        officers = {email: row["id"] for email, row in officers_by_email(connection).items()}
    stage = Stage(installation, officers, open_store(str(place.documents)))
    total = sum(1 for story in told for _ in story.moments())
    for done, _ in enumerate(stage.play(told, now), start=1):
        progress(done, total)
    if whole:
        keep(installation, officers, uow)
    shown = [stage.numbers[story.name] for story in told if story.shown]
    numbers = {name.partition(":")[0]: number for name, number in stage.numbers.items()}
    made = {"cases": len(stage.numbers), "shown": shown, "at": now.isoformat(), "numbers": numbers}
    with uow.writing() as connection:
        keep_setting(connection, PREPARED, made)
    return Prepared(len(stage.numbers), tuple(shown), now, numbers, tuple(stage.halted))


def _fill(uow: UnitOfWork) -> None:
    """Bring in what comes with the program."""
    folder = shipped("calendars")
    calendars = read_calendars(folder)
    files = sorted(path for path in folder.glob("*.csv") if path.name != INDEX)
    days = [day for path in files for day in read_days(path)]
    replace_calendars(uow, map(calendars.of, calendars.keys), days)
    add_rules(uow, read_rules(shipped("rules.yaml")).values())
    agencies = read_network(shipped("network", "agencies.csv"), calendars=calendars.keys)
    replace_network(uow, agencies)
    deploy_files(uow, definition_files([shipped()]))
    deploy_registers(uow, [shipped(FOLDER)])
