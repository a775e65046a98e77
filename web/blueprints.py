"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import (
    auth,
    case_acts,
    case_list,
    cases,
    correction,
    documents,
    drafts,
    inbox,
    new_case,
    notices,
    pages,
    preferences,
    questions,
    task_acts,
    tracking,
)

ALL: tuple[Blueprint, ...] = (
    auth.bp,
    case_acts.bp,
    case_list.bp,
    cases.bp,
    correction.bp,
    documents.bp,
    drafts.bp,
    inbox.bp,
    new_case.bp,
    notices.bp,
    pages.bp,
    preferences.bp,
    questions.bp,
    task_acts.bp,
    tracking.bp,
)
