"""Many at once: nobody's act is lost, none happens twice, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text

from tests.storage.cases import change, entering, load, opening, opening_task
from workflow.storage import jobs
from workflow.storage.apply import write
from workflow.storage.audit import miscounted, mistallied
from workflow.storage.beginning import take_number
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.engine import acting, observing, reading, writing
from workflow.storage.projections import QUEUE_MOVE, QueueCount
from workflow.storage.queries.counted import COUNTS, count_in
from workflow.storage.queries.events import events_of

THREADS = 8


def at_once(work):
    start = threading.Barrier(THREADS)

    def begin(turn):
        start.wait()
        return work(turn)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def opened(engine, n):
    number = f"2026-{n:06}-00"
    decided = change(None, opening(), entering(), number=number)
    with acting(engine) as connection:
        assert write(connection, decided, case_id=None, key=f"open {n}")


def test_acts_on_the_same_cases_all_count_once(engine):
    for n in (1, 2):
        opened(engine, n)

    def act(turn):
        lost = 0
        for step in range(4):
            number = f"2026-{(turn + step) % 2 + 1:06}-00"
            key = f"{turn}.{step}"
            while True:
                with acting(engine) as connection:
                    found = load(connection, number, key)
                    assert not found.already_done
                    task = opening_task(found.snapshot.tasks_opened + 1, day=2 + turn)
                    decided = change(found.snapshot, task, number=number)
                    if write(connection, decided, case_id=found.case_id, key=key):
                        break
                    lost += 1
        return lost

    lost = at_once(act)

    assert len(lost) == THREADS
    with reading(engine) as connection:
        for n in (1, 2):
            found = load(connection, f"2026-{n:06}-00")
            told = events_of(connection, found.case_id)
            assert [e.seq for e in told] == list(range(1, found.snapshot.seq + 1))
            assert [t.no for t in found.snapshot.tasks] == list(range(1, 17))
        assert connection.execute(select(func.sum(COUNTS.c.n))).scalar_one() == 32
        assert connection.execute(select(func.count()).select_from(TaskRow)).scalar_one() == 32


def test_counts_stay_right_while_several_count_in_what_others_move(engine):
    def work(turn):
        if turn % 2:
            opened(engine, turn)
            for step in range(6):
                number = f"2026-{turn:06}-00"
                with acting(engine) as connection:
                    found = load(connection, number)
                    task = opening_task(found.snapshot.tasks_opened + 1, day=2 + step % 3)
                    decided = change(found.snapshot, task, number=number)
                    key = f"{turn}.{step}"
                    assert write(connection, decided, case_id=found.case_id, key=key)
            return 0
        gone = 0
        for _ in range(6):
            with writing(engine) as connection:
                gone += count_in(connection)
            with observing(engine) as connection:
                assert (miscounted(connection), mistallied(connection)) == ([], [])
        return gone

    gone = sum(at_once(work))

    with writing(engine) as connection:
        gone += count_in(connection)
        assert (miscounted(connection), mistallied(connection)) == ([], [])
        assert connection.execute(select(func.count()).select_from(QUEUE_MOVE)).scalar_one() == 0
        assert connection.execute(select(func.sum(QueueCount.n))).scalar_one() == gone == 24


def test_the_same_key_pressed_eight_times_acts_once(engine):
    def press(turn):
        with acting(engine) as connection:
            number = f"2026-{turn + 1:06}-00"
            decided = change(None, opening(), entering(), number=number)
            return write(connection, decided, case_id=None, key="same")

    assert sorted(at_once(press)) == [False] * (THREADS - 1) + [True]
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(Case)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(EventRow)).scalar_one() == 2


def test_no_number_is_given_twice(engine):
    def take(_turn):
        numbers = []
        for _ in range(5):
            with acting(engine) as connection:
                numbers.append(take_number(connection, 2026))
        return numbers

    taken = at_once(take)
    assert sorted(n for numbers in taken for n in numbers) == list(range(1, 5 * THREADS + 1))
    assert all(numbers == sorted(numbers) for numbers in taken)


def test_every_job_is_held_by_one(engine):
    with writing(engine) as connection:
        for n in range(40):
            jobs.enqueue(connection, "tell", key=str(n), payload={})

    def work(turn):
        done = []
        while True:
            with writing(engine) as connection:
                held = jobs.claim(connection, str(turn), limit=3)
            if not held:
                return done
            for job in held:
                with writing(engine) as connection:
                    assert jobs.complete(connection, job)
                done.append(job.key)

    done = [key for keys in at_once(work) for key in keys]
    assert sorted(done, key=int) == [str(n) for n in range(40)]


def test_a_reader_waits_for_no_writer(sqlite_url, make):
    engine = make(sqlite_url)
    with writing(engine) as writer, reading(engine) as reader:
        writer.execute(text("INSERT INTO case_number VALUES (2026, 1)"))
        assert reader.execute(text("SELECT count(*) FROM case_number")).scalar_one() == 0


def test_a_failed_writer_lets_the_next_one_in(sqlite_url, make):
    engine = make(sqlite_url)
    for _ in range(3):
        try:
            with writing(engine) as connection:
                connection.execute(text("INSERT INTO case_number VALUES (2026, 1)"))
                raise KeyError
        except KeyError:
            pass
    with writing(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM case_number")).scalar_one() == 0
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
