"""Where the CPU of ours goes, as the results say it."""

from __future__ import annotations

from benchmarks.shares import shares

FIGURES = [
    {"name": "limit", "ratio": 1.0, "client_ms": 0.5, "server_ms": 1.5}
    | {"client_kernel_ms": 0.2, "server_kernel_ms": 0.6},
    {"name": "ours", "ratio": 3.0, "client_ms": 4.0, "server_ms": 3.0}
    | {"client_kernel_ms": 1.0, "server_kernel_ms": 0.5},
    {"name": "spiff", "failure": "did not start"},
]
RUN = {
    "figures": FIGURES,
    "shares": {
        "workflow/core/history.py": 0.5,
        "workflow/storage/rows.py": 0.25,
        "SQLAlchemy": 0.245,
        "workflow/core/joins.py": 0.005,
    },
}


def test_program_and_kernel_are_told_apart():
    told = shares({"PostgreSQL": RUN})
    assert (
        "| PostgreSQL: one SQL statement for each act, by hand | 0.30 | 0.20 | 0.90 | 0.60 |"
        in told
    )
    assert "| PostgreSQL: Tramita, everything on | 3.00 | 1.00 | 2.50 | 0.50 |" in told
    assert "plain SQL" not in told  # it did not take part


def test_files_stand_under_their_folder_which_sums_all_of_them():
    other = {"figures": FIGURES, "shares": {"SQLAlchemy": 1.0}}
    lines = shares({"PostgreSQL": RUN, "SQLite": other}).splitlines()
    begun = lines.index("| **workflow/core** | **2.02** | **0.00** |")
    assert lines[begun + 1] == "| history.py | 2.00 | 0.00 |"
    assert "| **SQLAlchemy** | **0.98** | **4.00** |" in lines
    assert not any("joins.py" in line for line in lines), "too little for a line"


def test_a_run_without_ours_says_nothing():
    assert shares({"PostgreSQL": RUN | {"figures": FIGURES[:1]}}) == ""
    assert shares({"PostgreSQL": {"figures": FIGURES}}) == ""


def test_an_older_run_that_does_not_tell_them_apart_is_shown_by_file_alone():
    older = [{k: v for k, v in one.items() if "kernel" not in k} for one in FIGURES]
    told = shares({"PostgreSQL": RUN | {"figures": older}})
    assert "| history.py | 2.00 |" in told
    assert "Tramita" not in told
