"""Numbers that check themselves: ours, those of SEI, of persons and of companies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.core.numbers import (
    case_number,
    check_pair,
    is_cnpj,
    is_cpf,
    is_nup,
    is_sei_number,
    read_case_number,
)


def test_a_case_number_carries_two_check_digits():
    assert case_number(2026, 418) == "2026-000418-26"


@given(st.integers(2000, 2999), st.integers(1, 999_999))
def test_the_whole_number_leaves_one_when_divided_by_97(year, n):
    assert int(case_number(year, n).replace("-", "")) % 97 == 1


@given(st.integers(1, 999_999), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(n, place, digit):
    digits = case_number(2026, n).replace("-", "")
    wrong = digits[:place] + str(digit) + digits[place + 1 :]
    read = read_case_number(f"{wrong[:4]}-{wrong[4:10]}-{wrong[10:]}")

    assert read is not None
    assert read.checks is (wrong == digits)


@pytest.mark.parametrize("typed", ["2026-000418-26", "202600041826", " 2026 000418 26 "])
def test_a_number_is_read_with_or_without_its_dashes(typed):
    assert read_case_number(typed).number == "2026-000418-26"


@pytest.mark.parametrize("typed", ["", "2026", "2026-418-26", "número"])
def test_what_cannot_be_a_number_is_none(typed):
    assert read_case_number(typed) is None


@pytest.mark.parametrize("number", ["1500.01.0509677/2024-51", "1370.01.0051684/2020-53"])
def test_real_numbers_of_sei_check(number):
    assert is_sei_number(number)
    assert not is_sei_number(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_real_federal_number_checks():
    assert is_nup("23037.001462/2021-65")
    assert not is_nup("23037.001462/2021-56")


def test_persons_and_companies_check():
    assert is_cpf("529.982.247-25")
    assert not is_cpf("529.982.247-52")
    assert not is_cpf("111.111.111-11")
    assert is_cnpj("11.222.333/0001-81")
    assert not is_cnpj("11.222.333/0001-18")
    assert is_cnpj("12.ABC.345/01DE-35")


def test_the_pair_of_a_number_is_its_remainder():
    assert check_pair("15000105096772024") == "51"
