"""Work is done once in effect, by whoever holds it, and put off when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from workflow.storage import jobs
from workflow.storage.engine import writing
from workflow.storage.queries.health import backlog, count_failed, failed_jobs
from workflow.storage.work import JobRow


def put(engine, key, **more):
    with writing(engine) as connection:
        return jobs.enqueue(connection, "tell", key=key, payload={"n": 1}, **more)


def take(engine, owner="a", **more):
    with writing(engine) as connection:
        return jobs.claim(connection, owner, **more)


def row(engine):
    with writing(engine) as connection:
        return connection.execute(select(JobRow.__table__)).one()


def age(engine, **values):
    with writing(engine) as connection:
        connection.execute(update(JobRow).values(values))


def test_a_job_is_written_once_and_claimed_by_one(engine):
    assert put(engine, "k")
    assert not put(engine, "k")

    (job,) = take(engine)
    assert (job.key, job.kind, job.payload, job.attempt) == ("k", "tell", {"n": 1}, 1)
    assert take(engine, "b") == []


def test_a_done_job_never_comes_back(engine):
    put(engine, "k")
    (job,) = take(engine)
    with writing(engine) as connection:
        assert backlog(connection).jobs == 1
        assert jobs.complete(connection, job)
        assert backlog(connection).jobs == 0
        assert not jobs.complete(connection, job)
    assert take(engine) == []
    assert not put(engine, "k")
    with writing(engine) as connection:
        assert jobs.forget_ended(connection, older_than=timedelta(days=1), limit=5) == 0
        assert jobs.forget_ended(connection, older_than=timedelta(seconds=-5), limit=5) == 1


def test_whoever_lost_the_lease_ends_nothing(engine):
    put(engine, "k")
    (slow,) = take(engine, "slow", lease=timedelta(seconds=-1))
    (quick,) = take(engine, "quick")
    assert quick.attempt == 2

    with writing(engine) as connection:
        assert not jobs.extend(connection, slow)
        assert not jobs.complete(connection, slow)
        assert not jobs.fail(connection, slow, error="late")
        assert jobs.extend(connection, quick)
        assert jobs.complete(connection, quick)


def test_the_future_waits(engine):
    put(engine, "later", run_at=datetime.now(UTC) + timedelta(hours=1))
    put(engine, "now")
    put(engine, "before", run_at=datetime.now(UTC) - timedelta(hours=1))
    assert [job.key for job in take(engine, limit=1)] == ["before"]
    assert [job.key for job in take(engine)] == ["now"]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 20), (5, 160), (40, 3600)])
def test_a_failure_is_put_off_longer_each_time(engine, attempts, seconds):
    put(engine, "k")
    age(engine, attempt=attempts - 1)
    (job,) = take(engine)
    with writing(engine) as connection:
        assert jobs.fail(connection, job, error="the mail server is away")
    kept = row(engine)
    assert kept.failed_at is None
    assert kept.last_error == "the mail server is away"
    wait = kept.run_at - datetime.now(UTC)
    assert abs(wait.total_seconds() - seconds) < 5


def test_after_three_days_it_is_given_up(engine):
    put(engine, "k")
    age(engine, created_at=datetime.now(UTC) - timedelta(hours=73))
    (job,) = take(engine)
    with writing(engine) as connection:
        assert jobs.fail(connection, job, error="still away")
    assert row(engine).failed_at is not None
    age(engine, run_at=datetime.now(UTC) - timedelta(hours=1))
    assert take(engine) == []


def test_what_cannot_succeed_is_given_up_at_once(engine):
    put(engine, "k")
    (job,) = take(engine)
    with writing(engine) as connection:
        assert jobs.fail(connection, job, error="no such case", final=True)
    assert row(engine).failed_at is not None
    with writing(engine) as connection:
        (given_up,) = failed_jobs(connection)
    assert (given_up.kind, given_up.attempts, given_up.reason) == ("tell", 1, "no such case")


def test_what_was_given_up_is_tried_once_more_when_somebody_says_so(engine):
    put(engine, "k")
    (job,) = take(engine)
    with writing(engine) as connection:
        assert not jobs.try_again(connection, job.id)
        assert jobs.fail(connection, job, error="no such case", final=True)
        assert jobs.try_again(connection, job.id)
        assert count_failed(connection) == 0
    (again,) = take(engine)
    assert (again.key, again.attempt) == ("k", 2)


def test_what_waits_is_counted_by_how_long_and_how_often_it_was_tried(engine):
    with writing(engine) as connection:
        assert backlog(connection) == (0, timedelta(), 0, 0, None, 0)
    put(engine, "later", run_at=datetime.now(UTC) + timedelta(hours=1))
    put(engine, "late", run_at=datetime.now(UTC) - timedelta(hours=1))
    with writing(engine) as connection:
        jobs.enqueue(connection, "send_mail", key="m", payload={})
    _, mail = take(engine)
    with writing(engine) as connection:
        jobs.fail(connection, mail, error="later")
        seen = backlog(connection)
    assert (seen.jobs, seen.mails, seen.delayed_mails, seen.failing) == (3, 1, 1, 0)
    assert abs(seen.lag - timedelta(hours=1)) < timedelta(seconds=5)
    assert abs(seen.delayed_since - datetime.now(UTC)) < timedelta(seconds=5)


def test_what_was_given_up_long_ago_is_forgotten_little_by_little(engine):
    for key in "abc":
        put(engine, key)
    for job in take(engine):
        with writing(engine) as connection:
            jobs.fail(connection, job, error="no", final=True)
    with writing(engine) as connection:
        limits = {"older_than": timedelta(seconds=-5), "limit": 2}
        assert [jobs.forget_ended(connection, **limits) for _ in range(3)] == [2, 1, 0]
