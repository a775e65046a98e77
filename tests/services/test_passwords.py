"""Which passwords are taken."""

from __future__ import annotations

import pytest

from workflow.services.passwords import WeakPassword, check_strength


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
