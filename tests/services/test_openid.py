"""What is said to providers of identity: how long it is believed, and whom nothing is said to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest

from tests.servers.identity import CLIENT, SECRET
from tests.servers.liar import liar, new_key, nothing
from workflow.catalogue.providers import Provider
from workflow.services.openid.bounded import MOST
from workflow.services.openid.judging import judge
from workflow.services.openid.refusals import ProofRefused, ProviderAway
from workflow.services.openid.talking import AT_ONCE, BUSY, KEPT, TURN, WELL_KNOWN, Attempt, Talk


@pytest.fixture(scope="module")
def lies():
    with liar() as running:
        yield running


def talking(lies, **how):
    """Return a talk with the provider that lies, before it does."""
    lies.lie, lies.algorithm, lies.metadata = nothing, "RS256", {}
    lies.drips, lies.padding = "", 0
    lies.counts.clear()
    trusted = {"client_id": CLIENT, "client_secret": SECRET}
    return Talk(Provider(key="lies", title="Lies", issuer=lies.issuer, **trusted), **how)


def test_keys_are_kept_and_new_ones_asked_for(lies):
    talk, now = talking(lies), datetime.now(UTC)

    def told_at(later):
        attempt = Attempt.of(f"token {later}", "http://localhost/entrar/com/lies/volta")
        answer = lies.answer(talk.address_for(attempt, later))
        given = talk.token_for(answer["code"], attempt, later)
        return judge(talk, given, nonce=attempt.nonce, now=later, since=None)

    assert [told_at(now).subject, told_at(now).subject] == ["helena", "helena"]
    assert (lies.counts["/keys"], lies.counts["/.well-known/openid-configuration"]) == (1, 1)
    lies.keys.append(new_key("second"))
    with pytest.raises(ProofRefused):
        told_at(now)
    assert told_at(now + timedelta(minutes=1)).subject == "helena"
    del lies.keys[0]
    lies.algorithm = "HS256"
    with pytest.raises(ProofRefused) as refused:
        told_at(now + timedelta(minutes=1))
    assert refused.value.why == "algorithm"


OTHERWISE = (
    {"issuer": "https://sso.example.org"},
    {"token_endpoint": "http://sso.example.org/token"},
    {"jwks_uri": None},
    {"code_challenge_methods_supported": ["plain"]},
)


def test_a_provider_that_describes_itself_otherwise_is_not_spoken_to(lies):
    for said in OTHERWISE:
        talk = talking(lies)
        lies.metadata = said
        with pytest.raises(ProviderAway):
            talk.metadata(datetime.now(UTC))


@pytest.mark.parametrize("part", ["header", "body"])
def test_a_provider_that_never_ends_its_answer_is_not_waited_for(lies, part):
    talk, now = talking(lies, patience=0.3), datetime.now(UTC)
    attempt = Attempt.of("token", "http://localhost/entrar/com/lies/volta")
    answer = lies.answer(talk.address_for(attempt, now))
    lies.drips, began = part, monotonic()
    for ask in (
        lambda: talk.keys(now),
        lambda: talk.token_for(answer["code"], attempt, now),
    ):
        with pytest.raises(ProviderAway) as away:
            ask()
        assert away.value.why == "away: AnswerTooSlow"
    assert monotonic() - began < 3


def test_of_a_provider_that_says_too_much_nothing_is_kept(lies):
    talk = talking(lies)
    lies.padding = MOST
    with pytest.raises(ProviderAway) as away:
        talk.metadata(datetime.now(UTC))
    assert away.value.why == "away: AnswerTooLong"


def test_whoever_waits_for_a_provider_keeps_no_others_waiting(lies):
    talk, now = talking(lies, patience=TURN + 0.5), datetime.now(UTC)
    lies.metadata = {"userinfo_endpoint": f"{lies.issuer}/about"}
    known = talk.metadata(now)
    lies.drips, later = "body", now + KEPT
    with ThreadPoolExecutor(AT_ONCE) as others:
        slow = others.submit(talk.metadata, later)
        while lies.counts[WELL_KNOWN] < 2:
            sleep(0.01)
        began = monotonic()
        assert talk.metadata(later) == known
        assert monotonic() - began < TURN
        told = [others.submit(talk.about, "any", later) for _ in range(1, AT_ONCE)]
        while lies.counts.get("/about", 0) < AT_ONCE - 1:
            sleep(0.01)
        with pytest.raises(ProviderAway) as away:
            talk.about("any", later)
        assert (away.value.why, slow.result()) == (BUSY, known)
        assert {one.exception().why for one in told} == {"away: AnswerTooSlow"}
