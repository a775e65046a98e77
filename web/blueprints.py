"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import auth, inbox, pages, preferences

ALL: tuple[Blueprint, ...] = (auth.bp, inbox.bp, pages.bp, preferences.bp)
