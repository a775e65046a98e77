"""Lets `python -m web.commands` be `tramita`, wherever scripts were put."""

from __future__ import annotations

from web.commands import main

main(prog_name="tramita")
