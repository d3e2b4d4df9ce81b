"""Refusals that leave something behind: a report (R13.5), or the count of a try (R6.1)."""

from abc import ABC, abstractmethod

from hub.domain.refusals import Refusal

from .desk import Desk


class Reported(Refusal, ABC):
    """The office lets it report in a transaction of its own, after the rollback."""

    @abstractmethod
    def report(self, desk: Desk) -> None:
        """Leave the report, at the desk of who was refused."""


class Counted(Refusal):
    """The office keeps what was written before it: the count of a try, which would else cost nothing."""
