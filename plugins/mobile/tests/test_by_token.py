"""The inherited suite once more, with a token at the door: its own call is a prelude, and nothing is at stake in it."""

import dataclasses
from collections.abc import Hashable, Sequence
from typing import ClassVar

from hub_mobile.visits import TOKEN

from hub import hookspecs
from hub.plugin import Busy, Request
from hub.testing import Sample
from hub.testing.play import written
from hub.testing.suite import KEY, OTHER_KEY
from plugins.mobile.tests import test_plugin
from plugins.mobile.tests.said import SETTINGS, answer

GIVEN = answer(token="a-made-up-token")


class TestByToken(test_plugin.TestMobile):
    """Every promise of the contract, with a token."""

    settings = dataclasses.replace(SETTINGS, way="token")
    done: ClassVar = {verb: [GIVEN, *samples] for verb, samples in test_plugin.TestMobile.done.items()}
    refused: ClassVar = {verb: [GIVEN, *samples] for verb, samples in test_plugin.TestMobile.refused.items()}

    def prove_nothing(self, verb: str, samples: Sequence[Sample]) -> None:
        """Nonsense in place of a token: surely nothing was done. Behind it, as ever."""
        if len(samples) > 1:
            super().prove_nothing(verb, samples)
        else:
            assert isinstance(self.ending(verb, samples), Busy)

    def kind_of(self, request: Request) -> Hashable:
        """Taking a token belongs to changes and to questions alike, and changes nothing."""
        return object() if request.path == TOKEN else super().kind_of(request)

    def test_a_change_carries_our_serial(self) -> None:
        """Behind the token; the token's own call carries nothing of the ask."""
        for verb in sorted(hookspecs.QUESTIONS.keys() & self.done.keys()):
            for key, other in ((KEY, OTHER_KEY), (OTHER_KEY, KEY)):
                talk = self.conversation(verb, key=key)
                first = next(talk)
                assert first.path == TOKEN and first.prelude and key not in written(first)
                second = talk.send({"token": "a-made-up-token"})
                assert key in written(second) and other not in written(second) and not second.prelude
                talk.close()
