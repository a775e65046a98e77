"""All blueprints, one line each."""

from __future__ import annotations

from flask import Blueprint

from web import auth, pages, preferences

ALL: tuple[Blueprint, ...] = (auth.bp, pages.bp, preferences.bp)
