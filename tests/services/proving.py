"""How people of tests come in: by password, app and key; and who reads the mail they get."""

from __future__ import annotations

from dataclasses import replace
from time import sleep, time

from pyotp import TOTP

from workflow.services import factors, passkeys, second_step
from workflow.services import sign_in as accounts
from workflow.services.clock import work_off
from workflow.services.couriers import Courier
from workflow.services.passkeys import Party
from workflow.services.passwords import hash_password
from workflow.services.sealing import Sealer
from workflow.services.sign_in import Entrance

PASSWORD = "sete capivaras no lago"
KEPT = hash_password(PASSWORD)
EMAIL = "ana@mg.example"
A_MOMENT = 5
"""Seconds in which a form is filled and sent."""
HERE = Entrance("10.0.0.1", "Firefox, Windows")
SEALER = Sealer("only for tests, and long enough for them")
PARTY = Party("localhost", "http://localhost", "Tramita")


def enter(uow, **at):
    return accounts.sign_in(uow, EMAIL, PASSWORD, entrance=replace(HERE, **at))


def with_app(uow, officer):
    """Give an officer an app; return its secret and the recovery codes."""
    secret = factors.new_secret()
    codes = factors.keep_app(uow, officer, secret, code(uow, secret), name="fone", sealer=SEALER)
    return secret, codes


def code(uow, secret):
    return TOTP(secret).at(uow.now)


def code_now(secret):
    """Read the code off an app by the clock of the wall, not in the last moment of its life."""
    app = TOTP(secret)
    if (left := app.interval - time() % app.interval) < A_MOMENT:
        sleep(left)
    return app.now()


def show(uow, begun, typed, **at):
    entrance = replace(HERE, **at)
    return second_step.show_code(uow, begun.token, typed, sealer=SEALER, entrance=entrance)


def with_key(uow, officer, key):
    token = enter(uow).token
    made = key.make(passkeys.offer_passkey(uow, officer, EMAIL, party=PARTY, token=token))
    return passkeys.keep_passkey(uow, officer, made, name="azul", party=PARTY, token=token)


def sign(uow, begun, answer):
    return second_step.show_passkey(uow, begun.token, answer, party=PARTY, entrance=HERE)


class Mailbox(Courier):
    def __init__(self):
        self.letters = []

    def deliver(self, letter):
        self.letters.append(letter)


def mails(later, **after):
    box = Mailbox()
    work_off(lambda: later(**after), owner="clock", courier=box)
    return [letter for letter in box.letters if hasattr(letter, "token")]
