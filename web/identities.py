"""Coming in by the word of a provider of identity: the way there, back, and out of it."""

from __future__ import annotations

import hmac

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.auth import sign_in_page
from web.db import unit_of_work
from web.entrances import entrance, sealer
from web.errors import refusal_text, status_of
from web.kept import KeptForm, unsealed
from web.links import local_address
from web.providers import talk_with, their_now
from web.second_step import come_in
from web.sessions import (
    address,
    end_errand,
    errand_token,
    start_errand,
    visitor,
)
from web.settings import current_settings
from web.watch.requests import network, note, refused, sign_in_refused
from web.words.said import say
from workflow.core.errors import Refusal
from workflow.services import farewells, identities
from workflow.services.identities import ERRAND_LASTS, Purpose, Returned
from workflow.services.openid.judging import demand_issuer, prove
from workflow.services.openid.leaving import judge_farewell
from workflow.services.openid.refusals import (
    ElsewhereRefused,
    ErrandOver,
    GaveUp,
    NotTheSame,
    ProofRefused,
    ProviderAway,
)
from workflow.services.openid.talking import Attempt, Talk
from workflow.services.throttle import TooManyAttempts

bp = Blueprint("identities", __name__, url_prefix="/entrar/com")

LARGEST_KEPT = 400_000
"""Letters of a form that are kept while its writer is away: forms are seldom a tenth of it."""
BUSY = frozenset({"temporarily_unavailable", "server_error"})


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Let no browser keep pages that hold what belongs to one attempt."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<provider>")
def send(provider: str) -> ResponseReturnValue:
    """Send somebody to a provider to come in by its word."""
    return send_to(provider, Purpose.ENTER, way_on=local_address(request.form.get("next")))


def send_to(key: str, purpose: Purpose, *, way_on: str) -> ResponseReturnValue:
    """Send somebody to a provider, and note what they are to come back for.

    By a page, not by a redirect, so that our forms may go on to lead nowhere but to us.
    """
    talk, officer = talk_with(key), visitor()
    kept = request.form.get("kept", "")
    try:
        talk.metadata(their_now())  # nobody is sent to where nobody answers
        with unit_of_work() as uow:
            token = identities.send(
                uow,
                talk.provider,
                purpose,
                officer_id=officer.officer_id if officer and purpose != Purpose.ENTER else None,
                way_on=way_on,
                kept=kept if len(kept) <= LARGEST_KEPT else "",
                sealer=sealer(),
                address=address(),
            )
        attempt = _attempt(key, token)
        afresh = purpose == Purpose.CONFIRM
        there = talk.address_for(attempt, their_now(), afresh=afresh)
    except (ProviderAway, TooManyAttempts) as refusal:
        return _failed(refusal, purpose, way_on, unsealed(kept))
    page = render_template("sign_in/going.html", provider=talk.provider, there=there)
    response = make_response(page)
    response.headers["Refresh"] = f"0; url={there}"
    start_errand(response, token, attempt.state, seconds=int(ERRAND_LASTS.total_seconds()))
    return response


@bp.get("/<provider>/volta")
def back(provider: str) -> ResponseReturnValue:
    """Take back whoever was sent to a provider, with what it says of them."""
    state = request.args.get("state", "")
    response = make_response(_taken_back(talk_with(provider), state))
    end_errand(response, state)
    return response


@bp.get("/<provider>/sair")
def leave(provider: str) -> ResponseReturnValue:
    """Lead out of the provider itself, where it has such a way."""
    here = f"{current_settings().base_url}{url_for('auth.sign_in')}"
    try:
        there = talk_with(provider).way_out(their_now(), back=here)
    except ProviderAway as refusal:
        return _failed(refusal, Purpose.ENTER, "", None)
    return redirect(there or url_for("auth.sign_in"), 303)


@bp.post("/<provider>/saida")
def farewell(provider: str) -> ResponseReturnValue:
    """Hear from a provider itself that somebody left it, and end what began by its word.

    No browser sends this: no cookie is looked at, and who may say it is told by the signature.
    """
    talk = talk_with(provider)
    with unit_of_work() as uow:
        try:
            farewells.admit_farewell(uow, address())
            token = request.form.get("logout_token", "")
            said = judge_farewell(talk, token, now=their_now())
            ended = farewells.left(uow, said, title=talk.provider.title, sealer=sealer())
        except (ElsewhereRefused, TooManyAttempts) as refusal:
            return _unheard(refusal)
    note("left_elsewhere", sessions=ended, network=network())
    return "", 200


