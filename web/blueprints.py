"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import (
    auth,
    certificates,
    identities,
    own_data,
    pages,
    preferences,
    receipt_check,
    second_step,
    tracking,
)
from web.account import factors
from web.account import identities as own_identities
from web.account import views as account
from web.administration import (
    adjusting,
    agencies,
    calendars,
    definitions,
    deliveries,
    erasing,
    health,
    imports,
    leaving,
    overview,
    people,
    reforms,
    stuck,
    substitutions,
    warnings,
)
from web.administration import plans as recount_plans
from web.cases import acts as case_acts
from web.cases import (
    comments,
    commitments,
    correction,
    documents,
    kindred,
    places,
    questions,
    readers,
    rests,
    task_acts,
    texts,
)
from web.cases import views as cases
from web.catalogue import views as catalogue
from web.due import feeds
from web.due import views as due
from web.help import views as help_pages
from web.inbox import (
    arrivals,
    asked,
    batch,
    case_list,
    following,
    inbox,
    labels,
    load,
    saved,
    sheet,
)
from web.notices import ladder, notices
from web.panels import register_views as register_panels
from web.panels import views as panels
from web.papers import receipts
from web.papers import views as papers
from web.practice import views as practice
from web.registers import entries, form
from web.registers import lists as registers
from web.registers import open as open_registers
from web.registers import receipts as entry_receipts
from web.requests import drafts, new_case
from web.search import views as search
from web.watch import views as watch

ALL: tuple[Blueprint, ...] = (
    account.bp,
    adjusting.bp,
    agencies.bp,
    arrivals.bp,
    asked.bp,
    auth.bp,
    batch.bp,
    calendars.bp,
    catalogue.bp,
    case_acts.bp,
    case_list.bp,
    cases.bp,
    certificates.bp,
    comments.bp,
    commitments.bp,
    correction.bp,
    definitions.bp,
    deliveries.bp,
    documents.bp,
    drafts.bp,
    due.bp,
    entries.bp,
    entry_receipts.bp,
    factors.bp,
    erasing.bp,
    feeds.bp,
    following.bp,
    form.bp,
    health.bp,
    identities.bp,
    imports.bp,
    help_pages.bp,
    inbox.bp,
    kindred.bp,
    labels.bp,
    ladder.bp,
    leaving.bp,
    load.bp,
    new_case.bp,
    notices.bp,
    overview.bp,
    open_registers.bp,
    own_data.bp,
    own_identities.bp,
    pages.bp,
    panels.bp,
    papers.bp,
    practice.bp,
    people.bp,
    places.bp,
    preferences.bp,
    questions.bp,
    readers.bp,
    recount_plans.bp,
    reforms.bp,
    registers.bp,
    register_panels.bp,
    receipt_check.bp,
    receipts.bp,
    rests.bp,
    saved.bp,
    search.bp,
    second_step.bp,
    stuck.bp,
    substitutions.bp,
    sheet.bp,
    task_acts.bp,
    texts.bp,
    tracking.bp,
    warnings.bp,
    watch.bp,
)
