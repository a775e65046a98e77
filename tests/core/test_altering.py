"""Values that differ from others in a few parts."""

from __future__ import annotations

import pytest

from workflow.core.altering import altered
from workflow.core.powers import Powers


def test_a_value_is_altered_in_the_parts_named_and_stays_itself():
    powers = Powers(officer=7, agency="AGE")
    other = altered(powers, agency="SEF")

    assert (other, powers) == (Powers(officer=7, agency="SEF"), Powers(officer=7, agency="AGE"))


def test_a_part_that_a_value_does_not_have_is_refused():
    with pytest.raises(TypeError, match="Powers has no colour"):
        altered(Powers(), colour="red")
