"""Calendars as files tell them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workflow.catalogue.calendars import read_calendars, read_days
from workflow.catalogue.problems import Refused
from workflow.core.deadlines.calendar import Closes, DayKind
from workflow.core.deadlines.rules import HOUSE

FOLDER = Path(__file__).parents[2] / "definitions" / "calendars"
HEADER = "layer,date,kind,name,source,confidence,closes\n"


@pytest.fixture(scope="module")
def calendars():
    return read_calendars(FOLDER)


@pytest.fixture
def written(tmp_path):
    def write(lines, name="days.csv", header=HEADER):
        path = tmp_path / name
        path.write_text(header + lines, encoding="utf-8")
        return path

    return write


def test_the_shipped_days_from_2020_to_2027_are_those_that_were_found(calendars):
    bh, state, nation = (calendars.of(key) for key in ("BH", "MG", "BR"))

    def closed(calendar):
        return sum(day.year <= 2027 for day in calendar.closed)

    # Some pontos facultativos fall on a municipal holiday of Belo Horizonte.
    assert (closed(nation), closed(state), closed(bh)) == (76, 138, 159)


def test_the_servants_day_moves_by_communique(calendars):
    bh = calendars.of("BH")

    assert bh.is_open(date(2026, 10, 28), HOUSE)
    assert not bh.is_open(date(2026, 10, 30), HOUSE)


def test_a_day_that_was_inferred_says_so(calendars):
    bh = calendars.of("BH")

    assert not bh.closed[date(2025, 5, 2)].confirmed
    assert bh.closed[date(2026, 4, 20)].confirmed


def test_years_without_a_communique_are_provisional(calendars):
    bh = calendars.of("BH")

    assert [year for year in range(2020, 2029) if bh.is_provisional(year)] == [2021, 2027, 2028]
    assert not calendars.of("BR").is_provisional(2027)


def test_national_holidays_are_known_for_years_to_come(calendars):
    nation = calendars.of("BR")

    assert date(2030, 4, 19) in nation.closed  # Good Friday
    assert nation.is_provisional(2036)


def test_every_day_names_its_source(calendars):
    assert all(
        day.source and day.name
        for key in calendars.keys
        for day in calendars.of(key).closed.values()
    )


def test_one_day_is_read_with_its_usual_closing(written):
    [day] = read_days(written("OP,2026-12-08,municipal_holiday,Padroeira,Lei 1,,\n"))

    assert (day.day, day.kind, day.closes) == (
        date(2026, 12, 8),
        DayKind.MUNICIPAL_HOLIDAY,
        Closes.FULL,
    )
    assert day.confirmed


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("OP,8/12/2026,municipal_holiday,P,L,,", "'8/12/2026' is not a date"),
        ("OP,,municipal_holiday,P,L,,", "'date' is empty"),
        (",2026-12-08,municipal_holiday,P,L,,", "'layer' is empty"),
        ("OP,2026-12-08,municipal_holliday,P,L,,", "did you mean 'municipal_holiday'?"),
        ("OP,2026-12-08,weekend,P,L,,", "weekends are known already"),
        ("OP,2026-12-08,municipal_holiday,P,L,,nothing", "a municipal_holiday closes nothing"),
        ("OP,2026-12-08,working_day,P,L,,full", "a working_day closes full"),
        ("OP,2026-12-08,municipal_holiday,P,L,sure,", "'sure' is no confidence"),
        ("OP,2026-12-08,municipal_holiday,P,L,,,more", "more cells than columns"),
        ("OP,2026-12-08,municipal_holiday,P,,,", "'source' is empty"),
    ],
)
def test_a_faulty_line_is_refused_with_its_number(written, line, complaint):
    good = "OP,2026-04-21,national_holiday,T,L,,\n"

    with pytest.raises(Refused, match=r"^days\.csv:3: ") as refused:
        read_days(written(f"{good}{line}\n"))
    assert complaint in str(refused.value)


def test_a_day_told_twice_in_a_layer_is_refused(written):
    line = "OP,2026-12-08,municipal_holiday,P,L,,\n"

    with pytest.raises(Refused, match=r"days\.csv:3: .*; see line 2"):
        read_days(written(line * 2))


def test_a_header_with_other_columns_is_refused(written):
    with pytest.raises(Refused) as refused:
        read_days(written("", header="layer,day,kind,name,source,confidence,closes\n"))
    assert "column 'date' is missing" in str(refused.value)
    assert "column 'day' is not known" in str(refused.value)


def test_what_is_no_csv_at_all_is_refused(written, tmp_path):
    with pytest.raises(Refused, match="this is not CSV"):
        read_days(written('OP,"2026-12-08\n'))
    with pytest.raises(Refused, match="no such file"):
        read_days(tmp_path / "nowhere.csv")


def test_an_index_that_names_no_layer_or_a_calendar_twice_is_refused(written, tmp_path):
    written("OP,2026-12-08,municipal_holiday,P,L,,\n")
    written("OP,Ouro Preto,OP PO\nOP,Again,OP\n", "index.csv", "key,title,layers\n")

    with pytest.raises(Refused) as refused:
        read_calendars(tmp_path)
    assert [problem.line for problem in refused.value.problems] == [2, 3]
