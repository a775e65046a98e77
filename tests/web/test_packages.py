"""Archives that bring a table with its files: what is taken, and what nobody packs in earnest."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from tests.web.test_uploads import PDF, document
from web.forms.packages import MOST_UNFOLDED, brought_by
from workflow.catalogue.form_values import Fault
from workflow.catalogue.sheets import SheetRefused
from workflow.storage.documents import open_store

TABLE = b"A;B\n1;2\n"
LIMIT = 1_000


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "documents"))


def packed(*members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    held.seek(0)
    return held


def refused(store, stream):
    with (
        pytest.raises(SheetRefused) as found,
        brought_by(stream, store=store, limit=LIMIT),
    ):
        pass
    return found.value.particulars["why"]


def fault(files, name):
    with pytest.raises(Fault) as found:
        files(document(), name)
    return found.value


def test_a_table_and_the_files_beside_it_are_found_wherever_they_were_packed(store):
    for folder in ("", "acordos/"):
        stream = packed(
            (f"{folder}acordos.csv", TABLE),
            (f"{folder}anexos/Minuta São.pdf", PDF),
            ("__MACOSX/._acordos.csv", b"x"),
        )
        with brought_by(stream, store=store, limit=LIMIT) as brought:
            assert brought.table == TABLE
            kept = brought.files(document(), "anexos/minuta são.PDF")
            assert (kept["name"], kept["size"]) == ("Minuta São.pdf", len(PDF))
            assert store.get(kept["sha256"]) == PDF
            near = fault(brought.files, "anexos/minuta sao.pfd")
            assert (near.code, near.particulars["near"]) == (
                "no_such_file",
                "anexos/minuta são.pdf",
            )
            assert fault(brought.files, "../acordos.csv").code == "no_such_file"


def test_each_file_is_looked_at_as_one_that_somebody_sends(store):
    stream = packed(
        ("a.csv", TABLE),
        ("x/page.pdf", b"<html>"),
        ("x/run.exe", b"MZ"),
        ("x/big.pdf", PDF + b"0" * LIMIT),
        ("x/none.txt", b""),
    )
    with brought_by(stream, store=store, limit=LIMIT) as brought:
        asked = ("x/page.pdf", "x/run.exe", "x/big.pdf", "x/none.txt", "a.csv")
        codes = [fault(brought.files, name).code for name in asked]
    assert codes == ["not_what_it_says", "wrong_kind", "too_big", "empty", "no_such_file"]


def test_what_nobody_packs_in_earnest_is_refused(store):
    for name in ("../out.pdf", "/etc/passwd", "x/../../out.pdf", "c:\\out.pdf", "x\\out.pdf"):
        assert refused(store, packed(("a.csv", TABLE), (name, PDF))) == "package_paths"
    assert refused(store, packed(("a.csv", TABLE), ("x/A.pdf", PDF), ("x/a.pdf", PDF))) == (
        "package_paths"
    )
    link = zipfile.ZipInfo("x/link.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refused(store, packed(("a.csv", TABLE), (link, "/etc/passwd"))) == "package_paths"
    assert refused(store, packed(("x/a.pdf", PDF))) == "package_no_sheet"
    assert refused(store, packed(("a.csv", TABLE), ("b.xlsx", TABLE))) == "package_sheets"
    assert refused(store, io.BytesIO(packed(("a.csv", TABLE)).read()[:40])) == "unreadable"
    bomb = bytearray(packed(("a.csv", TABLE), ("x/a.txt", b"0" * 20_000)).read())
    unfolds_to = bomb.rindex(b"PK\x01\x02") + 24  # APPNOTE.TXT 4.3.12: uncompressed size
    bomb[unfolds_to : unfolds_to + 4] = (MOST_UNFOLDED + 1).to_bytes(4, "little")
    assert refused(store, io.BytesIO(bytes(bomb))) == "package_too_big"


def test_a_file_that_is_damaged_or_locked_is_told(store):
    whole = packed(("a.csv", TABLE), ("x/a.pdf", PDF * 3)).read()
    at = whole.index(b"x/a.pdf") + len("x/a.pdf") + 4
    damaged = io.BytesIO(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
    with brought_by(damaged, store=store, limit=LIMIT) as brought:
        assert fault(brought.files, "x/a.pdf").code == "file_damaged"
    locked = bytearray(whole)
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    assert refused(store, io.BytesIO(bytes(locked))) == "package_locked"
