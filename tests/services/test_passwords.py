"""Which passwords are taken."""

from __future__ import annotations

import hashlib

import pytest

from workflow.services.passwords import (
    Known,
    WeakPassword,
    check_strength,
    hash_password,
    matches,
)


@pytest.mark.parametrize(
    "password",
    [
        "senhasenha123",
        "MinasGerais2026!",
        "Mudar.Senha.2026",
        "123456789012",
        "abcdefghijklmno",
        "aaaaaaaaaaaaaa",
        "1q2w3e4r5t6y",
        "Belo Horizonte 2026",
        "anamaria@2026",
        "Princesinha!!",
        "x" * 1001,
    ],
)
def test_what_anybody_would_guess_is_refused(password):
    with pytest.raises(WeakPassword):
        check_strength(password, personal=("Ana Maria Souza", "anamaria@mg.example"))


@pytest.mark.parametrize(
    "password", ["sete capivaras no lago", "Bx7!kq0#mZ2p", "pão de queijo às 15h"]
)
def test_a_sentence_or_a_random_word_is_accepted(password):
    check_strength(password, personal=("Ana Maria Souza", "anamaria@mg.example"))


def test_what_the_installation_is_called_makes_no_password():
    known = Known(("Tramita", "Governo do Exemplo"))
    check_strength("exemplo-2026!")
    with pytest.raises(WeakPassword):
        check_strength("exemplo-2026!", known=known)


def test_a_password_that_was_stolen_elsewhere_is_refused_wherever_it_stands_in_the_list(tmp_path):
    stolen = [f"sete capivaras no lago {n}" for n in range(40)]
    hashes = [hashlib.sha1(one.encode()).hexdigest().upper() for one in stolen]
    file = tmp_path / "stolen.txt"
    file.write_text("".join(f"{one}:{n}\r\n" for n, one in enumerate(sorted(hashes))))
    for one in stolen:
        with pytest.raises(WeakPassword):
            check_strength(one, known=Known(leaked=file))
    check_strength("sete capivaras no lago", known=Known(leaked=file))
    file.write_text("")
    check_strength(stolen[0], known=Known(leaked=file))
    file.unlink()
    check_strength(stolen[0], known=Known(leaked=file))


def test_a_long_password_counts_to_its_last_letter_as_it_was_typed():
    long = "Sete capivaras no lago, uma delas dorme. " * 3
    check_strength(long)
    kept = hash_password(long)
    assert matches(kept, long)
    for other in (long[:-1], f"{long} ", long.lower(), long[:72]):
        assert not matches(kept, other)
