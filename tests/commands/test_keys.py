"""What is done on the server after the secret key was changed."""

from __future__ import annotations

from pyotp import TOTP

from workflow.services import factors
from workflow.services.sealing import Sealer
from workflow.storage.officers import add_officer

FORMER = "a secret of the tests, long enough for them"


def test_secrets_are_sealed_anew_and_marks_of_the_log_still_lead_back(tramita, office, tmp_path):
    uow, secret = office.uow(), factors.new_secret()
    with uow.writing() as connection:
        ana = add_officer(connection, email="ana@mg.example", name="Ana", created_at=office.now)
    code = TOTP(secret).at(office.now)
    factors.keep_app(uow, ana, secret, code, name="fone", sealer=Sealer(FORMER))
    mark = tramita.json("people", "mark", "ana@mg.example")["mark"]

    changed = {"TRAMITA_SECRET_KEY": "another key, and as long as the one before it"}
    assert "opened by no key" in tramita("people", "seal-anew", fails=1, **changed)
    tramita("people", "mark", mark, fails=1, **changed)

    file = tmp_path / "former"
    file.write_text(FORMER, "utf-8")
    knowing = {**changed, "TRAMITA_FORMER_SECRET_KEYS_FILE": str(file)}
    assert tramita.json("people", "mark", mark, **knowing)["email"] == "ana@mg.example"
    done = {"anew": 1, "as_before": 0, "unreadable": 0}
    assert tramita.json("people", "seal-anew", **knowing) == done
    assert "1 were by the key of today" in tramita("people", "seal-anew", **changed)
