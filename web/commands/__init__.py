"""The command line of an installation: `tramita`."""

from __future__ import annotations

from web.commands.calendars import calendar, rules
from web.commands.case_imports import cases_group
from web.commands.cases import case
from web.commands.clocking import clock
from web.commands.database import db
from web.commands.deadlines import deadline
from web.commands.definitions import definitions
from web.commands.demo import demo
from web.commands.imports import network, people
from web.commands.log import log
from web.commands.program import Program, program
from web.commands.registers import registers
from web.commands.search import search
from web.commands.services import services
from web.commands.serving import serve
from web.commands.setting_list import setting_list
from web.commands.setting_up import backup, doctor, init, restore
from web.commands.stuck import stuck
from web.commands.verifying import verify

main: Program = program

for command in (
    *(demo, init, setting_list, doctor, serve, clock, db, backup, restore),
    *(
        network,
        calendar,
        rules,
        people,
        definitions,
        registers,
        services,
        case,
        cases_group,
        deadline,
        search,
        stuck,
    ),
    *(verify, log),
):
    main.add_command(command)
