"""The facts that stop an act, each with a name; the web knows how to answer each of them."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is a fact the reader is told, not a fault
    """An act that the rules do not allow, with the particulars a page needs to explain it."""

    def __init__(self, *args: object, **particulars: object) -> None:
        super().__init__(*args)
        self.particulars = particulars


class MalformedTerm(Refusal):
    """A text is not a term such as `10 working days` or `30 days before`."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'{text}' is not a term; write a number and days, working days, months, years"
            " or hours, as in '10 working days' or '30 days before'",
            text=text,
        )
