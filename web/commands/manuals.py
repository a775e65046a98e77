"""Manuals of commands that are longer than their code; every example in them is run by a test."""

from __future__ import annotations

COUNTING = """
Count a term to its last day, by the rule of a norm and on a calendar of closed days.

\b
  $ tramita deadline count --from 2026-02-09 --term "10 working days" \\
      --rule lei_14133 --calendar BH
  Thursday, 2026-02-26, until 23:59:59 (America/Sao_Paulo)

Without settings that name an installation, the rules and calendars are those that come with the
program: `tramita rules list` and `tramita calendar list` name them. Terms are written in English
or Portuguese, in days, working days, months, years or hours. --explain tells each day, with the
holiday or the act behind it and where that is written:

\b
  $ tramita deadline count --from 2026-03-27 --term "5 dias úteis" --rule lei_9784 \\
      --calendar BH --explain
  Tuesday, 2026-04-07, until 23:59:59 (America/Sao_Paulo)
  Rule lei_9784, version 2: Federal administrative procedure
    Lei 9.784/1999, art. 66
    Left open: The law is silent on starts on a closed day and on terms counted back, which
      end on the open day before here. A ponto facultativo is a day without office hours. A
      certified outage on the last day puts the term off, as in art. 138, §3 of Lei MG
      6.763/1975.
  Calendar BH: BR + MG-EXEC + BH + MG-EXEC-BH
    2026-03-27 Fri  Start of 5 working days: this day is not counted [Lei 9.784/1999, art. 66]
    2026-03-28 Sat  Not counted: Saturday
    2026-03-29 Sun  Not counted: Sunday
    2026-03-30 Mon  Day 1
    2026-03-31 Tue  Day 2
    2026-04-01 Wed  Day 3
    2026-04-02 Thu  Not counted: Ponto facultativo: Quinta-feira Santa (optional holiday)
                    [Comunicado anual de 2026, segundo o Estado de Minas de 02/12/2025]
    2026-04-03 Fri  Not counted: Sexta-feira Santa (Paixão) (national holiday) [Comunicados
                    anuais do Estado; Lei 9.093/1995, art. 2]
    2026-04-04 Sat  Not counted: Saturday
    2026-04-05 Sun  Not counted: Sunday
    2026-04-06 Mon  Day 4
    2026-04-07 Tue  Day 5
    2026-04-07 Tue  Last day of the term [Lei 9.784/1999, art. 66]
  Checked: the same day follows from these steps alone.

A year whose official list is not published makes its dates provisional:

\b
  $ tramita deadline count --from 2027-02-01 --term "8 days" --rule lei_9784 --calendar BH
  Tuesday, 2027-02-09, until 23:59:59 (America/Sao_Paulo)
  ! Provisional: no official list of 2027 on calendar BH yet; it may change

Counted back from an event; with days that a decree took out; with an extension, which the rule
must allow; after an outage of the system; and whether an act was on time:

\b
  $ tramita deadline count --event 2026-04-30 --term "12 days" --calendar BH
  Friday, 2026-04-17, until 23:59:59 (America/Sao_Paulo)
  $ tramita deadline count --from 2020-03-05 --term "15 days" --rule lei_14184 \\
      --calendar BH --pause "2020-03-20..2020-09-14 decree"
  Tuesday, 2020-09-15, until 23:59:59 (America/Sao_Paulo)
  $ tramita deadline count --from 2026-02-10 --rule lai --calendar BH --extend "10 days"
  Thursday, 2026-03-12, until 23:59:59 (America/Sao_Paulo)
  $ tramita deadline count --from 2026-02-26 --term "0 days" --rule lei_6763 \\
      --calendar BH --outage 2026-02-26T15:00..2026-02-27T10:00
  Monday, 2026-03-02, until 23:59:59 (America/Sao_Paulo)
  $ tramita deadline count --from 2026-02-26 --term "0 days" --calendar BH \\
      --filed-at 2026-02-26T23:30-04:00
  Thursday, 2026-02-26, until 23:59:59 (America/Sao_Paulo)
  The act came too late.

A pause without a second day has not ended. After its days may stand its ground (decree,
force_majeure, information, suspension, outside_party) and what it does (remaining,
remaining_from_open_day, to_first_open_day). What the sources leave open is a setting of the rule;
the file rules.yaml names all of them with their defaults, and --set tries another value:

\b
  $ tramita deadline count --from 2026-02-09 --term "10 working days" --rule lei_14133 \\
      --calendar BH --set pf_closes=false
  Monday, 2026-02-23, until 23:59:59 (America/Sao_Paulo)

A calendar may be a file: a plain list of closed days, one a line, as `2026-02-16 Carnaval`; after
the day `half` says that the office only closed early, and # begins a comment.

--jsonl answers many at once. Each line is a JSON object with the keys from, event, received, term,
rule, calendar, agency, pauses, extensions, outages, interrupted_on, early_close, closed, filed_at
and settings; what the options say holds for every line that does not say otherwise. The same
object comes back with due, due_at, raw, provisional and trace, and other keys as they were. A line
that cannot be answered comes back with error and its number; the others are answered all the same,
and the exit code is 1.

\b
  $ tramita deadline count --calendar BH --jsonl questions.jsonl > answers.jsonl
"""
