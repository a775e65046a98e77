"""What reads files from outside, each with a good file, and what it may answer to a spoilt one."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from random import Random

from openpyxl import Workbook
from werkzeug.datastructures import FileStorage

from tests.fuzzing.tampering import archive_spoilt, bomb, spoilt, tree_spoilt
from tests.web.hostile_files import PDF, archive, office, picture
from tests.world import DEFINITIONS, loaded, shipped, world
from web.forms.active import acts_by_itself
from web.forms.packages import brought_by
from web.forms.uploads import MEDIA_TYPES, keep_upload
from workflow.catalogue.calendars import read_calendars, read_days
from workflow.catalogue.case_lines import Known, case_table, read_lines
from workflow.catalogue.cells import names_of
from workflow.catalogue.columns import case_columns, entry_columns
from workflow.catalogue.entry_lines import entry_table, read_entries
from workflow.catalogue.loader import load_definition
from workflow.catalogue.network import read_network
from workflow.catalogue.people import read_people
from workflow.catalogue.register_stories import read_story
from workflow.catalogue.registers import load_register, shipped_registers
from workflow.catalogue.row_sheets import further_sheets
from workflow.catalogue.rules import read_rules
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.service_rows import read_services
from workflow.catalogue.sheets import read_sheet
from workflow.core.fields import Field, FieldType
from workflow.storage.documents import DocumentStore, open_store

ANY = Field(key="draft", title={"pt-BR": "Minuta"}, type=FieldType.DOCUMENT, accept=(*MEDIA_TYPES,))
LIMIT = 1 << 20


class Role(StrEnum):
    """What people are in a file of people."""

    OFFICER = "officer"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to write in, and a store of documents."""

    folder: Path
    store: DocumentStore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "store", open_store(str(self.folder / "documents")))

    def file(self, name: str, content: bytes) -> Path:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_bytes(content)
        return path


Try = Callable[[Random, Place], None]


def targets() -> dict[str, Try]:
    """Return each reader by name, the likelier the more often it stands there."""
    return {
        "definition": _definition,
        "definition again": _definition,
        "definition once more": _definition,
        "register": partial(_yaml, "registers/*.yaml", load_register),
        "rules": partial(_yaml, "rules.yaml", read_rules),
        "services": partial(_yaml, "services.yaml", read_services),
        "scenario": partial(
            _yaml, "scenarios/*_*/*.yaml", partial(read_scenario, zone=world().zone)
        ),
        "story": partial(_yaml, "registers/scenarios/*/*.yaml", read_story),
        "network": partial(_csv, "network/agencies.csv", read_network),
        "days": partial(_csv, "calendars/br.csv", read_days),
        "calendars": _calendars,
        "people": _people,
        "cases": _cases,
        "entries": _entries,
        "package": _package,
        "document": _document,
        "document again": _document,
    }


def _definition(random: Random, place: Place) -> None:
    given = _good(random, shipped())
    content = bomb(random) if random.random() < 0.05 else spoilt(random, given, tree_spoilt)
    codes = frozenset(agency.code for agency in world().network)
    load_definition(
        place.file("tried.yaml", content), agencies=codes, rules=frozenset(world().rules)
    )


def _yaml(pattern: str, read: Callable[[Path], object], random: Random, place: Place) -> None:
    given = _good(random, sorted(DEFINITIONS.glob(pattern)))
    content = bomb(random) if random.random() < 0.05 else spoilt(random, given, tree_spoilt)
    read(place.file("tried.yaml", content))


def _csv(name: str, read: Callable[[Path], object], random: Random, place: Place) -> None:
    lines = (DEFINITIONS / name).read_bytes().splitlines(keepends=True)
    read(place.file("tried.csv", spoilt(random, b"".join(lines[:40]))))


def _calendars(random: Random, place: Place) -> None:
    folder = place.folder / "calendars"
    folder.mkdir(exist_ok=True)
    files = sorted((DEFINITIONS / "calendars").glob("*.csv"))
    chosen = random.choice(files)
    for file in files:
        content = file.read_bytes()
        (folder / file.name).write_bytes(spoilt(random, content) if file == chosen else content)
    read_calendars(folder)


