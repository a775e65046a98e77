"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import auth, inbox, notices, pages, preferences

ALL: tuple[Blueprint, ...] = (auth.bp, inbox.bp, notices.bp, pages.bp, preferences.bp)
