"""Days that a program proposes for a year, and plain lists of closed days."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.catalogue.calendar_draft import NoDraft, draft_days, draft_table
from workflow.catalogue.calendars import read_days
from workflow.catalogue.closed_days import read_closed_days
from workflow.catalogue.problems import Refused
from workflow.core.deadlines.calendar import DayKind
from workflow.core.deadlines.rules import HOUSE


@pytest.fixture
def kept(tmp_path):
    def keep(text, name="days.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return keep


def test_a_state_is_proposed_what_its_own_list_usually_adds():
    days = {day.day: day for day in draft_days(2027, state="MG")}

    assert days[date(2027, 2, 9)].name == "Ponto facultativo: Carnaval"
    assert {day.layer for day in days.values()} == {"MG-EXEC"}
    assert date(2027, 4, 21) not in days  # a national holiday, which the nation's layer has
    assert {day.kind for day in draft_days(2027, state="SP")} >= {DayKind.STATE_HOLIDAY}


def test_the_nation_is_proposed_its_holidays():
    days = [day for day in draft_days(2036) if day.kind is DayKind.NATIONAL_HOLIDAY]

    assert len(days) == 10
    assert date(2036, 4, 11) in {day.day for day in days}  # Good Friday


def test_no_proposed_day_is_confirmed_or_cites_a_source():
    assert not any(day.confirmed or day.source for day in draft_days(2027, state="MG"))


def test_a_draft_is_refused_until_every_day_cites_its_act(kept):
    draft = draft_table(draft_days(2027, state="MG"))
    with pytest.raises(Refused) as refused:
        read_days(kept(draft))
    assert "this day is a draft" in str(refused.value)
    assert "'source' is empty" in str(refused.value)
    with pytest.raises(Refused, match="'source' is empty"):
        read_days(kept(draft.replace(",draft,", ",sourced,")))
    with pytest.raises(Refused, match="this day is a draft"):
        read_days(kept(draft.replace(",,draft,", ",Comunicado de 2027,draft,")))

    decided = read_days(kept(draft.replace(",,draft,", ",Comunicado de 2027,sourced,")))

    assert len(decided) == len(draft_days(2027, state="MG"))


@pytest.mark.parametrize(("year", "state"), [(1889, None), (2027, "XX"), (2027, "mg")])
def test_what_cannot_be_proposed_says_what_may_be_written(year, state):
    with pytest.raises(NoDraft, match="write"):
        draft_days(year, state=state)


def test_a_plain_list_closes_its_days_under_any_rule(kept):
    text = "\ufeff# closed\n\n2026-02-16  Carnaval # decree\n2026-02-17\n2026-02-18 half to noon\n"

    calendar = read_closed_days(kept(text))

    assert [calendar.is_open(date(2026, 2, day), HOUSE) for day in (16, 17, 18)] == [0, 0, 1]
    assert calendar.closing(date(2026, 2, 16), HOUSE).name == "Carnaval"
    assert calendar.closes_early(date(2026, 2, 18), HOUSE).name == "to noon"
    assert not calendar.is_provisional(2026)
    assert read_closed_days(kept("")).is_open(date(2026, 2, 16), HOUSE)


def test_a_table_of_layers_is_a_calendar_too(kept):
    table = "layer,date,kind,name,source,confidence,closes\n"
    table += "OP,2026-12-08,municipal_holiday,Padroeira,Lei 1,,\n"

    assert not read_closed_days(kept(table, "op.csv")).is_open(date(2026, 12, 8), HOUSE)


def test_every_line_that_is_no_day_is_told(kept):
    with pytest.raises(Refused) as refused:
        read_closed_days(kept("2026-02-30\n2026-02-16\n16/02/2026\n"))

    assert [problem.line for problem in refused.value.problems] == [1, 3]
    assert "write one day a line" in str(refused.value)
