"""Refusals that leave something behind: a report (R13.5), or the count of a try (R6.1)."""

from abc import abstractmethod

from hub.domain.refusals import Refusal

from .desk import Desk


class Reported(Refusal):
    """A refusal that reports itself, in a transaction of its own after the rollback (R13.5)."""

    @abstractmethod
    def report(self, desk: Desk) -> None:
        """Make the report, at a desk of the person who was refused."""
        raise NotImplementedError


class Counted(Refusal):
    """A refusal whose transaction is committed all the same, so that the failed try counts (R6.1)."""
