"""Manuals of commands that are longer than their code; every example in them is run by a test."""

from __future__ import annotations

COUNTING = r"""
Count a term to its last day.

\b
  $ tramita deadline count --from 2026-02-09 --term "10 working days" \
      --rule lei_14133 --calendar BH
"""