def _people(random: Random, place: Place) -> None:
    good = "name,email,agency,role,valid_from,valid_to\nAna Lima,ana@example.org,SEDE,head,,\n"
    file = place.file("people.csv", spoilt(random, good.encode()))
    read_people(file, agencies=("SEDE", "SEF"), roles=Role)


def _cases(random: Random, place: Place) -> None:
    definition = loaded(random.choice(shipped())).definition
    columns = case_columns(definition)
    content = _table(random, [column.title["pt-BR"] for column in columns])
    table = case_table(definition, read_sheet(content), further_sheets(content, columns))
    if not table.faults:
        list(read_lines(table, Known(names_of(world().network))))


def _entries(random: Random, place: Place) -> None:
    kind = random.choice(sorted(shipped_registers().values(), key=lambda one: one.key))
    columns = entry_columns(kind)
    content = _table(random, [column.title["pt-BR"] for column in columns])
    table = entry_table(kind, read_sheet(content), further_sheets(content, columns))
    if not table.faults:
        list(read_entries(kind, table, names_of(world().network)))


def _table(random: Random, header: list[str]) -> bytes:
    cells = (
        "SEDE",
        "12/03/2026",
        "1.250,00",
        "sim",
        "Brasil",
        "Estudo de caso",
        "10 dias",
        "",
        "x",
    )
    rows = [header, *([random.choice(cells) for _ in header] for _ in range(3))]
    if random.random() < 0.5:
        text = "\n".join(";".join(row) for row in rows)
        return spoilt(random, text.encode(random.choice(("utf-8", "cp1252", "utf-16")), "replace"))
    return spoilt(random, _workbook(rows), archive_spoilt)


def _workbook(rows: list[list[str]]) -> bytes:
    book, made = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.worksheets[0]["B2"] = 46000.5
    book.create_sheet("Partes").append(["a", "=1+1"])
    book.save(made)
    return made.getvalue()


def _package(random: Random, place: Place) -> None:
    table = "Número;Documento\n1;nota.pdf\n".encode()
    content = archive({"casos.csv": table, "nota.pdf": PDF, "sub/foto.png": picture()})
    stream = io.BytesIO(spoilt(random, content, archive_spoilt))
    with brought_by(stream, store=place.store, limit=LIMIT) as brought:
        read_sheet(brought.table)
        brought.files(ANY, random.choice(("nota.pdf", "sub/foto.png", "..\\nota.pdf", "\0")))


def _document(random: Random, place: Place) -> None:
    ending, content = random.choice(_documents())
    stream = io.BytesIO(spoilt(random, content, *_ways(content)))
    name = random.choice((f"nota.{ending}",) * 8 + ("a\0b.pdf", "x" * 400 + ".pdf", "con.pdf", "."))
    acts_by_itself([stream.getvalue()])
    keep_upload(ANY, FileStorage(stream, name), place.store, limit=LIMIT)


def _ways(content: bytes) -> Iterator[Callable[[Random, bytes], bytes]]:
    if content.startswith(b"PK"):
        yield archive_spoilt


@cache
def _documents() -> tuple[tuple[str, bytes], ...]:
    packed = b"2 0 obj<</Type/ObjStm/N 1/First 0>>stream\nx\x9c\x03\0\0\0\0\x01\nendstream endobj\n"
    return (
        ("pdf", PDF.replace(b"trailer", packed + b"trailer")),
        ("docx", office()),
        ("xlsx", _workbook([["a", "b"], ["1", "2"]])),
        ("odt", office("odt")),
        ("png", picture(text=b"x" * 200)),
        ("jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 80 + b"\xff\xd9"),
        ("txt", "Está bem.\n".encode() * 20),
        ("csv", b"a;b\n1;2\n"),
    )


def _good(random: Random, files: list[Path]) -> bytes:
    return random.choice(files).read_bytes()


def place_in(folder: str) -> Place:
    """Return a place to try in."""
    return Place(Path(tempfile.mkdtemp(dir=folder)))