def _unheard(refusal: ElsewhereRefused | TooManyAttempts) -> ResponseReturnValue:
    """Tell a provider why nobody was signed out (Back-Channel Logout 1.0, 2.8)."""
    refused(f"provider: {getattr(refusal, 'why', 'too often')}")
    if isinstance(refusal, TooManyAttempts):
        later = {"Retry-After": str(refusal.retry_after_seconds)}
        return {"error": "temporarily_unavailable"}, 429, later
    if isinstance(refusal, ProviderAway):
        return {"error": "temporarily_unavailable"}, 503
    return {"error": "invalid_request"}, 400


def _taken_back(talk: Talk, state: str) -> ResponseReturnValue:
    token = errand_token(state)
    attempt = _attempt(talk.provider.key, token)
    try:
        if not token or not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise ErrandOver
        with unit_of_work() as uow:
            errand = identities.returned(uow, talk.provider, token, sealer=sealer())
    except ErrandOver as refusal:
        return _failed(refusal, Purpose.ENTER, "", None)
    kept = unsealed(errand.kept)
    try:
        return _received(talk, attempt, errand, kept)
    except (ElsewhereRefused, TooManyAttempts) as refusal:
        return _failed(refusal, errand.purpose, errand.way_on, kept)


def _received(
    talk: Talk, attempt: Attempt, errand: Returned, kept: KeptForm | None
) -> ResponseReturnValue:
    """Do what somebody was sent to a provider for; raise why it cannot be done."""
    provider, officer = talk.provider, visitor()
    code = _code(talk)
    if errand.officer_id is not None and (
        officer is None or officer.officer_id != errand.officer_id
    ):
        raise NotTheSame(provider.title)
    since = errand.begun_at if errand.purpose == Purpose.CONFIRM else None
    proven = prove(talk, code, attempt, now=their_now(), since=since)
    with unit_of_work() as uow:
        if errand.purpose == Purpose.LINK and errand.officer_id is not None:
            identities.link(uow, provider, proven, officer_id=errand.officer_id, sealer=sealer())
            say("identity_linked", title=provider.title)
            return redirect(local_address(errand.way_on), 303)
        if errand.purpose == Purpose.CONFIRM and errand.officer_id is not None:
            begun = identities.confirm(
                uow,
                provider,
                proven,
                officer_id=errand.officer_id,
                sealer=sealer(),
                entrance=entrance(),
            )
        else:
            begun = identities.enter(uow, provider, proven, sealer=sealer(), entrance=entrance())
    return come_in(begun, kept, way_on=local_address(errand.way_on))


def _code(talk: Talk) -> str:
    """Return the code of an answer; raise why the provider gave none, or was another."""
    title = talk.provider.title
    given = {name: request.args.getlist(name) for name in ("code", "iss", "error")}
    if any(len(values) > 1 for values in given.values()):
        raise ProofRefused(title, "doubled")
    demand_issuer(talk, request.args.get("iss"), their_now())
    if error := request.args.get("error"):
        if error in BUSY:
            raise ProviderAway(title, "busy")
        raise GaveUp(title, "" if error == "access_denied" else "error")
    code = request.args.get("code", "")
    if not code:
        raise ProofRefused(title, "no code")
    return code


def _failed(
    refusal: Refusal, purpose: Purpose, way_on: str, kept: KeptForm | None
) -> ResponseReturnValue:
    """Say why nobody came in, where they may try again or come in otherwise; nothing is lost."""
    why = getattr(refusal, "why", "too often")
    sign_in_refused(f"provider: {why}")
    text, status = refusal_text(refusal), status_of(refusal)
    headers = {}
    if isinstance(refusal, TooManyAttempts):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if purpose == Purpose.ENTER or visitor() is None:
        return sign_in_page(kept=kept, refused=text, way_on=way_on), status, headers
    page = render_template("account/elsewhere.html", text=text, way_on=local_address(way_on))
    return page, status, headers


def _attempt(key: str, token: str) -> Attempt:
    back_here = url_for("identities.back", provider=key)
    return Attempt.of(token, f"{current_settings().base_url}{back_here}")
