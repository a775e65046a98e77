"""What every test may ask for: real servers and fresh databases."""

from __future__ import annotations

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.databases",
    "tests.servers.smtp",
    "tests.servers.chromium",
]
