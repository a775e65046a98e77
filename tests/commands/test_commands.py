"""What each command does, says and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from tests.installation import acting_for, deploy
from tests.services.errands import ERRAND, Office
from tests.world import world
from web.commands import main
from web.commands.parts import look_at_parts
from workflow.catalogue.shipped import shipped
from workflow.core.story import Readers
from workflow.services import cases, factors
from workflow.services.installation import Installation
from workflow.services.sign_in import Entrance, begin_session, principal
from workflow.storage import jobs
from workflow.storage.case import TaskRow
from workflow.storage.engine import make_engine, writing
from workflow.storage.factors import TOTP
from workflow.storage.officers import add_officer
from workflow.storage.staff import StaffEvent
from workflow.storage.work import JobRow

RETAINED = "owner: SCC\nretention: {years: 2, source: Tabela 1}"
PEOPLE = "name,email,agency,role,valid_from,valid_to\n"


def test_the_manual_names_every_command_and_explains_each(tramita):
    manual = tramita("--help")
    for name, command in main.commands.items():
        assert name in manual
        assert len(command.get_short_help_str()) > 20
        parts = getattr(command, "commands", {})
        for part in parts:
            assert part in tramita(name, "--help")
            assert "Usage: tramita" in tramita(name, part, "--help")


def test_missing_settings_are_all_named_at_once(tramita):
    said = tramita(
        "db", "current", TRAMITA_SECRET_KEY="short", TRAMITA_TIMEZONE="Mars/Olympus", fails=2
    )
    assert "TRAMITA_SECRET_KEY" in said
    assert "TRAMITA_TIMEZONE" in said


def test_every_setting_is_listed_with_what_it_is_for(tramita):
    listed = {row["variable"]: row for row in tramita.json("settings")}
    assert listed["TRAMITA_SMTP_PORT"]["form"] == "a port number"
    assert "TRAMITA_DATABASE_URL" in tramita("settings")


def test_unusable_settings_are_told_before_anything_is_asked(anew):
    said = anew("init", TRAMITA_SECRET_KEY="short", fails=2)
    assert "too short" in said
    assert "Name" not in said


def test_an_installation_is_made_from_nothing(anywhere):
    mistyped = anywhere("init", "--name", "Ana Souza", "--email", "ana", fails=2)
    assert "'ana' is no e-mail address" in mistyped

    made = anywhere.json("init", "--name", "Ana Souza", "--email", "Ana@mg.example")
    assert made["link"].startswith("https://tramita.example/convite/")
    assert anywhere.json("db", "current")["current"] == anywhere.json("db", "current")["newest"]
    assert "no role" in anywhere("db", "restrict", "nobody", fails=1)
    again = anywhere("init", "--name", "Bia", "--email", "bia@mg.example", fails=1)
    assert "administrator already" in again


def test_a_database_without_tables_is_told_so(anew):
    assert "tramita db upgrade" in anew("definitions", "list", fails=1)
    anew("db", "upgrade")
    assert anew.json("definitions", "list") == []
    assert "base" in anew("db", "downgrade", "base", "--yes")


def test_what_is_imported_twice_changes_nothing(filled):
    for what, path in (
        ("calendar", shipped("calendars")),
        ("rules", shipped("rules.yaml")),
        ("network", shipped("network", "agencies.csv")),
    ):
        again = filled.json(what, "import", path)
        assert (again["added"], again["changed"], again["ended"]) == ([], [], [])
        assert again["kept"] > 10
    assert {c["key"] for c in filled.json("calendar", "list")} >= {"BR", "MG", "BH"}


def test_a_new_name_since_a_day_keeps_the_former_one(filled, tmp_path):
    file = tmp_path / "agencies.csv"
    shown = shipped("network", "agencies.csv").read_text(encoding="utf-8")
    file.write_text(shown.replace("Advocacia-Geral do Estado,", "Procuradoria do Estado,"))
    since = ("--on", "2026-03-02", "--act", "Lei 1")
    assert "would be kept with what is older: AGE" in filled(
        "network", "import", file, *since, "--preview"
    )
    assert filled.json("network", "import", file, *since)["renamed"] == ["AGE"]
    assert "since when" in filled("network", "import", file, "--act", "Lei 1", fails=2)
    early = ("--on", "2026-03-01")
    late = filled("network", "import", shipped("network", "agencies.csv"), *early, fails=1)
    assert "cannot begin before it" in late


def test_a_bad_file_is_refused_with_every_line(filled, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE + "Ana,ana,SEDE,,,\nBia,bia@mg.example,NOWHERE,,,\n")
    said = filled("people", "import", file, fails=1)
    assert "people.csv:2: 'ana' is no e-mail address" in said
    assert "people.csv:3: no agency has the code 'NOWHERE'" in said


def test_officers_are_invited_by_a_link(filled, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE + "Ana Souza,ana@mg.example,SEDE,head,,\n")
    assert filled.json("people", "import", file, "--preview")["invitations"] == []
    said = filled("people", "import", file)
    assert "https://tramita.example/convite/" in said
    assert filled.json("people", "import", file)["added"] == []
    assert filled.json("people", "invite", "ana@mg.example")["link"]
    assert "No active officer" in filled("people", "invite", "bia@mg.example", fails=1)


def test_who_is_behind_a_mark_of_the_log_is_found_where_the_key_is(filled, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE + "Ana,ana@mg.example,SEDE,,,\nBia,bia@mg.example,SEF,,,\n")
    filled("people", "import", file)
    found = filled.json("people", "mark", "Ana@mg.example")
    assert filled.json("people", "mark", found["mark"])["email"] == "ana@mg.example"
    assert found["mark"] != filled.json("people", "mark", "bia@mg.example")["mark"]
    assert "nobody's mark" in filled("people", "mark", "0" * 16, fails=1)


def test_a_substitute_is_named_by_address(filled, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE + "Ana,ana@mg.example,SEDE,,,\nBia,bia@mg.example,SEF,,,\n")
    filled("people", "import", file)
    days = ("--from", "2026-07-01", "--to", "2026-07-15", "--reason", "férias")
    who = ("ana@mg.example", "bia@mg.example")
    assert "answers for" in filled("people", "substitute", *who, *days, "--agency", "SEDE")
    said = filled("people", "substitute", *who, *days, "--agency", "NOWHERE", fails=1)
    assert "no agency has the code 'NOWHERE'" in said


def test_an_administrator_who_lost_the_second_factor_is_freed_of_it_on_the_server(tramita, office):
    with office.uow().writing() as connection:
        keeper = add_officer(
            connection,
            email="rui@mg.example",
            name="Rui",
            password_hash=None,
            administrator=True,
            created_at=office.now,
        )
        begun = begin_session(connection, office.uow(), keeper, entrance=Entrance("::1"))
    reset = ("people", "reset-factor", "rui@mg.example", "--reason", "Lost.")
    assert "no such factor" in tramita(*reset, "--yes", fails=1)
    factors.add(office.uow(), keeper, kind=TOTP, name="Fone", secret="sealed", counter=0)

    tramita("people", "sign-out", fails=2)
    assert "1 sessions ended" in tramita("people", "sign-out", "rui@mg.example")
    assert "0 sessions ended" in tramita("people", "sign-out", "--everybody")
    with office.uow().writing() as connection:
        begun = begin_session(connection, office.uow(), keeper, entrance=Entrance("::1"))
    assert "1 would be taken away" in tramita(*reset)
    assert len(factors.proofs_of(office.uow(), keeper).factors) == 1
    assert "1 taken away" in tramita(*reset, "--yes")

    assert factors.proofs_of(office.uow(), keeper) == factors.Proofs([], 0)
    assert principal(office.uow(), begun.token) is None
    with office.uow().reading() as connection:
        noted = connection.execute(select(StaffEvent.kind, StaffEvent.by, StaffEvent.facts)).all()
        told = [job["kind"] for job in connection.execute(select(JobRow.payload)).scalars()]
    assert ("factor_reset", None, {"reason": "Lost.", "name": ""}) in noted
    assert told == ["factor_added", "factor_reset"]


def test_what_is_erased_soon_is_listed_and_held_on_the_server(tramita, office):
    deploy(office.uow(), [ERRAND.replace("owner: SCC", RETAINED).replace("errand\n", "kept\n", 1)])
    number = office.open("kept")
    said = acting_for(office.uow(), office.opener, "SEDE")
    cases.comment(said, number, "Falei com Zulmira.", readers=Readers.AGENCIES, key="said")
    office.complete(number)
    assert tramita.json("case", "kept") == {"cases": [], "more": 0}
    assert "must say why" in tramita("case", "hold", number, fails=1)
    assert f"{number} is held" in tramita("case", "hold", number, "--reason", "Ação judicial.")
    (soon,) = tramita.json("case", "kept", "--days", "800")["cases"]
    assert (soon["number"], soon["held"], soon["source"]) == (number, "Ação judicial.", "Tabela 1")
    assert "no longer held" in tramita("case", "hold", number, "--lift")
    assert "is not held" in tramita("case", "hold", number, "--lift")


def test_types_are_deployed_once(filled):
    file = shipped("opinion_request.yaml")
    assert filled.json("definitions", "deploy", file) == [
        {"key": "opinion_request", "version": 2, "new": True}
    ]
    assert filled.json("definitions", "deploy", file)[0]["new"] is False
    assert filled.json("definitions", "list")[0]["cases"] == 0


def test_a_sound_type_passes_with_its_scenarios(tramita):
    (told,) = tramita.json("definitions", "check", shipped("opinion_request.yaml"), "--scenarios")
    assert told["passed"]
    assert told["scenarios"] >= 5


def test_a_faulty_type_is_told_as_a_story(tramita):
    file = shipped().parent / "tests" / "definitions" / "broken" / "any_of_none.yaml"
    said = tramita("definitions", "check", file, fails=1)
    assert "any_of_none.yaml:" in said
    assert "    1. " in said


def test_a_scenario_that_does_not_hold_is_told_with_its_line(tramita, tmp_path):
    file = tmp_path / "opinion_request.yaml"
    file.write_text(shipped("opinion_request.yaml").read_text("utf-8"), "utf-8")
    folder = tmp_path / "scenarios" / "opinion_request"
    folder.mkdir(parents=True)
    story = shipped("scenarios", "opinion_request", "straight_way.yaml").read_text("utf-8")
    (folder / "wrong.yaml").write_text(story.replace("state: advice", "state: nowhere", 1), "utf-8")
    said = tramita("definitions", "check", file, "--scenarios", fails=1)
    assert "wrong.yaml:" in said
    assert "expected state nowhere, found advice" in said


def test_maps_are_drawn_and_told(tramita, tmp_path):
    file = shipped("opinion_request.yaml")
    tramita("definitions", "draw", file, "--to", tmp_path)
    assert (tmp_path / "opinion_request.svg").read_text("utf-8").startswith("<svg")
    assert "(advice)" in tramita("definitions", "draw", file, "--text", "--language", "en")


def test_a_case_that_does_not_exist_is_not_shown(tramita):
    assert "No case" in tramita("case", "show", "2026-000001-00", fails=1)
    assert tramita.json("case", "verify", "--all")["cases"] == 0
    tramita("case", "verify", fails=2)


def test_the_doctor_says_what_to_mend(filled):
    findings = {f["what"]: f for f in filled.json("doctor", fails=1)}
    assert findings["There are no request types"]["mend"].startswith("run: tramita definitions")
    filled("definitions", "deploy", shipped("opinion_request.yaml"))
    assert (
        wrong_in(filled.json("doctor", fails=int(look_at_parts(datetime.now(UTC).date()).wrong)))
        == []
    )


def wrong_in(findings):
    """Name what is wrong but for the age of the packages, which grows by itself."""
    aged = look_at_parts(date.max).what
    return [f["what"] for f in findings if f["state"] == "wrong" and f["what"] != aged]


def test_the_doctor_names_everything_that_is_not_set(tramita):
    wrong = {"TRAMITA_SECRET_KEY": "", "TRAMITA_BASE_URL": "nowhere", "TRAMITA_SMTP_USER": "me"}
    findings = tramita.json("doctor", fails=1, **wrong)
    said = " ".join(f["what"] for f in findings if f["state"] == "wrong")
    for name in ("BASE_URL", "SECRET_KEY", "SMTP_HOST"):
        assert f"TRAMITA_{name}" in said


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("TRAMITA_SECRET_KEY", "short", "too short"),
        ("TRAMITA_DATABASE_URL", "postgresql://127.0.0.1:1/nothing", "cannot be reached"),
        ("TRAMITA_SMTP_HOST", "127.0.0.1", "does not answer"),
        ("TRAMITA_CLAMD_ADDRESS", "127.0.0.1:1", "The clamd at 127.0.0.1:1 does not answer"),
    ],
)
def test_the_doctor_finds_what_is_broken(filled, setting, value, told):
    more = {"TRAMITA_SMTP_PORT": "1", "TRAMITA_MAIL_FROM": "t@mg.example", setting: value}
    findings = filled.json("doctor", fails=1, **more)
    assert any(told in f["what"] and f["state"] == "wrong" and f["mend"] for f in findings)


def test_the_doctor_names_a_case_that_stands_still(filled, sqlite_url):
    engine = make_engine(sqlite_url)
    office = Office(Installation(engine, world().zone), datetime.now(UTC))
    number = office.open()
    with writing(engine) as connection:
        connection.execute(update(TaskRow).values(status="cancelled", ended_at=office.now))
    engine.dispose()

    assert wrong_in(filled.json("doctor", fails=1)) == [f"Case {number} stands still: no task"]
    (told,) = filled.json("stuck", fails=1)
    assert (told["number"], told["kind"], told["mend"]) == (number, "no_task", "restart")
    assert "restart" in filled("stuck", fails=1)


def test_a_backup_is_made_and_restored(filled, anew, tmp_path):
    file = tmp_path / "backup.tar"
    assert filled.json("backup", file)["cases"] == 0
    assert "never overwrites" in filled("backup", file, fails=1)
    assert "no folder" in filled("backup", tmp_path / "away" / "backup.tar", fails=1)
    assert "has tables" in filled("restore", file, fails=1)
    assert "every seal is the same" in anew("restore", file)
    assert len(anew.json("calendar", "list")) == 3


def test_the_clock_does_all_that_is_due_and_tells_what_it_did(filled):
    done = filled.json("clock", "--once")
    assert done["swept"]["failed"] == 0
    assert done["purged"] == 0
    assert "0 cases were due" in filled("clock", "--once")
    said = {f["what"]: f for f in filled.json("doctor", fails=1)}
    assert any(what.startswith("The clock does its rounds; last sweep") for what in said)
    assert any(what.startswith("Nothing is due that has not been done") for what in said)


def test_what_the_clock_gave_up_is_told_and_tried_once_more(filled, sqlite_url):
    engine = make_engine(sqlite_url)
    with writing(engine) as connection:
        jobs.enqueue(connection, "tell", key="k", payload={})
        (job,) = jobs.claim(connection, "a clock")
        jobs.fail(connection, job, error="the disk was full", final=True)
        jobs.enqueue(connection, "tell", key="another", payload={})
        (again,) = jobs.claim(connection, "a clock")
        jobs.fail(connection, again, error="the disk was full")
    engine.dispose()
    said = f"Job {job.id} (tell) was given up after 1 tries: the disk was full"
    findings = {f["what"]: f for f in filled.json("doctor", fails=1)}
    assert findings[said]["mend"].endswith(f"tramita clock --retry {job.id}")
    assert "1 jobs other than notices by mail were tried in vain so far" in findings

    filled("clock", "--retry", job.id)
    assert said not in {f["what"] for f in filled.json("doctor", fails=1)}
    assert "was not given up" in filled("clock", "--retry", job.id, fails=1)
