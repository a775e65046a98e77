"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import auth, case_list, drafts, inbox, new_case, notices, pages, preferences, tracking

ALL: tuple[Blueprint, ...] = (
    auth.bp,
    case_list.bp,
    drafts.bp,
    inbox.bp,
    new_case.bp,
    notices.bp,
    pages.bp,
    preferences.bp,
    tracking.bp,
)
