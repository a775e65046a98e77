"""Why somebody could not come in by the word of a provider of identity."""

from __future__ import annotations

from workflow.core.errors import Refusal


class ElsewhereRefused(Refusal):
    """The provider let nobody through, or what it said could not be used; `why` is for the log."""

    why = "refused"

    def __init__(self, title: str, why: str = "", **particulars: object) -> None:
        super().__init__(title=title, **particulars)
        self.why = why or type(self).why


class ProviderAway(ElsewhereRefused):
    """The provider does not answer, or not with what can be understood."""

    why = "away"


class GaveUp(ElsewhereRefused):
    """The person did not go on at the provider, or the provider would not."""

    why = "gave up"


class ProofRefused(ElsewhereRefused):
    """What came back is not what the provider said to us, in this attempt, about this person."""

    why = "proof"


class ClocksApart(ElsewhereRefused):
    """What the provider said holds at another time than now."""

    why = "clocks"


class LevelTooLow(ElsewhereRefused):
    """The provider does not know the person well enough for what they are here."""

    why = "level"


class IdentityUnknown(ElsewhereRefused):
    """Nobody here has that account of the provider."""

    why = "unknown"


class IdentityTaken(ElsewhereRefused):
    """That account of the provider is another officer's, or the officer has one already."""

    why = "taken"


class NotTheSame(ElsewhereRefused):
    """Somebody else proved who they are than who is signed in."""

    why = "another"


class ErrandOver(Refusal):
    """Nobody was sent to a provider by this browser, or too long ago, or has come back before."""

    why = "over"


class LastDoor(Refusal):
    """Without it the officer could not come in any more."""
